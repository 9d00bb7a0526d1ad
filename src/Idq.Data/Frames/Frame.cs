namespace Idq.Data.Frames;

/// <summary>A span of time with what it holds, to be written or as it was read.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="Duration">How long it is, in nanoseconds.</param>
/// <param name="Channels">Its channels.</param>
public sealed record Frame(GpsTime Start, long Duration, IReadOnlyList<FrameChannel> Channels)
{
    /// <summary>The project.</summary>
    public string Project { get; init; } = "LIGO";

    /// <summary>The number of the run; below 0 for simulated data.</summary>
    public int Run { get; init; }

    /// <summary>The number of the frame in its run.</summary>
    public long Number { get; init; }

    /// <summary>Bits of data quality.</summary>
    public long DataQuality { get; init; }

    /// <summary>The detectors whose data it holds.</summary>
    public IReadOnlyList<FrameDetector> Detectors { get; init; } = [];

    /// <summary>What was done to the data.</summary>
    public IReadOnlyList<FrameHistory> History { get; init; } = [];

    /// <summary>The time that it covers.</summary>
    public Segment Span => new(Start, Start + Duration);
}
