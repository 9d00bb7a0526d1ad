namespace Idq.Tracking;

/// <summary>Sets a named cursor: how far a consumer has come, as text that only the consumer understands.</summary>
/// <param name="Name">The cursor; not empty.</param>
/// <param name="Value">Its new value.</param>
public sealed record CursorMove(string Name, string Value)
{
    /// <summary>True when the move is refused unless the cursor is at <see cref="From"/>.</summary>
    public bool IsConditional { get; private init; }

    /// <summary>Where a conditional move starts: the present value, or null when the cursor must not exist yet.</summary>
    public string? From { get; private init; }

    /// <summary>
    /// A move that fails with <see cref="TrackerFailure.CursorMoved"/> unless the cursor is at <paramref name="from"/> (null: absent), so
    /// that two processes that do the same job cannot both register a stride.
    /// </summary>
    public static CursorMove FromTo(string name, string? from, string to) => new(name, to) { IsConditional = true, From = from };

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Name);
        ArgumentNullException.ThrowIfNull(Value);
    }
}
