namespace Idq.Learning;

/// <summary>Scores of clean rows by models that did not learn from them: what new clean times will score.</summary>
/// <remarks>
/// Rows fall into 4 folds, or up to 10 when there are fewer than 5000 rows, by a number that depends on their GPS second only. A row's
/// fold is scored by a model that learned from the other folds: from nearly as many rows as the whole model, because one of fewer rows
/// spreads its scores wider. Rows that the whole model ties (no feature tells them apart) keep its score: one of many that are alike
/// teaches a model nothing about the others, and the models of the folds would put them at slightly different places.
/// </remarks>
static class HeldOutScores
{
    const int Many = 5;
    static readonly ulong Stream = CounterRandom.Hash("training folds");

    /// <param name="quiver">The rows that the model learned from.</param>
    /// <param name="own">The score that the whole model gives each of them.</param>
    /// <param name="score">
    /// Learns from the rows of the first indices and scores those of the second; null when nothing can be learned from them.
    /// </param>
    /// <returns>Scores of clean rows with their weights; none when no fold could be scored.</returns>
    public static RankSamples OfCleanRows(Quiver quiver, double[] own, Func<int[], int[], double[]?> score)
    {
        var clean = Enumerable.Range(0, quiver.Count).Where(i => quiver.Labels[i] == Label.Clean).ToArray();
        var alike = clean.CountBy(i => own[i]).Where(g => g.Value >= Many).Select(g => g.Key).ToHashSet();
        var count = Math.Clamp(20_000 / Math.Max(1, quiver.Count), 4, 10);
        var folds = Array.ConvertAll(quiver.Times, time => new CounterRandom(0, Stream, new GpsTime(time).Seconds).NextLong(count));
        var (scores, weights) = (new List<double>(), new List<double>());
        for (var fold = 0; fold < count; fold++)
        {
            var held = Array.FindAll(clean, i => folds[i] == fold);
            if (held.Length == 0 || score(IndicesOfOthers(folds, fold), held) is not { } values) continue;
            for (var i = 0; i < held.Length; i++)
            {
                scores.Add(alike.Contains(own[held[i]]) ? own[held[i]] : values[i]);
                weights.Add(quiver.Weights[held[i]]);
            }
        }
        return new([.. scores], [.. weights]);
    }

    static int[] IndicesOfOthers(long[] folds, int fold) => [.. Enumerable.Range(0, folds.Length).Where(i => folds[i] != fold)];
}
