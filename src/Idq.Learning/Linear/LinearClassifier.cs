namespace Idq.Learning;

/// <summary>Logistic regression on standardised features: the simplest classifier that gives a probability.</summary>
/// <remarks>
/// Minimises Σ w (ln(1 + eˢ) − y s) + ½ l2 Σ β² over rows of weight w (of mean 1) and label y, s being the intercept and Σ β (x −
/// mean)/scale. A missing value (NaN or infinite) counts as the mean; with <see cref="LinearOptions.MissingIndicators"/> its absence is a
/// feature too. Row weights are honoured; they matter relative to each other. The rank is the place of the score among those of clean times
/// (<see cref="RankScale"/>).
/// </remarks>
public sealed class LinearClassifier(string nickname, LinearOptions options) : SupervisedClassifier(nickname, TraitsOfAll)
{
    /// <summary>Beyond this many columns the fit no longer builds a matrix of them.</summary>
    const int MostNewtonColumns = 500;

    /// <inheritdoc/>
    public override string Flavor => LinearModel.FlavorName;

    /// <summary>It needs features and nothing else.</summary>
    internal static ClassifierTraits TraitsOfAll { get; } = new() { UsesFeatures = true };

    /// <inheritdoc/>
    public override TrainingResult Train(Quiver quiver, ClassifierModel? previous, CancellationToken cancellationToken)
    {
        if (quiver.GlitchCount == 0)
            return TrainingResult.Untrained($"the linear classifier cannot be trained: there is no glitch among {quiver.Count} rows");
        if (quiver.CleanCount == 0)
            return TrainingResult.Untrained($"the linear classifier cannot be trained: there is no clean time among {quiver.Count} rows");
        var weights = Weights(quiver);
        if (weights is null) return TrainingResult.Untrained("the linear classifier cannot be trained: one class has no weight");
        var design = LinearDesign.Of(quiver.Features, weights, options.MissingIndicators);
        if (design.Terms.Length == 0)
            return TrainingResult.Untrained(
                $"the linear classifier cannot be trained: none of its {quiver.Features.Names.Count} features varies "
                    + $"over {quiver.Count} rows"
            );

        var loss = new LogisticLoss(design.Columns, quiver.Labels, weights, options.L2, cancellationToken);
        var start = new double[loss.Size];
        start[^1] = LogOdds(quiver, weights);
        var fit = Minimise(loss, start, quiver.Count);
        var terms = design.Terms.Select((t, i) => t with { Coefficient = fit.Beta[i] }).ToArray();
        var origin = ModelOrigin.Of(quiver);
        var own = new double[quiver.Count];
        new LinearModel(origin, fit.Beta[^1], terms, fit.Iterations, fit.Converged).Score(quiver.Features, own);
        var held = loss.Size - 1 <= MostNewtonColumns
            ? Array.ConvertAll(loss.LeaveOneOutScores(fit.Beta), LinearModel.Sigmoid)
            : HeldOutScores.ByFolds(quiver, OfOtherRows);
        var scale = RankScale.Of(HeldOutScores.OfCleanRows(quiver, own, held));
        return TrainingResult.Trained(
            new LinearModel(origin, fit.Beta[^1], terms, fit.Iterations, fit.Converged, scale),
            fit.Converged ? null : $"the fit had not converged after {fit.Iterations} steps; allow more or raise l2"
        );

        // Starts where the whole fit ended, so that few steps are enough.
        double[]? OfOtherRows(int[] learned, int[] held)
        {
            var labels = Array.ConvertAll(learned, i => quiver.Labels[i]);
            if (labels.Distinct().Count() < 2) return null;
            var columns = Array.ConvertAll(design.Columns, c => Array.ConvertAll(learned, i => c[i]));
            var part = new LogisticLoss(columns, labels, Array.ConvertAll(learned, i => weights[i]), options.L2, cancellationToken);
            var beta = Minimise(part, fit.Beta, learned.Length).Beta;
            var scores = new double[held.Length];
            for (var i = 0; i < scores.Length; i++)
            {
                var sum = beta[^1];
                for (var c = 0; c < columns.Length; c++) sum += beta[c] * design.Columns[c][held[i]];
                scores[i] = LinearModel.Sigmoid(sum);
            }
            return scores;
        }
    }

    /// <inheritdoc/>
    public override void Evaluate(ClassifierModel model, Quiver quiver, Span<double> ranks) =>
        Expect<LinearModel>(model, quiver, ranks).Rank(quiver, ranks);

    FitResult Minimise(LogisticLoss loss, double[] start, int rows) =>
        loss.Size - 1 <= MostNewtonColumns
            ? NewtonFit.Minimise(loss, start, rows, options.MaxIterations, options.Tolerance)
            : QuasiNewtonFit.Minimise(loss, start, rows, 20 * options.MaxIterations, options.Tolerance);

    // Weights have the mean 1, so that a common factor of all weights does not change the strength of the penalty.
    double[]? Weights(Quiver quiver)
    {
        double glitches = 0, cleans = 0;
        for (var i = 0; i < quiver.Count; i++)
            if (quiver.Labels[i] == Label.Glitch) glitches += quiver.Weights[i];
            else cleans += quiver.Weights[i];
        if (!(glitches > 0 && cleans > 0)) return null;
        var (perGlitch, perClean) = options.Balance ? (0.5 / glitches, 0.5 / cleans) : (1 / (glitches + cleans), 1 / (glitches + cleans));
        var weights = new double[quiver.Count];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = quiver.Weights[i] * quiver.Count * (quiver.Labels[i] == Label.Glitch ? perGlitch : perClean);
        return weights;
    }

    static double LogOdds(Quiver quiver, double[] weights)
    {
        double glitches = 0, all = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            all += weights[i];
            if (quiver.Labels[i] == Label.Glitch) glitches += weights[i];
        }
        return Math.Log(glitches / (all - glitches));
    }
}
