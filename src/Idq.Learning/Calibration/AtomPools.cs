using MathNet.Numerics;

namespace Idq.Learning;

/// <summary>Neighbouring atoms of which the samples do not say that they differ, taken together.</summary>
/// <remarks>
/// <para>Successive models give slightly different ranks to the same kind of time, so that most atoms have a sample or two of one class
/// and none of the other; alone they would say "certain" or "impossible". The likelihood ratio of a pool rests on all its samples.</para>
/// <para>With g samples in windows of glitches and c clean ones, the share of the former in a pool is taken as Beta(2s, 2 − 2s), s being
/// the share among all samples; the evidence of a pool is B(g + 2s, c + 2 − 2s)/B(2s, 2 − 2s). Of all ways to cut the atoms into pools
/// the one with the largest product of evidences is taken (J. Scargle et al., Studies in astronomical time series analysis VI, 2013), found
/// in O(n²) for n runs: atoms in a row with samples of one and the same class only are never cut.</para>
/// </remarks>
static class AtomPools
{
    /// <summary>The pool of every atom, numbered from 0 in ascending rank.</summary>
    /// <param name="window">Effective samples in windows of glitches, by atom.</param>
    /// <param name="clean">Effective clean samples, by atom.</param>
    public static int[] Of(double[] window, double[] clean)
    {
        var starts = Runs(window, clean);
        var (sumWindow, sumClean) = (Cumulated(window, starts), Cumulated(clean, starts));
        var share = (sumWindow[^1] + 1) / (sumWindow[^1] + sumClean[^1] + 2);
        var (a, b) = (2 * share, 2 - 2 * share);
        var whole = LogBeta(a, b);

        // The best way to cut the first k runs ends with a pool that begins at run last[k].
        var (best, last) = (new double[starts.Length + 1], new int[starts.Length + 1]);
        for (var k = 1; k <= starts.Length; k++)
        {
            best[k] = double.NegativeInfinity;
            for (var from = 0; from < k; from++)
            {
                var (g, c) = (sumWindow[k] - sumWindow[from], sumClean[k] - sumClean[from]);
                var evidence = best[from] + LogBeta(g + a, c + b) - whole;
                if (evidence > best[k]) (best[k], last[k]) = (evidence, from);
            }
        }

        var begins = new HashSet<int>();
        for (var k = starts.Length; k > 0; k = last[k]) begins.Add(starts[last[k]]);
        var pool = -1;
        return [.. window.Select((_, atom) => begins.Contains(atom) ? ++pool : pool)];
    }

    static double LogBeta(double a, double b) =>
        SpecialFunctions.GammaLn(a) + SpecialFunctions.GammaLn(b) - SpecialFunctions.GammaLn(a + b);

    // The first atom of every run.
    static int[] Runs(double[] window, double[] clean)
    {
        var starts = new List<int>();
        var (hasWindow, hasClean) = (false, false);
        for (var atom = 0; atom < window.Length; atom++)
        {
            (hasWindow, hasClean) = (hasWindow || window[atom] > 0, hasClean || clean[atom] > 0);
            if (atom > 0 && !(hasWindow && hasClean)) continue;
            starts.Add(atom);
            (hasWindow, hasClean) = (window[atom] > 0, clean[atom] > 0);
        }
        return [.. starts];
    }

    // Sums over the atoms before each run, and over all.
    static double[] Cumulated(double[] counts, int[] starts)
    {
        var sums = new double[starts.Length + 1];
        for (var run = 0; run < starts.Length; run++)
        {
            var end = run + 1 < starts.Length ? starts[run + 1] : counts.Length;
            sums[run + 1] = sums[run] + counts[starts[run]..end].Sum();
        }
        return sums;
    }
}
