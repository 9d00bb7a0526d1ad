namespace Idq.Streaming;

/// <summary>[replay]: the range of a replay or a batch when the command line gives none.</summary>
public sealed class ReplayOptions
{
    internal ReplayOptions(SectionReader s)
    {
        Start = s.Time("gps_start", "start of a replay or batch without --gps-start");
        End = s.Time("gps_end", "end of a replay or batch without --gps-end");
        if (Start is { } start && End is { } end && start >= end)
            s.Problem("gps_end", $"the range [{start}, {end}) is empty", "gps_end must be after gps_start");
    }

    /// <summary>Start, or null.</summary>
    public GpsTime? Start { get; }

    /// <summary>End, or null.</summary>
    public GpsTime? End { get; }
}
