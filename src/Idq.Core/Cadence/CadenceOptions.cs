namespace Idq;

/// <summary>How a loop is paced.</summary>
public sealed record CadenceOptions
{
    /// <summary>The left edge of stride 0.</summary>
    public required GpsTime Start { get; init; }

    /// <summary>Length of a stride in nanoseconds; more than zero.</summary>
    /// <value>The default value is one second.</value>
    public long Stride { get; init; } = GpsTime.NanosecondsPerSecond;

    /// <summary>Nanoseconds that a stride is given to settle after its end; zero or more.</summary>
    /// <value>The default value is zero.</value>
    public long Delay { get; init; }

    /// <summary>Where strides end; the last one is cut here.</summary>
    /// <value>The default value is never.</value>
    public GpsTime MaxTimestamp { get; init; } = GpsTime.MaxValue;

    /// <summary>Strides that one poll may yield before it says that it cannot catch up; more than zero.</summary>
    /// <value>The default value is without limit.</value>
    public long MaxIters { get; init; } = long.MaxValue;

    /// <summary>Nanoseconds that a stride may be overdue before a poll says that it is too late; zero or more.</summary>
    /// <value>The default value is without limit.</value>
    public long MaxLatency { get; init; } = long.MaxValue;

    /// <summary>Moves the start up to a whole number of strides since the GPS epoch.</summary>
    /// <value>The default value is false.</value>
    public bool EnforceIntegerStrides { get; init; }
}
