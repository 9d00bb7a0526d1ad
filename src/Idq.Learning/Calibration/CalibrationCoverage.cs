namespace Idq.Learning;

/// <summary>Do later samples turn out to be glitches as often as the LOGLIKE that they were given says?</summary>
/// <param name="Value">Observed over expected glitches among samples with LOGLIKE &gt; 0; null when there is none, or when a class is missing.</param>
/// <param name="StandardError">Of <paramref name="Value"/> if the map is right; null with it.</param>
/// <param name="Expected">Weighted glitches expected among samples with LOGLIKE &gt; 0.</param>
/// <param name="Observed">Weighted glitches among them.</param>
/// <param name="Bins">The same by LOGLIKE, lowest first; bins without samples are left out.</param>
/// <remarks>
/// <para>Samples must have been judged by a map that did not contain them. Where N_g glitches and N_c clean samples are compared, a
/// sample of LOGLIKE L is a glitch with p = σ(L + log N_g/N_c), whatever the rates of the two are, because p(r|g) N_g + p(r|c) N_c is what
/// was sampled. Which samples count (L &gt; 0) is decided by the map before the label is seen, so the choice biases nothing.</para>
/// <para>The plain error of the observed number, V = Σp(1−p), is too large: the totals are fixed by construction (they set the odds), and given
/// the totals the variance of a part S is V_S (1 − V_S/V). It is also too small: a map of few samples is known only so well. When the caller
/// gives the deviation s of each LOGLIKE (<see cref="CalibrationMap.LogLikeDeviation"/>), an error (Σ p(1−p) s)² is added, taken as fully
/// correlated inside a bin and independent between bins. Without it the test is one of "map and its finite size" together, and rejects good
/// maps once there are many more samples to judge than it was made of.</para>
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
        if (labels.Length != logLike.Length || weights.Length != logLike.Length || (deviations.Length != 0 && deviations.Length != logLike.Length))
            throw new ArgumentException("every sample needs a LOGLIKE, a label and a weight");
        double glitches = 0, cleans = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            if (double.IsNaN(logLike[i])) throw new ArgumentException($"the LOGLIKE of sample {i} is not a number", nameof(logLike));
            if (labels[i] == Label.Glitch) glitches += weights[i];
            else cleans += weights[i];
        }
        var sums = new Sum[Edges.Length + 1];
        var odds = Math.Log(glitches / cleans);
        for (var i = 0; i < labels.Length; i++)
        {
            var p = 1 / (1 + Math.Exp(-(logLike[i] + odds)));
            sums[BinOf(logLike[i])].Add(logLike[i], labels[i] == Label.Glitch, weights[i], p, deviations.IsEmpty ? 0 : deviations[i]);
        }
        return Of(sums, glitches > 0 && cleans > 0);
    }

    static CalibrationCoverage Of(Sum[] sums, bool bothClasses)
    {
        var all = sums.Sum(s => s.Variance);
        var bins = sums.Where(s => s.Samples > 0)
            .Select(s => new Bin(s.LogLike, s.Samples, s.Expected, s.Observed, Math.Sqrt(Given(s.Variance, all) + s.Drift * s.Drift)))
            .ToArray();
        var likely = sums[BinOf(double.Epsilon)..];
        var (expected, observed) = (likely.Sum(s => s.Expected), likely.Sum(s => s.Observed));
        if (!bothClasses || expected == 0) return new(null, null, expected, observed, bins);
        var error = Math.Sqrt(Given(likely.Sum(s => s.Variance), all) + likely.Sum(s => s.Drift * s.Drift));
        return new(observed / expected, error / expected, expected, observed, bins);
    }

    /// <summary>Variance of a part when the whole is given.</summary>
    static double Given(double part, double all) => all > 0 ? Math.Max(0, part * (1 - part / all)) : 0;

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
            Variance += weight * weight * p * (1 - p);
            Drift += weight * p * (1 - p) * deviation;
        }
    }
}
