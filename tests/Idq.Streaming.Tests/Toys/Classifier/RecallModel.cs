using System.Text.Json;
using Idq.Learning;

namespace Idq.Streaming.Tests.Toys.Classifier;

/// <summary>A row as the toy remembers it.</summary>
sealed record RecalledRow(long Time, bool IsGlitch, bool IsAbove);

/// <summary>Every row that the toy was ever trained with, in the order in which it came, and the number of trainings.</summary>
sealed class RecallModel(ModelOrigin origin, RecalledRow[] rows, int trainings) : ClassifierModel(origin)
{
    public const string FlavorName = "recall";

    public override string Flavor => FlavorName;

    public RecalledRow[] Rows => rows;

    public int Trainings => trainings;

    public override IReadOnlyList<FeatureImportance> Importance => [new("above", Share(true), [new("rows", rows.Length)])];

    /// <summary>The share of glitches on one side of the threshold; 0 where there is no row.</summary>
    public double Share(bool isAbove) =>
        rows.Where(r => r.IsAbove == isAbove).Select(r => r.IsGlitch ? 1.0 : 0).DefaultIfEmpty().Average();

    public static RecallModel Read(ModelOrigin origin, JsonElement body) =>
        new(origin, body.GetProperty("rows").Deserialize<RecalledRow[]>()!, body.GetProperty("trainings").GetInt32());

    protected override void WriteBody(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("rows");
        JsonSerializer.Serialize(writer, rows);
        writer.WriteNumber("trainings", trainings);
        writer.WriteEndObject();
    }
}
