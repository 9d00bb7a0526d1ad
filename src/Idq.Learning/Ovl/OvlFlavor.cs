using System.Text.Json;

namespace Idq.Learning;

/// <summary>The kind <c>OVL</c>: <see cref="OvlClassifier"/>.</summary>
public sealed class OvlFlavor : ClassifierFlavor
{
    static readonly (string Word, OvlMode Mode)[] Modes = [("scratch", OvlMode.Scratch), ("incremental", OvlMode.Incremental)];

    /// <inheritdoc/>
    public override string Name => "OVL";

    /// <inheritdoc/>
    public override string ModelName => OvlModel.FlavorName;

    /// <inheritdoc/>
    public override ClassifierDefinition Read(string nickname, IOptionReader options)
    {
        var significance = options.Text("significance", "snr", "the column that thresholds cut on", "a column");
        var thresholds = options.Numbers("thresholds", "15 25 30 50 100 200 400 800 1600", "thresholds on the significance, inclusive");
        var windows = options.Durations("windows", "0.025 0.05 0.1 0.15 0.2", "half-widths of the veto windows");
        if (thresholds.Any(double.IsInfinity)) options.Problem("thresholds", "a threshold is infinite", "write finite numbers");
        if (windows.Any(w => w > OvlOptions.LongestWindow))
            options.Problem(
                "windows",
                $"a window is longer than {GpsSeconds.Format(OvlOptions.LongestWindow)} s",
                "write half-widths in seconds"
            );
        var metric = options.Choice("metric", OvlMetric.EffByDt, "by what configurations are ordered and ranked", OvlMetrics.Names);
        var minima = new OvlMinima(
            options.Number("min_eff_by_dt", "3", "", "a configuration must exceed this efficiency over deadtime", 0),
            options.Number(
                "max_poisson_probability",
                "1e-5",
                "",
                "a configuration's coincidences must be less probable by chance than this",
                double.Epsilon,
                1
            ),
            options.Number("min_use_percentage", "0", "", "a configuration must exceed this use percentage", 0)
        );
        var recalculate = (int)options.Integer("num_recalculate", "9", "training runs before the final one", 1, 1000);
        var incremental = (int)options.Integer(
            "incremental",
            "1000",
            "lines of the list that are applied in a training run",
            0,
            int.MaxValue
        );
        var optimize = options.Flag("optimize", "False", "orders the final list greedily: every step takes the best of what is left");
        var mode = options.Choice("training", OvlMode.Scratch, "where a training starts from", Modes);
        var classic = options.Flag(
            "classic",
            "False",
            "also measures livetimes as the original program does, for comparing vetolists with it digit by digit"
        );
        return new(
            nickname,
            this,
            OvlClassifier.TraitsOf(significance, windows, thresholds),
            channels => new OvlClassifier(
                nickname,
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
                    mode,
                    classic
                )
            )
        );
    }

    /// <inheritdoc/>
    public override ClassifierModel ReadModel(ModelOrigin origin, JsonElement body) =>
        OvlModel.Read(origin, ExactJsonReader.OfBody(body));
}
