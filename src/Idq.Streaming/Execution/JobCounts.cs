namespace Idq.Streaming;

/// <summary>What a job did in one call.</summary>
public sealed class JobCounts
{
    /// <summary>Strides with good time.</summary>
    public long Done { get; set; }

    /// <summary>Strides that were skipped for one classifier or more: too late, unreadable, or the classifier too slow.</summary>
    public long Skipped { get; set; }

    /// <summary>Strides without good time.</summary>
    public long Empty { get; set; }

    /// <summary>Nanoseconds of good time.</summary>
    public long Livetime { get; set; }

    /// <summary>Products of this call.</summary>
    public long Products { get; set; }

    /// <summary>Seconds from the start of the work of a stride to its commit.</summary>
    public LatencySketch Latencies { get; } = new();

    /// <summary>Seconds from the time a stride was due to the start of its work; live only.</summary>
    public LatencySketch Lateness { get; } = new();
}
