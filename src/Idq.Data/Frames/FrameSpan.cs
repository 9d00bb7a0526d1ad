namespace Idq.Data.Frames;

/// <summary>A frame of a file.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="Duration">How long it is, in nanoseconds.</param>
/// <param name="Run">The number of the run.</param>
/// <param name="Number">The number of the frame.</param>
public sealed record FrameSpan(GpsTime Start, long Duration, long Run, long Number)
{
    /// <summary>Where its header is, or the definition of the class before it.</summary>
    internal long Position { get; init; }

    /// <summary>The first instant after it.</summary>
    public GpsTime End => Start + Duration;

    // A double beyond the range of times would become an unbounded end.
    internal static FrameSpan Of(FramePlace place, long seconds, long nanoseconds, double duration, long run, long number, long position)
    {
        if (!(duration is > 0 and < 1e9)) throw place.Damage($"says that a frame is {duration} s long");
        if (nanoseconds >= GpsTime.NanosecondsPerSecond) throw place.Damage($"says {nanoseconds} nanoseconds of a second");
        return new(GpsTime.FromSeconds(seconds) + nanoseconds, (long)Math.Round(duration * GpsTime.NanosecondsPerSecond), run, number)
        {
            Position = position,
        };
    }
}
