using System.Text.Json;

namespace Idq.Learning.Tests.Tally;

/// <summary>The counts.</summary>
sealed class TallyModel(ModelOrigin origin, double threshold, TallyModel.Count above, TallyModel.Count below) : ClassifierModel(origin)
{
    public const string FlavorName = "tally";

    public override string Flavor => FlavorName;

    public double Threshold => threshold;

    public Count Above => above;

    public Count Below => below;

    public override IReadOnlyList<FeatureImportance> Importance =>
        [new("above", above.Fraction, [new("rows", above.Rows)]), new("below", below.Fraction, [new("rows", below.Rows)])];

    public static TallyModel Read(ModelOrigin origin, ExactJsonReader body) =>
        new(origin, body.Number("threshold"), Count.Read(body.Object("above")), Count.Read(body.Object("below")));

    protected internal override void WriteBody(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteDouble("threshold", threshold);
        above.Write(writer, "above");
        below.Write(writer, "below");
        writer.WriteEndObject();
    }

    /// <summary>Rows, and the glitches among them.</summary>
    public readonly record struct Count(long Rows, long Glitches)
    {
        public double Fraction => Rows == 0 ? 0 : (double)Glitches / Rows;

        public Count Add(byte label) => new(Rows + 1, label == Label.Glitch ? Glitches + 1 : Glitches);

        public static Count Read(ExactJsonReader json) => new(json.LongCount("rows"), json.LongCount("glitches"));

        public void Write(Utf8JsonWriter writer, string name)
        {
            writer.WriteStartObject(name);
            writer.WriteNumber("rows", Rows);
            writer.WriteNumber("glitches", Glitches);
            writer.WriteEndObject();
        }
    }
}
