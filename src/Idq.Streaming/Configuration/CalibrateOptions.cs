namespace Idq.Streaming;

/// <summary>Which density estimate a map uses.</summary>
public enum CalibrationChoice
{
    /// <summary>Discrete for OVL, whose ranks are atoms; kernel density for the others.</summary>
    Auto,

    /// <summary>Kernel density.</summary>
    Kde,

    /// <summary>A posterior for every distinct rank.</summary>
    Discrete,
}

/// <summary>[calibrate]: how ranks become probabilities. Its cadence is that of [evaluate stream].</summary>
public sealed class CalibrateOptions
{
    internal CalibrateOptions(SectionReader s, long logLevel, long dirtyWindow)
    {
        s.Only("workflow", "block", "how the job runs; block: inside the calling process");
        LogLevel = s.Integer(
            "log_level", $"{logLevel}", "10 debug, 20 information, 30 warnings, 40 errors; default: as for train", 0, 50);
        Kind = s.Choice(
            "kind",
            CalibrationChoice.Auto,
            "the density estimate",
            ("auto", CalibrationChoice.Auto),
            ("kde", CalibrationChoice.Kde),
            ("discrete", CalibrationChoice.Discrete)
        );
        MinNewSamples = s.Integer("min_new_samples", "100", "new rows before a map is published again", 1);
        MinSamples = s.Integer("min_samples", "10", "rows of either class before the first map", 1);
        MaxSamples = s.Integer("max_samples", "10000", "rows that a map remembers, the newest", 1);
        MaxStride = s.Duration("max_stride", "604800", "how far back a map remembers", 1, orInfinite: true);
        NumPoints = (int)s.Integer("num_points", "201", "points of the density's grid over ln(rank/(1 − rank)) in [−12, 12]", 2, 100_001);
        Bandwidth = s.Number(
            "bandwidth", "0", "", "width of the kernel in ln(rank/(1 − rank)); 0: the optimum of the leave-one-out likelihood", 0, 12);
        Window = s.Duration(
            "window", "0", "the stretch of time about a sample that PGLITCH speaks of; 0: twice the dirty window, or 0.2 s without one", 0);
        s.NotLongerThan("window", Window, FeatureOptions.LongestWindow);
        if (Window == 0) Window = dirtyWindow > 0 ? 2 * dirtyWindow : GpsTime.NanosecondsPerSecond / 5;
    }

    /// <summary>Least severity of log lines.</summary>
    public long LogLevel { get; }

    /// <summary>The density estimate.</summary>
    public CalibrationChoice Kind { get; }

    /// <summary>The mini-batch gate.</summary>
    public long MinNewSamples { get; }

    /// <summary>Rows of either class before the first map.</summary>
    public long MinSamples { get; }

    /// <summary>Rows that a map remembers.</summary>
    public long MaxSamples { get; }

    /// <summary>Nanoseconds that a map remembers.</summary>
    public long MaxStride { get; }

    /// <summary>Points of the grid.</summary>
    public int NumPoints { get; }

    /// <summary>Kernel width; 0 means optimal.</summary>
    public double Bandwidth { get; }

    /// <summary>Nanoseconds that PGLITCH speaks of.</summary>
    public long Window { get; }
}
