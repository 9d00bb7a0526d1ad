using Idq.Learning;

namespace Idq.Streaming;

/// <summary>The section of one classifier: its flavour and that flavour's options.</summary>
public sealed class ClassifierSection
{
    static readonly Dictionary<string, string> Flavors = new(StringComparer.OrdinalIgnoreCase)
    {
        ["OVL"] = "OVL",
        ["linear"] = "linear",
        ["random"] = "random",
    };

    const long LongestWindow = 1000 * GpsTime.NanosecondsPerSecond;

    readonly Func<ChannelChoice, SupervisedClassifier> create;

    internal ClassifierSection(string nickname, SectionReader s)
    {
        Nickname = nickname;
        Flavor = s.Choice("flavor", "OVL", "the kind of classifier", Flavors);
        (create, Window, UsesFeatures) = Flavor switch
        {
            "OVL" => Ovl(s),
            "linear" => Linear(s),
            _ => Random(s),
        };
    }

    /// <summary>The name in products.</summary>
    public string Nickname { get; }

    /// <summary>The kind of classifier.</summary>
    public string Flavor { get; }

    /// <summary>The column that it reads of the triggers by itself; null when it reads none.</summary>
    public string? Significance { get; private set; }

    /// <summary>How far about a time it looks by itself, in nanoseconds.</summary>
    public long Window { get; }

    /// <summary>True when it is fed by features.</summary>
    public bool UsesFeatures { get; }

    /// <summary>True when ranks take few distinct values, so that a discrete map suits them.</summary>
    public bool HasDiscreteRanks => Flavor == "OVL";

    /// <summary>The classifier over the channels that may be used.</summary>
    public SupervisedClassifier Create(ChannelChoice channels) => create(channels);

    (Func<ChannelChoice, SupervisedClassifier>, long, bool) Ovl(SectionReader s)
    {
        var significance = Significance = s.Text("significance", "snr", "the column that thresholds cut on", "a column");
        var thresholds = s.Numbers("thresholds", "15 25 30 50 100 200 400 800 1600", "thresholds on the significance, inclusive");
        var windows = s.Durations("windows", "0.025 0.05 0.1 0.15 0.2", "half-widths of the veto windows");
        if (thresholds.Any(double.IsInfinity))
            s.Problem("thresholds", "a threshold is infinite", "write finite numbers");
        if (windows.Any(w => w > LongestWindow))
            s.Problem("windows", $"a window is longer than {GpsSeconds.Format(LongestWindow)} s", "write half-widths in seconds");
        var metric = s.Choice(
            "metric",
            OvlMetric.EffByDt,
            "by what configurations are ordered and ranked",
            new Dictionary<string, OvlMetric>
            {
                ["eff_by_dt"] = OvlMetric.EffByDt,
                ["poisson_signif"] = OvlMetric.PoissonSignificance,
                ["use_percentage"] = OvlMetric.UsePercentage,
                ["eff/dt"] = OvlMetric.EffByDt,
                ["eff_fap"] = OvlMetric.EffByDt,
                ["vsig"] = OvlMetric.PoissonSignificance,
                ["useP"] = OvlMetric.UsePercentage,
            }
        );
        var minima = new OvlMinima(
            EffByDt: s.Number("min_eff_by_dt", "3", "", "a configuration must exceed this efficiency over deadtime", 0),
            PoissonProbability: s.Number(
                "max_poisson_probability",
                "1e-5",
                "",
                "a configuration's coincidences must be less probable by chance than this",
                double.Epsilon,
                1
            ),
            UsePercentage: s.Number("min_use_percentage", "0", "", "a configuration must exceed this use percentage", 0)
        );
        var recalculate = (int)s.Integer("num_recalculate", "9", "training runs before the final one", 1, 1000);
        var incremental = (int)s.Integer("incremental", "1000", "lines of the list that are applied in a training run", 0, int.MaxValue);
        var optimize = s.Flag("optimize", "False", "orders the final list greedily: every step takes the best of what is left");
        var mode = s.Choice(
            "training",
            OvlMode.Scratch,
            "where a training starts from",
            new Dictionary<string, OvlMode> { ["scratch"] = OvlMode.Scratch, ["incremental"] = OvlMode.Incremental }
        );
        return (
            channels => new OvlClassifier(
                Nickname,
                new OvlOptions(
                    significance,
                    channels.Usable,
                    channels.Excluded,
                    thresholds,
                    windows,
                    metric,
                    minima,
                    recalculate,
                    incremental,
                    optimize,
                    null,
                    mode
                )
            ),
            windows.Count == 0 ? 0 : windows.Max(),
            false
        );
    }

    (Func<ChannelChoice, SupervisedClassifier>, long, bool) Linear(SectionReader s)
    {
        var options = new LinearOptions(
            s.Number("l2", "1", "", "strength of the quadratic penalty on the coefficients of standardised features", double.Epsilon, 1e9),
            s.Flag("balance", "False", "gives both classes the same weight"),
            s.Flag("missing_indicators", "True", "adds a feature that says whether a value is missing"),
            (int)s.Integer("max_iterations", "100", "Newton steps before giving up", 1, 100_000),
            s.Number(
                "tolerance",
                "1e-12",
                "",
                "the fit has converged when its loss improves by less than this, relative",
                double.Epsilon,
                0.1
            )
        );
        var features = s.List(
            "features",
            "",
            "only these features, in which * stands for any characters; default: all",
            "features as channel-column"
        );
        return (
            _ =>
                features.Count == 0
                    ? new LinearClassifier(Nickname, options)
                    : new SelectedFeatures(new LinearClassifier(Nickname, options), features),
            0,
            true
        );
    }

    (Func<ChannelChoice, SupervisedClassifier>, long, bool) Random(SectionReader s)
    {
        var seed = (ulong)s.Integer("seed", "0", "key of the ranks");
        return (_ => new RandomClassifier(Nickname, new RandomOptions(seed)), 0, false);
    }
}
