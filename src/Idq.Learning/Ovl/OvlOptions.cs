namespace Idq.Learning;

/// <summary>Options of <see cref="OvlClassifier"/>, checked when they are made.</summary>
public sealed record OvlOptions
{
    /// <summary>Default thresholds on the significance of KleineWelle triggers.</summary>
    public static IReadOnlyList<double> DefaultThresholds { get; } = [15, 25, 30, 50, 100, 200, 400, 800, 1600];

    /// <summary>Default half-widths of the windows in nanoseconds: 25, 50, 100, 150 and 200 ms.</summary>
    public static IReadOnlyList<long> DefaultWindows { get; } = [25_000_000, 50_000_000, 100_000_000, 150_000_000, 200_000_000];

    /// <summary>Options.</summary>
    /// <param name="significance">The column of a trigger that thresholds cut on.</param>
    /// <param name="channels">Channels that may be witnesses. <value>The default value is null: every channel of the data.</value></param>
    /// <param name="exclude">
    /// Channels that may not, above all the target and the unsafe ones. <value>The default value is none.</value>
    /// </param>
    /// <param name="thresholds">
    /// Thresholds on the significance, inclusive; sorted and made distinct. <value>The default value is <see
    /// cref="DefaultThresholds"/>.</value>
    /// </param>
    /// <param name="windows">
    /// Half-widths in nanoseconds, positive; sorted and made distinct. <value>The default value is <see cref="DefaultWindows"/>.</value>
    /// </param>
    /// <param name="metric">
    /// By what configurations are ordered and ranked. <value>The default value is efficiency over deadtime.</value>
    /// </param>
    /// <param name="minima">What a configuration must exceed. <value>The default value is <see cref="OvlMinima"/>'s.</value></param>
    /// <param name="numRecalculate">
    /// Training runs before the final pass, the independent one included, at least 1. <value>The default value is 9.</value>
    /// </param>
    /// <param name="incremental">
    /// How many lines of the list may be applied in a training run. <value>The default value is 1000.</value>
    /// </param>
    /// <param name="optimize">True to order the final list greedily. <value>The default value is false.</value></param>
    /// <param name="minimumThresholds">
    /// A channel's own smallest threshold; smaller ones are not tried. <value>The default value is none.</value>
    /// </param>
    /// <param name="mode">Where a training starts from. <value>The default value is from scratch.</value></param>
    /// <param name="classic">True to measure livetimes also as the original program did. <value>The default value is false.</value></param>
    /// <exception cref="ArgumentException">A value makes no sense; the message says which and what was expected.</exception>
    public OvlOptions(
        string significance,
        IEnumerable<string>? channels = null,
        IEnumerable<string>? exclude = null,
        IEnumerable<double>? thresholds = null,
        IEnumerable<long>? windows = null,
        OvlMetric metric = OvlMetric.EffByDt,
        OvlMinima? minima = null,
        int numRecalculate = 9,
        int incremental = 1000,
        bool optimize = false,
        IReadOnlyDictionary<string, double>? minimumThresholds = null,
        OvlMode mode = OvlMode.Scratch,
        bool classic = false
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(significance);
        Significance = significance;
        Channels = channels?.ToHashSet(StringComparer.Ordinal);
        Exclude = (exclude ?? []).ToHashSet(StringComparer.Ordinal);
        Thresholds = (thresholds ?? DefaultThresholds).Distinct().Order().ToArray();
        Windows = (windows ?? DefaultWindows).Distinct().Order().ToArray();
        (Metric, Minima, NumRecalculate, Incremental) = (metric, minima ?? new OvlMinima(), numRecalculate, incremental);
        (Optimize, Mode, Classic) = (optimize, mode, classic);
        MinimumThresholds = minimumThresholds ?? new Dictionary<string, double>(StringComparer.Ordinal);

        Require(
            Thresholds.Count > 0 && Thresholds.All(double.IsFinite),
            "thresholds must be at least one finite number",
            nameof(thresholds)
        );
        Require(
            Windows.Count > 0 && Windows.All(w => w is > 0 and <= LongestWindow),
            "windows must be at least one length above 0 s and up to 1000 s",
            nameof(windows)
        );
        Require(numRecalculate >= 1, $"num_recalculate is {numRecalculate}, at least 1 is needed", nameof(numRecalculate));
        Require(incremental >= 0, $"incremental is {incremental}, it cannot be negative", nameof(incremental));
        Require(
            Minima.PoissonProbability is > 0 and <= 1,
            $"the Poisson probability is {Minima.PoissonProbability}, it must be above 0 and at most 1",
            nameof(minima)
        );
        Require(Minima.EffByDt >= 0, $"the least eff/dt is {Minima.EffByDt}, it cannot be negative", nameof(minima));
        Require(Minima.UsePercentage >= 0, $"the least use percentage is {Minima.UsePercentage}, it cannot be negative", nameof(minima));
    }

    internal const long LongestWindow = 1000 * GpsTime.NanosecondsPerSecond;

    /// <summary>The column of a trigger that thresholds cut on.</summary>
    public string Significance { get; }

    /// <summary>Channels that may be witnesses; null means every channel of the data.</summary>
    public IReadOnlySet<string>? Channels { get; }

    /// <summary>Channels that may not be witnesses.</summary>
    public IReadOnlySet<string> Exclude { get; }

    /// <summary>Thresholds, inclusive, ascending.</summary>
    public IReadOnlyList<double> Thresholds { get; }

    /// <summary>Half-widths in nanoseconds, ascending.</summary>
    public IReadOnlyList<long> Windows { get; }

    /// <summary>By what configurations are ordered and ranked.</summary>
    public OvlMetric Metric { get; }

    /// <summary>What a configuration must exceed.</summary>
    public OvlMinima Minima { get; }

    /// <summary>Training runs before the final pass, the independent one included.</summary>
    public int NumRecalculate { get; }

    /// <summary>How many lines of the list may be applied in a training run.</summary>
    public int Incremental { get; }

    /// <summary>True to order the final list greedily.</summary>
    public bool Optimize { get; }

    /// <summary>A channel's own smallest threshold.</summary>
    public IReadOnlyDictionary<string, double> MinimumThresholds { get; }

    /// <summary>Where a training starts from.</summary>
    public OvlMode Mode { get; }

    /// <summary>
    /// True to measure livetimes also as the original program did, so that a vetolist shows its digits (<see cref="ClassicFigures"/>).
    /// </summary>
    public bool Classic { get; }

    /// <summary>True when the channel may be a witness.</summary>
    public bool MayUse(string channel) => Channels?.Contains(channel) != false && !Exclude.Contains(channel);

    /// <summary>True when a threshold may be tried on a channel.</summary>
    public bool MayUse(string channel, double threshold) =>
        threshold >= MinimumThresholds.GetValueOrDefault(channel, double.NegativeInfinity);

    static void Require(bool condition, string message, string parameter)
    {
        if (!condition) throw new ArgumentException(message, parameter);
    }
}
