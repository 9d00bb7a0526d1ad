namespace Idq.Learning;

/// <summary>Do later samples bear out what maps said: is FAP the share of clean time, and PGLITCH that of windows with a glitch?</summary>
/// <param name="Fap">By threshold, descending; none without clean rows that a map judged.</param>
/// <param name="PGlitch">By bin of PGLITCH, lowest first; bins without samples are left out.</param>
/// <param name="Total">The sum of PGLITCH over the number of windows that held a glitch; null when none did.</param>
public sealed record CalibrationReliability(
    IReadOnlyList<CalibrationReliability.Share> Fap, IReadOnlyList<CalibrationReliability.Bin> PGlitch,
    CalibrationReliability.Ratio? Total)
{
    /// <summary>The FAPs that are looked at.</summary>
    public static IReadOnlyList<double> Thresholds { get; } = [0.5, 0.1, 0.01, 0.001];

    /// <summary>Clean time at or below a FAP.</summary>
    /// <param name="Threshold">The FAP, which is what the share should be; a discrete map may have less.</param>
    /// <param name="Value">The share.</param>
    /// <param name="StandardError">If the maps are right: of the rows, and of the rows that the maps were made of.</param>
    public readonly record struct Share(double Threshold, double Value, double StandardError);

    /// <summary>Windows of similar PGLITCH.</summary>
    /// <param name="From">Lower edge.</param>
    /// <param name="To">Upper edge.</param>
    /// <param name="Windows">Number of windows.</param>
    /// <param name="Stated">Sum of PGLITCH.</param>
    /// <param name="Held">Windows that held a glitch.</param>
    /// <param name="StandardError">Of <paramref name="Held"/> − <paramref name="Stated"/>, the maps' own error included.</param>
    public readonly record struct Bin(double From, double To, double Windows, double Stated, double Held, double StandardError);

    /// <summary>A ratio that should be 1.</summary>
    /// <param name="Value">The ratio.</param>
    /// <param name="StandardError">Of it, the maps' own error included, which is taken as independent between bins.</param>
    public readonly record struct Ratio(double Value, double StandardError);

    /// <summary>Compares.</summary>
    /// <param name="fap">FAP of clean rows, each by a map that did not contain it.</param>
    /// <param name="weights">Parallel: how many rows each stands for.</param>
    /// <param name="mapCleans">
    /// Clean rows that such a map was made of; for several maps the harmonic mean, because their errors are the same to a large part.
    /// </param>
    /// <param name="blocks">
    /// Stretches of time that are long against the windows of a glitch. Within a block samples may depend on each other; the error is
    /// that of the sums of blocks.
    /// </param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static CalibrationReliability Of(
        ReadOnlySpan<double> fap, ReadOnlySpan<double> weights, double mapCleans, IEnumerable<PGlitchTally> blocks)
    {
        if (fap.Length != weights.Length) throw new ArgumentException($"{fap.Length} FAPs have {weights.Length} weights", nameof(weights));
        double total = 0, squares = 0;
        foreach (var weight in weights) (total, squares) = (total + weight, squares + weight * weight);
        var shares = new List<Share>();
        foreach (var threshold in fap.IsEmpty ? [] : Thresholds)
        {
            double reached = 0;
            for (var i = 0; i < fap.Length; i++) reached += fap[i] <= threshold ? weights[i] : 0;
            var variance = threshold * (1 - threshold) * (squares / (total * total) + 1 / (mapCleans + 2));
            shares.Add(new(threshold, reached / total, Math.Sqrt(variance)));
        }
        var (bins, ratio) = OfBlocks(blocks);
        return new(shares, bins, ratio);
    }

    /// <summary>The same FAPs with PGLITCH by other stretches of time.</summary>
    public CalibrationReliability With(IEnumerable<PGlitchTally> blocks)
    {
        var (bins, ratio) = OfBlocks(blocks);
        return this with { PGlitch = bins, Total = ratio };
    }

    static (Bin[] Bins, Ratio? Total) OfBlocks(IEnumerable<PGlitchTally> blocks)
    {
        var sum = new PGlitchTally();
        var (variances, variance) = (new double[PGlitchTally.BinCount], 0.0);
        foreach (var block in blocks)
        {
            sum.Add(block);
            var excess = 0.0;
            for (var bin = 0; bin < variances.Length; bin++)
            {
                var own = block.Held[bin] - block.Stated[bin];
                variances[bin] += own * own;
                excess += own;
            }
            variance += excess * excess;
        }
        var bins = Enumerable.Range(0, variances.Length).Where(bin => sum.Windows[bin] > 0).Select(bin => new Bin(
            PGlitchTally.Edges[bin], PGlitchTally.Edges[bin + 1], sum.Windows[bin], sum.Stated[bin], sum.Held[bin],
            Math.Sqrt(variances[bin] + sum.Drift[bin] * sum.Drift[bin]))).ToArray();
        var (held, drift) = (sum.Held.Sum(), sum.Drift.Sum(d => d * d));
        return (bins, held > 0 ? new Ratio(sum.Stated.Sum() / held, Math.Sqrt(variance + drift) / held) : null);
    }
}
