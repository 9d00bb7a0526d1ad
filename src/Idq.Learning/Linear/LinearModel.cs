using System.Text.Json;

namespace Idq.Learning;

/// <summary>A logistic regression: rank = σ(intercept + Σ coefficient · (x − mean) / scale).</summary>
public sealed class LinearModel : ClassifierModel
{
    internal const string FlavorName = "linear";

    /// <summary>A fitted regression.</summary>
    public LinearModel(ModelOrigin origin, double intercept, IReadOnlyList<LinearTerm> terms, int iterations, bool converged) : base(origin)
    {
        (Intercept, Terms, Iterations, Converged) = (intercept, terms, iterations, converged);
        Importance = terms
            .Select(t => new FeatureImportance(
                t.Name,
                Math.Abs(t.Coefficient),
                [new("coefficient", t.Coefficient), new("mean", t.Mean), new("scale", t.Scale)]
            ))
            .OrderByDescending(i => i.Value)
            .ThenBy(i => i.Name, StringComparer.Ordinal)
            .ToArray();
    }

    /// <inheritdoc/>
    public override string Flavor => FlavorName;

    /// <summary>Log-odds of a row whose features are all at their mean.</summary>
    public double Intercept { get; }

    /// <summary>The summands, in the order of the features that they were learned from.</summary>
    public IReadOnlyList<LinearTerm> Terms { get; }

    /// <summary>Steps that the fit took.</summary>
    public int Iterations { get; }

    /// <summary>True when the fit reached its minimum.</summary>
    public bool Converged { get; }

    /// <summary>
    /// By term: value is the size of the coefficient of the standardised feature; details are coefficient, mean and scale.
    /// </summary>
    public override IReadOnlyList<FeatureImportance> Importance { get; }

    /// <summary>Ranks of rows. Features are found by name; one that the rows do not have counts as missing in all of them.</summary>
    public void Rank(FeatureMatrix features, Span<double> ranks)
    {
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var f = 0; f < features.Names.Count; f++) index[features.Names[f]] = f;
        ranks.Fill(Intercept);
        foreach (var term in Terms)
        {
            var values = index.TryGetValue(term.Feature, out var f) ? features.Column(f) : default;
            for (var i = 0; i < ranks.Length; i++)
                ranks[i] += term.Coefficient * term.Standardise(values.IsEmpty ? double.NaN : values[i]);
        }
        for (var i = 0; i < ranks.Length; i++) ranks[i] = Sigmoid(ranks[i]);
    }

    /// <summary>1/(1 + e⁻ˢ), precise on both sides.</summary>
    internal static double Sigmoid(double s) => s >= 0 ? 1 / (1 + Math.Exp(-s)) : Math.Exp(s) / (1 + Math.Exp(s));

    /// <inheritdoc/>
    protected internal override void WriteBody(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteDouble("intercept", Intercept);
        writer.WriteNumber("iterations", Iterations);
        writer.WriteBoolean("converged", Converged);
        writer.WriteStartArray("terms");
        foreach (var term in Terms)
        {
            writer.WriteStartObject();
            writer.WriteString("feature", term.Feature);
            writer.WriteBoolean("is_missing", term.IsMissing);
            writer.WriteDouble("mean", term.Mean);
            writer.WriteDouble("scale", term.Scale);
            writer.WriteDouble("coefficient", term.Coefficient);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    internal static LinearModel Read(ModelOrigin origin, ExactJsonReader body) =>
        new(
            origin,
            body.Number("intercept"),
            [.. body.Objects("terms").Select(ReadTerm)],
            body.Count("iterations"),
            body.Flag("converged")
        );

    // Every figure must be finite, because one that is not could give a rank that is no number.
    static LinearTerm ReadTerm(ExactJsonReader json)
    {
        var scale = json.Number("scale");
        if (!(scale > 0)) throw json.Malformed("scale", "must be above 0");
        return new(json.Text("feature"), json.Flag("is_missing"), json.Number("mean"), scale, json.Number("coefficient"));
    }
}
