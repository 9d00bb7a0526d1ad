namespace Idq.Data.Frames;

/// <summary>What a frame says of a channel beside its samples.</summary>
/// <param name="Name">For example H1:IDQ-OK_OVL_32_2048.</param>
/// <param name="Kind">The structure that holds it.</param>
/// <param name="FrameStart">The start of its frame.</param>
/// <param name="SampleRate">Samples per second; of what is no series in time, samples per unit of its axis.</param>
/// <param name="Vector">Its samples.</param>
public sealed record FrameChannelHead(
    string Name, FrameChannelKind Kind, GpsTime FrameStart, double SampleRate, FrameVectorHead Vector)
{
    /// <summary>Seconds from the start of the frame to the first sample.</summary>
    public double TimeOffset { get; init; }

    /// <summary>What somebody wrote beside it.</summary>
    public string Comment { get; init; } = "";

    /// <summary>The converter; null unless the kind is <see cref="FrameChannelKind.Adc"/>.</summary>
    public FrameConverter? Converter { get; init; }

    /// <summary>The time of the first sample.</summary>
    public GpsTime Start => FrameStart + (long)Math.Round(TimeOffset * GpsTime.NanosecondsPerSecond);

    /// <summary>Count over rate, in nanoseconds.</summary>
    public long Duration => (long)Math.Round(Vector.Count / SampleRate * GpsTime.NanosecondsPerSecond);

    /// <summary>True for one series in time.</summary>
    public bool IsTimeSeries { get; init; } = true;
}
