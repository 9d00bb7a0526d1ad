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
            writer.WriteStartObject("classic");
            writer.WriteDouble("livetime", classic.Livetime);
            writer.WriteDouble("deadtime", classic.Deadtime);
            writer.WriteDouble("expected_metric", classic.ExpectedMetric);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    internal static OvlModel Read(ModelOrigin origin, JsonElement body)
    {
        var name = body.GetText("metric");
        if (!OvlMetrics.TryParse(name, out var metric)) throw new DataException($"\"metric\": \"{name}\" is unknown");
        var rows = body.Member("rows", JsonValueKind.Array).EnumerateArray().Select(ReadRow);
        return new(origin, body.GetText("significance"), metric, rows.ToArray());
    }

    static OvlRow ReadRow(JsonElement json, int line)
    {
        var row = new OvlRow(
            new(json.GetText("channel"), json.GetDouble("threshold"), json.GetDuration("window")),
            new(
                json.GetDuration("livetime"),
                json.GetInt("glitches"),
                json.GetDuration("deadtime"),
                json.GetInt("triggers"),
                json.GetInt("vetoed")
            ),
            json.GetDouble("expected_metric"),
            json.GetDouble("rank"),
            ReadClassic(json.Member("classic", JsonValueKind.Object)));
        if (row.Configuration.Window <= 0) throw new DataException($"row {line}: \"window\" must be above 0");
        if (row.Rank is not (>= 0 and <= 1)) throw new DataException($"row {line}: \"rank\" must lie in [0, 1]");
        if (row.Counts is { Livetime: <= 0 } or { Glitches: <= 0 } or { Deadtime: < 0 } or { Triggers: < 0 } or { Vetoed: < 0 })
            throw new DataException($"row {line}: its counts cannot be");
        return row;
    }

    static ClassicFigures ReadClassic(JsonElement json) =>
        new(json.GetDouble("livetime"), json.GetDouble("deadtime"), json.GetDouble("expected_metric"));
}
