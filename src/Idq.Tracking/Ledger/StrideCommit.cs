namespace Idq.Tracking;

/// <summary>
/// What one step of a job leaves behind. All of it is written in one transaction, or nothing: after a crash the products, the skips, the
/// messages and the cursors agree. Any of the lists may be empty.
/// </summary>
public sealed record StrideCommit
{
    /// <summary>Products to append, in this order. Their files are complete and flushed before the commit.</summary>
    public IReadOnlyList<ProductDraft> Products { get; init; } = [];

    /// <summary>Cursors to set.</summary>
    public IReadOnlyList<CursorMove> Cursors { get; init; } = [];

    /// <summary>Skips to append, in this order.</summary>
    public IReadOnlyList<SkipDraft> Skips { get; init; } = [];

    /// <summary>Messages to append to the outbox, in this order.</summary>
    public IReadOnlyList<OutboxMessage> Messages { get; init; } = [];

    /// <summary>
    /// False when a power failure may undo it, with all that come after it; the death of the process never does. The caller can say later,
    /// with a commit that is flushed, that everything before is on the disk.
    /// </summary>
    public bool IsFlushed { get; init; } = true;

    internal void Validate()
    {
        foreach (var product in Products) product.Validate();
        foreach (var cursor in Cursors) cursor.Validate();
        foreach (var skip in Skips) skip.Validate();
        foreach (var message in Messages) message.Validate();
    }
}
