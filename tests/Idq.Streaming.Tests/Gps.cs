namespace Idq.Streaming.Tests;

/// <summary>Times and segments in seconds after one fixed instant.</summary>
static class Gps
{
    public const long Second = GpsTime.NanosecondsPerSecond;

    public static GpsTime Origin { get; } = GpsTime.FromSeconds(1_262_304_000);

    public static GpsTime At(double seconds) => Origin + (long)Math.Round(seconds * Second);

    public static Segment Seg(double start, double end) => new(At(start), At(end));

    public static SegmentList List(params (double Start, double End)[] segments) =>
        SegmentList.Coalesce(segments.Select(s => Seg(s.Start, s.End)));

    public static Stride Stride(double start, double end, long index = 0) => new(index, Seg(start, end));
}
