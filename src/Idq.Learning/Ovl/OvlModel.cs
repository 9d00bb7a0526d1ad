using System.Text.Json;

namespace Idq.Learning;

/// <summary>An ordered veto list.</summary>
public sealed class OvlModel : ClassifierModel
{
    internal const string FlavorName = "ovl";

    /// <summary>A list in the order in which its lines veto.</summary>
    public OvlModel(ModelOrigin origin, string significance, OvlMetric metric, IReadOnlyList<OvlRow> rows) : base(origin)
    {
        (Significance, Metric, Rows) = (significance, metric, rows);
        Importance = ChannelImportance.Of(this);
        RulesByChannel = rows.Select(
                (row, line) => (row.Configuration.Channel, Rule: new VetoRule(line, row.Configuration.Threshold, row.Configuration.Window))
            )
            .GroupBy(r => r.Channel, r => r.Rule, StringComparer.Ordinal)
            .Select(g => (g.Key, g.ToArray()))
            .ToArray();
    }

    /// <inheritdoc/>
    public override string Flavor => FlavorName;

    /// <summary>The column of a trigger that thresholds cut on.</summary>
    public string Significance { get; }

    /// <summary>What ranks are made of.</summary>
    public OvlMetric Metric { get; }

    /// <summary>The lines; a time's rank is that of the first that vetoes it.</summary>
    public IReadOnlyList<OvlRow> Rows { get; }

    /// <summary>
    /// By channel: value is the efficiency, the fraction of all glitches that its lines vetoed after the earlier lines; details are
    /// that efficiency, <c>fap</c> (the fraction of the livetime, which is the chance that a clean time is vetoed), their ratio, and
    /// the numbers of glitches and lines.
    /// </summary>
    public override IReadOnlyList<FeatureImportance> Importance { get; }

    // Each channel's lines in the order of the list.
    internal IReadOnlyList<(string Channel, VetoRule[] Rules)> RulesByChannel { get; }

    /// <summary>Writes the list in the classic columns.</summary>
    public void WriteVetolist(TextWriter writer) => Vetolist.Write(this, writer);

    /// <inheritdoc/>
    protected internal override void WriteBody(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("significance", Significance);
        writer.WriteString("metric", Metric.Name());
        writer.WriteStartArray("rows");
        foreach (var (configuration, counts, expectedMetric, rank, classic) in Rows)
        {
            writer.WriteStartObject();
            writer.WriteString("channel", configuration.Channel);
            writer.WriteDouble("threshold", configuration.Threshold);
            writer.WriteDuration("window", configuration.Window);
            writer.WriteDuration("livetime", counts.Livetime);
            writer.WriteNumber("glitches", counts.Glitches);
            writer.WriteDuration("deadtime", counts.Deadtime);
            writer.WriteNumber("triggers", counts.Triggers);
            writer.WriteNumber("vetoed", counts.Vetoed);
            writer.WriteDouble("expected_metric", expectedMetric);
            writer.WriteDouble("rank", rank);
            if (classic is { } figures)
            {
                writer.WriteStartObject("classic");
                writer.WriteDouble("livetime", figures.Livetime);
                writer.WriteDouble("deadtime", figures.Deadtime);
                writer.WriteDouble("expected_metric", figures.ExpectedMetric);
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    internal static OvlModel Read(ModelOrigin origin, ExactJsonReader body)
    {
        var name = body.Text("metric");
        if (!OvlMetrics.TryParse(name, out var metric)) throw body.Malformed("metric", $"is \"{name}\", which is unknown");
        return new(origin, body.Text("significance"), metric, [.. body.Objects("rows").Select(ReadRow)]);
    }

    static OvlRow ReadRow(ExactJsonReader json)
    {
        var (channel, threshold, window) = (json.Text("channel"), json.Double("threshold"), json.Duration("window"));
        if (window <= 0) throw json.Malformed("window", "must be above 0");
        var rank = json.Double("rank");
        if (rank is not (>= 0 and <= 1)) throw json.Malformed("rank", "must lie in [0, 1]");
        var counts = new OvlCounts(
            json.Duration("livetime"),
            json.Count("glitches"),
            json.Duration("deadtime"),
            json.Count("triggers"),
            json.Count("vetoed")
        );
        if (counts.Livetime <= 0) throw json.Malformed("livetime", "must be above 0");
        if (counts.Glitches == 0) throw json.Malformed("glitches", "must be above 0");
        if (counts.Deadtime < 0) throw json.Malformed("deadtime", "must not be negative");
        ClassicFigures? classic = json.ObjectIfPresent("classic") is { } figures
            ? new(figures.Double("livetime"), figures.Double("deadtime"), figures.Double("expected_metric"))
            : null;
        return new(new(channel, threshold, window), counts, json.Double("expected_metric"), rank, classic);
    }
}
