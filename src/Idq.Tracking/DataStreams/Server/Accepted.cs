namespace Idq.Tracking;

/// <summary>What one message brought: rows, and where they lie in the log.</summary>
/// <param name="Message">The message; its buffer is good until it is handed over.</param>
/// <param name="Batches">The rows of runs that the store knows.</param>
/// <param name="Rows">How many.</param>
readonly record struct Accepted(IncomingMessage Message, IReadOnlyList<SequenceBatch> Batches, long Rows)
{
    /// <summary>How long the message is.</summary>
    public long Bytes => Message.Head.MessageLength;

    /// <summary>Where the message lies in the log.</summary>
    public LogPosition Position { get; init; }
}
