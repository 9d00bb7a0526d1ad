namespace Idq.Learning;

/// <summary>Scores of clean rows by models that did not learn from them: what new clean times will score.</summary>
static class HeldOutScores
{
    const int Folds = 4;
    const int Many = 5;
    static readonly ulong Stream = CounterRandom.Hash("training folds");

    /// <summary>
    /// The clean rows with their held-out scores; rows that the whole model ties (no feature tells them apart) keep its score. One of many
    /// that are alike teaches a model nothing about the others, and held-out models would put them at slightly different places.
    /// </summary>
    /// <param name="quiver">The rows that the model learned from.</param>
    /// <param name="own">The score that the whole model gives each of them.</param>
    /// <param name="held">The score by a model of other rows; NaN where there is none: such rows are left out.</param>
    public static RankSamples OfCleanRows(Quiver quiver, double[] own, double[] held)
    {
        var clean = Enumerable.Range(0, quiver.Count).Where(i => quiver.Labels[i] == Label.Clean && !double.IsNaN(held[i])).ToArray();
        var alike = clean.CountBy(i => own[i]).Where(g => g.Value >= Many).Select(g => g.Key).ToHashSet();
        return new(
            Array.ConvertAll(clean, i => alike.Contains(own[i]) ? own[i] : held[i]), Array.ConvertAll(clean, i => quiver.Weights[i]));
    }

    /// <summary>Scores of all rows, each by a model that learned from the other three quarters of the rows.</summary>
    /// <param name="quiver">Rows fall into four folds by a number that depends on their GPS second only.</param>
    /// <param name="score">
    /// Learns from the rows of the first indices and scores those of the second; null when nothing can be learned from them.
    /// </param>
    /// <returns>NaN for rows of which nothing was learned.</returns>
    /// <remarks>A model of fewer rows spreads its scores wider than the whole one: a FAP by them is too large, never too small.</remarks>
    public static double[] ByFolds(Quiver quiver, Func<int[], int[], double[]?> score)
    {
        var folds = Array.ConvertAll(quiver.Times, time => new CounterRandom(0, Stream, new GpsTime(time).Seconds).NextLong(Folds));
        var scores = new double[quiver.Count];
        Array.Fill(scores, double.NaN);
        for (var fold = 0; fold < Folds; fold++)
        {
            var (held, learned) = (Rows(f => f == fold), Rows(f => f != fold));
            if (held.Length == 0 || score(learned, held) is not { } values) continue;
            for (var i = 0; i < held.Length; i++) scores[held[i]] = values[i];
        }
        return scores;

        int[] Rows(Predicate<long> isIn) => [.. Enumerable.Range(0, folds.Length).Where(i => isIn(folds[i]))];
    }
}
