namespace Idq.Learning;

/// <summary>Scores of clean rows by models that did not learn from them: what new clean times will score.</summary>
/// <remarks>
/// Rows fall into folds by a number that depends on their GPS second only. A row's fold is scored by a model that learned from the other
/// folds. Rows that the whole model ties (no feature tells them apart) keep its score: one of many that are alike teaches a model nothing
/// about the others, and the models of the folds would put them at slightly different places.
/// </remarks>
static class HeldOutScores
{
    public const int Folds = 4;
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
        var folds = Array.ConvertAll(quiver.Times, FoldOf);
        var (scores, weights) = (new List<double>(), new List<double>());
        for (var fold = 0; fold < Folds; fold++)
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

    static long FoldOf(long time) => new CounterRandom(0, Stream, new GpsTime(time).Seconds).NextLong(Folds);

    static int[] IndicesOfOthers(long[] folds, int fold) => [.. Enumerable.Range(0, folds.Length).Where(i => folds[i] != fold)];
}
