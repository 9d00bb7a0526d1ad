using System.Text.Json;

namespace Idq.Learning;

/// <summary>
/// A logistic regression: score = σ(intercept + Σ coefficient · (x − mean) / scale), and the scale that makes a rank of it.
/// </summary>
public sealed class LinearModel : ClassifierModel
{
    internal const string FlavorName = "linear";

    /// <summary>A fitted regression.</summary>
    /// <param name="origin">From what it was learned.</param>
    /// <param name="intercept">Log-odds of a row whose features are all at their mean.</param>
    /// <param name="terms">The summands.</param>
    /// <param name="iterations">Steps that the fit took.</param>
    /// <param name="converged">True when the fit reached its minimum.</param>
    /// <param name="scale">From score to rank; null when the rank is the score.</param>
    public LinearModel(
        ModelOrigin origin, double intercept, IReadOnlyList<LinearTerm> terms, int iterations, bool converged, RankScale? scale = null)
        : base(origin)
    {
        (Intercept, Terms, Iterations, Converged, Scale) = (intercept, terms, iterations, converged, scale ?? RankScale.Identity);
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

    /// <summary>From score to rank.</summary>
    public RankScale Scale { get; }

    /// <summary>
    /// By term: value is the size of the coefficient of the standardised feature; details are coefficient, mean and scale.
    /// </summary>
    public override IReadOnlyList<FeatureImportance> Importance { get; }

    /// <summary>Ranks of rows. Features are found by name; one that the rows do not have counts as missing in all of them.</summary>
    public void Rank(Quiver quiver, Span<double> ranks)
    {
        Score(quiver.Features, ranks);
        for (var i = 0; i < ranks.Length; i++) ranks[i] = Scale.Rank(ranks[i], quiver.Times[i]);
    }

    /// <summary>Scores of rows: the probability of a glitch among the rows that were learned from.</summary>
    public void Score(FeatureMatrix features, Span<double> scores)
    {
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var f = 0; f < features.Names.Count; f++) index[features.Names[f]] = f;
        scores.Fill(Intercept);
        foreach (var term in Terms)
        {
            var values = index.TryGetValue(term.Feature, out var f) ? features.Column(f) : default;
            for (var i = 0; i < scores.Length; i++)
                scores[i] += term.Coefficient * term.Standardise(values.IsEmpty ? double.NaN : values[i]);
        }
        for (var i = 0; i < scores.Length; i++) scores[i] = Sigmoid(scores[i]);
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
        if (!Scale.IsIdentity) Scale.Write(writer, "scale");
        writer.WriteEndObject();
    }

    internal static LinearModel Read(ModelOrigin origin, ExactJsonReader body) =>
        new(
            origin,
            body.Number("intercept"),
            [.. body.Objects("terms").Select(ReadTerm)],
            body.Count("iterations"),
            body.Flag("converged"),
            body.ObjectIfPresent("scale") is { } scale ? RankScale.Read(scale) : null
        );

    // Every figure must be finite, because one that is not could give a rank that is no number.
    static LinearTerm ReadTerm(ExactJsonReader json)
    {
        var scale = json.Number("scale");
        if (!(scale > 0)) throw json.Malformed("scale", "must be above 0");
        return new(json.Text("feature"), json.Flag("is_missing"), json.Number("mean"), scale, json.Number("coefficient"));
    }
}
