namespace Idq.Data;

/// <summary>Which KleineWelle files are read, and how.</summary>
/// <param name="Paths">Files, folders (all *.trg inside), or patterns with '*' and '?'.</param>
public sealed record KleineWelleOptions(IReadOnlyList<string> Paths)
{
    /// <summary>What files without a span in their name cover; null takes it from the first event to the last.</summary>
    public Segment? Span { get; init; }

    /// <summary>True when files are being written: one whose last line has no end is not complete.</summary>
    public bool IsLive { get; init; }

    /// <summary>The channels; null takes those that the files have when the source is opened, which reads them all once.</summary>
    public IReadOnlyList<string>? Channels { get; init; }
}
