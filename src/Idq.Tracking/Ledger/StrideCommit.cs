namespace Idq.Tracking;

/// <summary>
/// What one step of a job leaves behind. All of it is written in one transaction, or nothing: after a crash the cursors, the products
/// and the skips agree.
/// </summary>
public sealed record StrideCommit
{
    /// <summary>Products to append, in this order. Their files are complete and flushed before the commit.</summary>
    public IReadOnlyList<ProductDraft> Products { get; init; } = [];

    /// <summary>Cursors to set.</summary>
    public IReadOnlyList<CursorMove> Cursors { get; init; } = [];

    /// <summary>Skips to append, in this order.</summary>
    public IReadOnlyList<SkipDraft> Skips { get; init; } = [];

    internal void Validate()
    {
        foreach (ProductDraft product in Products)
            product.Validate();
        foreach (CursorMove cursor in Cursors)
            cursor.Validate();
        foreach (SkipDraft skip in Skips)
            skip.Validate();
    }
}
