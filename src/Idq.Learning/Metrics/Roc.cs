namespace Idq.Learning;

/// <summary>How well ranks tell glitches from clean times, whatever the threshold: the receiver operating characteristic.</summary>
/// <remarks>Nothing is binned: every function sorts, O(n log n), and equal ranks are one point of the curve.</remarks>
public static class Roc
{
    // Sums of weights are rounded: a weighted count may exceed its limit by this fraction.
    const double Rounding = 1e-12;

    /// <summary>
    /// Area under the curve: the chance that a glitch outranks a clean time, both drawn by weight, a tie counting half (the Mann–Whitney
    /// statistic over the product of the numbers).
    /// </summary>
    /// <returns>A number in [0, 1], 0.5 for ranks that know nothing; NaN when there are no glitches or no clean times.</returns>
    public static double Auc(RankSamples glitch, RankSamples clean) => Auc(SortedClass.Of(glitch), SortedClass.Of(clean));

    /// <summary>The area under the curve with its standard error by the method of DeLong.</summary>
    /// <remarks>
    /// E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson, Biometrics 44, 837 (1988): each sample's placement is the fraction of the other
    /// class that it is on the right side of; var = var(placements of glitches)/m + var(placements of clean times)/n. With weights w the
    /// variance of a class is Σw²(v − A)²/(Σw)² · k/(k − 1), k being the class's effective number, which is DeLong's for equal weights: a
    /// row that stands for many is still one observation.
    /// </remarks>
    /// <returns>
    /// NaN twice when a class is empty; a standard error of NaN when a class has no more than one effective row, and of 0 when the classes
    /// do not overlap.
    /// </returns>
    public static (double Value, double StandardError) AucWithError(RankSamples glitch, RankSamples clean)
    {
        var (g, c) = (SortedClass.Of(glitch), SortedClass.Of(clean));
        var auc = Auc(g, c);
        var variance = g.VarianceOfMean(g.Placements(c)) + c.VarianceOfMean(c.Placements(g));
        return (auc, Math.Sqrt(variance));
    }

    /// <summary>The most efficient threshold whose false-alarm fraction does not exceed a limit.</summary>
    /// <remarks>
    /// An alarm is a rank at or above the threshold, so a threshold takes all samples of one rank or none: there is no randomised
    /// interpolation between two points of the curve. When even the highest clean rank is too many the threshold lies above it:
    /// false-alarm fraction 0, and the efficiency is that of the glitches above every clean time.
    /// </remarks>
    /// <param name="fap">The limit, in [0, 1].</param>
    /// <param name="glitch">Ranks of glitches.</param>
    /// <param name="clean">Ranks of clean times.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is outside [0, 1] or NaN.</exception>
    public static Efficiency EfficiencyAt(double fap, RankSamples glitch, RankSamples clean)
    {
        if (fap is not (>= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(fap), fap, "a false-alarm probability lies in [0, 1]");
        if (glitch.Count == 0 || clean.Count == 0) return new(fap, double.NaN, double.NaN, double.NaN, double.NaN);

        var (g, c) = (SortedClass.Of(glitch), SortedClass.Of(clean));
        var limit = fap * c.Weight * (1 + Rounding);
        var (falseAlarms, threshold) = (0.0, double.PositiveInfinity);
        for (int i = g.Count - 1, j = c.Count - 1; i >= 0;)
        {
            // Only glitch ranks are tried, because a threshold between two of them adds false alarms and no glitch.
            var rank = g.Values[i];
            for (; j >= 0 && c.Values[j] >= rank; j--) falseAlarms += c.Weights[j];
            if (falseAlarms > limit) break;
            while (i >= 0 && g.Values[i] == rank) i--;
            threshold = rank;
        }
        var efficiency = g.FractionFrom(threshold);
        return new(fap, c.FractionFrom(threshold), efficiency, Math.Sqrt(efficiency * (1 - efficiency) / glitch.EffectiveCount), threshold);
    }

    /// <summary>The area under the curve of one feature taken as a rank: how well it alone tells glitches from clean times.</summary>
    /// <remarks>Only the order of the values counts. Below 0.5 the feature is smaller for glitches.</remarks>
    /// <param name="values">Any numbers, infinite ones included; NaN is missing, lower than every number and equal to itself.</param>
    /// <param name="labels">Parallel to the values: <see cref="Label.Glitch"/>, or clean.</param>
    /// <param name="weights">Parallel to the values and positive; empty when every row counts once.</param>
    /// <returns>NaN when there are no glitches or no clean times.</returns>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static double SingleFeatureAuc(ReadOnlySpan<double> values, ReadOnlySpan<byte> labels, ReadOnlySpan<double> weights = default)
    {
        if (labels.Length != values.Length)
            throw new ArgumentException($"{values.Length} values but {labels.Length} labels", nameof(labels));
        if (!weights.IsEmpty && weights.Length != values.Length)
            throw new ArgumentException($"{values.Length} values but {weights.Length} weights", nameof(weights));
        return Auc(SortedClass.Of(values, labels, weights, glitches: true), SortedClass.Of(values, labels, weights, glitches: false));
    }

    static double Auc(SortedClass glitch, SortedClass clean)
    {
        if (glitch.Count == 0 || clean.Count == 0) return double.NaN;
        var (below, pairs, j) = (0.0, 0.0, 0);
        for (var i = 0; i < glitch.Count;)
        {
            var value = glitch.Values[i];
            while (j < clean.Count && clean.Values[j].CompareTo(value) < 0) below += clean.Weights[j++];
            var (tiedClean, tiedGlitch) = (clean.TakeTied(value, ref j), glitch.TakeTied(value, ref i));
            pairs += tiedGlitch * (below + tiedClean / 2);
            below += tiedClean;
        }
        return Math.Min(1, pairs / glitch.Weight / clean.Weight);
    }
}
