namespace Idq.Streaming;

/// <summary>[train stream] and its twins: the cadence of a job and what it keeps.</summary>
public sealed class CadenceSection
{
    // A year: a stride is read as a whole, and nothing is known of it until it is over.
    const long Longest = 31_557_600 * GpsTime.NanosecondsPerSecond;

    internal CadenceSection(SectionReader s, string stride, bool trains, bool evaluates)
    {
        Stride = s.Duration("stride", stride, "length of a stride", 1_000_000);
        s.NotLongerThan("stride", Stride, Longest);
        Delay = s.Duration("delay", "0", "how long after its end a stride is due; never less than the widest window");
        s.NotLongerThan("delay", Delay, Longest);
        MaxIters = s.Integer("max_iters", "inf", "strides caught up at once before the rest is skipped", 1);
        MaxLatency = s.Duration("max_latency", "inf", "a stride later than this is skipped", 1, orInfinite: true);
        Align = s.Flag("enforce_integer_strides", "True", "a live start is moved to a whole multiple of the stride");
        MinNewSamples = trains ? s.Integer("min_new_samples", "100", "new rows before a model is trained again", 1) : 0;
        MaxSamples =
            trains || evaluates
                ? s.Integer(
                    "max_samples", "inf", trains ? "rows kept for training, the newest" : "rows of a stride; more are thinned without bias",
                    1)
                : long.MaxValue;
        MaxStride = trains
            ? s.Duration("max_stride", "604800", "how far back rows are kept for training", 1, orInfinite: true)
            : long.MaxValue;
        // Up to here no array of the rows or triggers that are kept has 2^31 elements.
        MaxMemory = trains
            ? s.Bytes(
                "max_memory", "2GiB",
                "what training may take, six times what it keeps; beyond it whole strides are left out at random",
                1L << 20, 1L << 34)
            : long.MaxValue;
    }

    /// <summary>Nanoseconds of a stride.</summary>
    public long Stride { get; }

    /// <summary>Nanoseconds from a stride's end until it is due.</summary>
    public long Delay { get; }

    /// <summary>Strides caught up at once.</summary>
    public long MaxIters { get; }

    /// <summary>Nanoseconds of lateness before skipping.</summary>
    public long MaxLatency { get; }

    /// <summary>True when a live start is aligned to the stride.</summary>
    public bool Align { get; }

    /// <summary>The mini-batch gate.</summary>
    public long MinNewSamples { get; }

    /// <summary>Rows kept, or rows of a stride.</summary>
    public long MaxSamples { get; }

    /// <summary>Nanoseconds of memory.</summary>
    public long MaxStride { get; }

    /// <summary>Bytes of memory.</summary>
    public long MaxMemory { get; }
}
