namespace Idq.Learning.Tests.Linear;

/// <summary>Rows drawn from a logistic regression that is known, and what a fit to them must satisfy.</summary>
static class LogisticRows
{
    /// <summary>
    /// Features "F0", "F1", … of different scales, and labels drawn from σ(intercept + Σ β z), z being the feature without its scale.
    /// </summary>
    public static (byte[] Labels, (string Name, double[] Values)[] Features) Draw(
        ulong seed,
        int rows,
        double intercept,
        params double[] beta
    )
    {
        var random = new CounterRandom(seed, 5, 0);
        var features = beta.Select((_, f) => (Name: $"F{f}", Values: new double[rows])).ToArray();
        var labels = new byte[rows];
        for (var i = 0; i < rows; i++)
        {
            var score = intercept;
            for (var f = 0; f < beta.Length; f++)
            {
                // Uniform of variance 1.
                var z = (random.NextDouble() - 0.5) * Math.Sqrt(12);
                features[f].Values[i] = 40 * f + z * Math.Pow(10, f - 1);
                score += beta[f] * z;
            }
            labels[i] = random.NextDouble() < 1 / (1 + Math.Exp(-score)) ? Label.Glitch : Label.Clean;
        }
        return (labels, features);
    }

    /// <summary>The model of a training that must succeed.</summary>
    public static LinearModel Fit(LinearOptions options, Quiver quiver)
    {
        var result = new LinearClassifier("lr", options).Train(quiver, null, CancellationToken.None);
        Assert.True(result.IsTrained, result.Reason);
        return (LinearModel)result.Model;
    }

    /// <summary>Ranks of a quiver under a model.</summary>
    public static double[] Ranks(LinearModel model, Quiver quiver) => new LinearClassifier("lr", new LinearOptions()).Ranks(model, quiver);

    /// <summary>Scores of a quiver under a model: the ranks before the model's scale.</summary>
    public static double[] Scores(LinearModel model, Quiver quiver)
    {
        var scores = new double[quiver.Count];
        model.Score(quiver.Features, scores);
        return scores;
    }

    /// <summary>
    /// The largest derivative of the penalised loss at the model, the intercept's included, computed from the scores alone; 0 at the
    /// minimum.
    /// </summary>
    public static double Slope(LinearModel model, Quiver quiver, double l2, double[]? weights = null)
    {
        var scores = Scores(model, quiver);
        var mean = (weights ?? quiver.Weights).Average();
        var residuals = scores.Select((r, i) => (weights ?? quiver.Weights)[i] / mean * (r - quiver.Labels[i])).ToArray();
        var worst = Math.Abs(residuals.Sum());
        foreach (var term in model.Terms)
        {
            var column = quiver.Features.Column(quiver.Features.Names.ToList().IndexOf(term.Feature));
            var slope = l2 * term.Coefficient;
            for (var i = 0; i < residuals.Length; i++) slope += residuals[i] * Standardised(term, column[i]);
            worst = Math.Max(worst, Math.Abs(slope));
        }
        return worst;
    }

    static double Standardised(LinearTerm term, double value) => (term.IsMissing, double.IsFinite(value)) switch
    {
        (false, true) => (value - term.Mean) / term.Scale,
        (false, false) => 0,
        (true, true) => -term.Mean / term.Scale,
        (true, false) => (1 - term.Mean) / term.Scale,
    };
}
