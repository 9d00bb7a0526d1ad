namespace Idq.Learning;

/// <summary>Do later samples turn out to be glitches as often as the LOGLIKE that they were given says?</summary>
/// <param name="Value">
/// Observed over expected glitches among samples with LOGLIKE &gt; 0; null when there is none, or when a class is missing.
/// </param>
/// <param name="StandardError">Of <paramref name="Value"/> if the map is right; null with it.</param>
/// <param name="Expected">Weighted glitches expected among samples with LOGLIKE &gt; 0.</param>
/// <param name="Observed">Weighted glitches among them.</param>
/// <param name="Bins">The same by LOGLIKE, lowest first; bins without samples are left out.</param>
/// <remarks>
/// <para>Samples must have been judged by a map that did not contain them. Where N_g glitches and N_c clean samples are compared, a
/// sample of LOGLIKE L is a glitch with p = σ(L + log N_g/N_c), whatever the rates of the two are, because p(r|g) N_g + p(r|c) N_c is what
/// was sampled. Which samples count (L &gt; 0) is decided by the map before the label is seen, so the choice biases nothing.</para>
/// <para>Error: glitches and clean samples are drawn separately, so observed − expected = Σ_g (1 − p) − Σ_c p over the samples with L &gt;
/// 0 is a sum of independent terms in each class, of mean zero if L is true; its variance is v − v²(1/N_g + 1/N_c), v = Σp(1 − p), less
/// than the v of labels that fall independently. With weights v = Σw²p(1 − p), and the second part has (Σwp(1 − p))² and effective
/// numbers.</para>
/// <para>A map of few samples is known only so well. When the caller gives the deviation s of each LOGLIKE (<see
/// cref="CalibrationMap.LogLikeDeviation"/>), an error Σ p(1 − p) s is added in quadrature, taken as fully correlated inside a bin and
/// independent between bins. Without it the test is one of the map and its finite size together, and rejects good maps once there are many
/// more samples to judge than it was made of.</para>
/// </remarks>
public sealed record CalibrationCoverage(
    double? Value, double? StandardError, double Expected, double Observed, IReadOnlyList<CalibrationCoverage.Bin> Bins)
{
    static readonly double[] Edges = [-6, -4, -3, -2, -1, 0, 1, 2, 3, 4, 6];

    /// <summary>Samples of similar LOGLIKE.</summary>
    /// <param name="LogLike">Weighted mean of the finite LOGLIKEs; the infinite one when there are no others.</param>
    /// <param name="Samples">Weighted number of samples.</param>
    /// <param name="Expected">Weighted glitches expected.</param>
    /// <param name="Observed">Weighted glitches.</param>
    /// <param name="StandardError">Of the observed number, if the map is right.</param>
    public readonly record struct Bin(double LogLike, double Samples, double Expected, double Observed, double StandardError);

    /// <summary>Compares labels with what an earlier map said of the samples.</summary>
    /// <param name="logLike">LOGLIKE of each sample; may be infinite, not NaN.</param>
    /// <param name="labels">Parallel: <see cref="Label.Glitch"/> or clean.</param>
    /// <param name="weights">Parallel: how many samples each stands for.</param>
    /// <param name="deviations">Parallel, or empty: standard deviation of what the map knew about each LOGLIKE.</param>
    /// <exception cref="ArgumentException">The spans differ in length, or a LOGLIKE is NaN.</exception>
    public static CalibrationCoverage Of(
        ReadOnlySpan<double> logLike, ReadOnlySpan<byte> labels, ReadOnlySpan<double> weights, ReadOnlySpan<double> deviations = default)
    {
        if (
            labels.Length != logLike.Length
            || weights.Length != logLike.Length
            || (deviations.Length != 0 && deviations.Length != logLike.Length)
        )
            throw new ArgumentException("every sample needs a LOGLIKE, a label and a weight");
        double glitches = 0, cleans = 0, glitchSquares = 0, cleanSquares = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            if (double.IsNaN(logLike[i])) throw new ArgumentException($"the LOGLIKE of sample {i} is not a number", nameof(logLike));
            if (labels[i] == Label.Glitch) (glitches, glitchSquares) = (glitches + weights[i], glitchSquares + weights[i] * weights[i]);
            else (cleans, cleanSquares) = (cleans + weights[i], cleanSquares + weights[i] * weights[i]);
        }
        var sums = new Sum[Edges.Length + 1];
        var odds = Math.Log(glitches / cleans);
        for (var i = 0; i < labels.Length; i++)
        {
            var p = 1 / (1 + Math.Exp(-(logLike[i] + odds)));
            sums[BinOf(logLike[i])].Add(logLike[i], labels[i] == Label.Glitch, weights[i], p, deviations.IsEmpty ? 0 : deviations[i]);
        }
        if (glitches == 0 || cleans == 0) return Of(sums, null);
        return Of(sums, glitchSquares / (glitches * glitches) + cleanSquares / (cleans * cleans));
    }

    /// <param name="sums">One per bin.</param>
    /// <param name="inverseCounts">1/N_g + 1/N_c of the effective numbers; null when a class is missing.</param>
    static CalibrationCoverage Of(Sum[] sums, double? inverseCounts)
    {
        var bins = sums.Where(s => s.Samples > 0)
            .Select(s => new Bin(s.LogLike, s.Samples, s.Expected, s.Observed, Error([s], inverseCounts ?? 0)))
            .ToArray();
        var likely = sums[BinOf(double.Epsilon)..];
        var (expected, observed) = (likely.Sum(s => s.Expected), likely.Sum(s => s.Observed));
        return inverseCounts is null || expected == 0
            ? new(null, null, expected, observed, bins)
            : new(observed / expected, Error(likely, inverseCounts.Value) / expected, expected, observed, bins);
    }

    static double Error(Sum[] sums, double inverseCounts)
    {
        var share = sums.Sum(s => s.Share);
        var sampling = sums.Sum(s => s.Variance) - share * share * inverseCounts;
        return Math.Sqrt(Math.Max(0, sampling) + sums.Sum(s => s.Drift * s.Drift));
    }

    /// <summary>Bins are half-open, (edge, edge], so that LOGLIKE 0 is not "above 0".</summary>
    static int BinOf(double logLike)
    {
        var bin = 0;
        while (bin < Edges.Length && logLike > Edges[bin]) bin++;
        return bin;
    }

    struct Sum
    {
        double moment;
        double finite;
        double infinite;

        public double Samples { get; private set; }

        public double Expected { get; private set; }

        public double Observed { get; private set; }

        public double Share { get; private set; }

        public double Variance { get; private set; }

        public double Drift { get; private set; }

        public readonly double LogLike => finite > 0 ? moment / finite : infinite;

        public void Add(double logLike, bool isGlitch, double weight, double p, double deviation)
        {
            if (double.IsFinite(logLike)) (moment, finite) = (moment + weight * logLike, finite + weight);
            else infinite = logLike;
            Samples += weight;
            Expected += weight * p;
            Observed += isGlitch ? weight : 0;
            Share += weight * p * (1 - p);
            Variance += weight * weight * p * (1 - p);
            Drift += weight * p * (1 - p) * deviation;
        }
    }
}
