namespace Idq.Learning;

/// <summary>
/// What a rank means: how often glitches and clean times reach it, how much likelier it makes a glitch, and how sure that is.
/// </summary>
/// <remarks>
/// <para>FAP(r) = P(rank ≥ r | clean), EFF(r) = P(rank ≥ r | at a glitch), LOGLIKE(r) = log E[p(r|w)] − log E[p(r|c)], w being an instant
/// in a window that holds a glitch, PGLITCH(r) = 1/(1 + exp(−LOGLIKE) (1 − p_g)/p_g) with the prior p_g of a glitch in one window from
/// <see cref="CalibrationRates"/>. All are finite, FAP and EFF are never 0 and never rise with the rank, PGLITCH is never 0 or 1.</para>
/// <para>A map without samples of a class answers from its priors, and <see cref="IsUsable"/> is false.</para>
/// </remarks>
/// <threadsafety>Immutable.</threadsafety>
public abstract class CalibrationMap
{
    readonly Lazy<double[]> deviations;
    readonly double priorLogOdds;

    private protected CalibrationMap(CalibrationRates rates, CalibrationOptions options, long samplesAtFit)
    {
        (Rates, Options, SamplesAtFit) = (rates, options, samplesAtFit);
        priorLogOdds = rates.PriorLogOdds(options);
        deviations = new(MakeDeviations);
    }

    /// <summary>How the ranks are taken to be distributed.</summary>
    public abstract CalibrationKind Kind { get; }

    /// <summary>Glitch rows.</summary>
    public abstract long GlitchCount { get; }

    /// <summary>Clean rows.</summary>
    public abstract long CleanCount { get; }

    /// <summary>Rows of both classes.</summary>
    public long SampleCount => checked(GlitchCount + CleanCount);

    /// <summary>Rows of both classes when the map was last fitted from scratch.</summary>
    public long SamplesAtFit { get; }

    /// <summary>How often there is a glitch.</summary>
    public CalibrationRates Rates { get; }

    /// <summary>How the map was made.</summary>
    public CalibrationOptions Options { get; }

    /// <summary>True when there are samples of both classes.</summary>
    public bool IsUsable => GlitchCount > 0 && CleanCount > 0;

    /// <summary>Why the map is not usable; null when it is.</summary>
    public string? Reason => (GlitchCount, CleanCount) switch
    {
        (0, 0) => "the calibration map has no samples",
        (0, _) => "the calibration map has no glitch samples",
        (_, 0) => "the calibration map has no clean samples",
        _ => null,
    };

    /// <summary>True when the livetimes reach their minima; PGLITCH rests on the rates, LOGLIKE does not.</summary>
    public bool RatesAreReliable => Rates.AreReliable(Options);

    /// <summary>The prior probability of a glitch in one window.</summary>
    public double PriorPGlitch => Logistic(priorLogOdds);

    /// <summary>Fits from scratch, bandwidths and all.</summary>
    /// <param name="kind">How the ranks are taken to be distributed.</param>
    /// <param name="glitch">Ranks at the glitches.</param>
    /// <param name="clean">Ranks of clean samples.</param>
    /// <param name="rates">How often there is a glitch.</param>
    /// <param name="options">How the map is made; null for the defaults.</param>
    /// <param name="window">
    /// Ranks at one instant in the window of each glitch, drawn evenly; null when the glitches themselves are such instants.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">An option or a rate out of its range.</exception>
    public static CalibrationMap Fit(
        CalibrationKind kind, RankSamples glitch, RankSamples clean, CalibrationRates rates, CalibrationOptions? options = null,
        RankSamples? window = null)
    {
        options = (options ?? CalibrationOptions.Default).Validated();
        return kind == CalibrationKind.Discrete
            ? DiscreteCalibrationMap.FitDiscrete(glitch, window ?? glitch, clean, rates.Validated(), options)
            : KernelCalibrationMap.FitKernel(glitch, window ?? glitch, clean, rates.Validated(), options);
    }

    /// <summary>
    /// The map with more samples, at the cost of the new ones only. Bandwidths stay; everything else equals a fit from scratch to rounding,
    /// and the same sequence of calls gives the same bits.
    /// </summary>
    /// <param name="glitch">New glitches; their weights add to the glitch count of the rates.</param>
    /// <param name="clean">New clean samples.</param>
    /// <param name="livetime">New livetime in nanoseconds.</param>
    /// <param name="cleanLivetime">New clean livetime in nanoseconds.</param>
    /// <param name="window">Ranks in the windows of the new glitches, as in <see cref="Fit"/>.</param>
    public abstract CalibrationMap Append(
        RankSamples glitch, RankSamples clean, long livetime = 0, long cleanLivetime = 0, RankSamples? window = null);

    /// <summary>P(rank ≥ r | clean).</summary>
    /// <exception cref="ArgumentOutOfRangeException">A rank outside [0, 1] or NaN; so do all look-ups.</exception>
    public double Fap(double rank) => At(rank).Fap;

    /// <summary>P(rank ≥ r | glitch).</summary>
    public double Eff(double rank) => At(rank).Eff;

    /// <summary>log E[p(r | an instant in a window that holds a glitch)] − log E[p(r | clean)].</summary>
    public double LogLike(double rank) => At(rank).LogLike;

    /// <summary>Standard deviation of what is known about the log likelihood ratio.</summary>
    public double LogLikeDeviation(double rank) => Read(deviations.Value, rank);

    /// <summary>
    /// Standard deviation of what is known about the log odds of PGLITCH: that of LOGLIKE and that of the rate, 1/√(glitches + prior).
    /// </summary>
    public double LogOddsDeviation(double logLikeDeviation) =>
        Math.Sqrt(logLikeDeviation * logLikeDeviation + 1 / (Rates.Glitches + Options.PriorGlitches));

    /// <summary>Posterior probability of a glitch in the window of the rates.</summary>
    public double PGlitch(double rank) => Logistic(LogLike(rank) + priorLogOdds);

    /// <summary>Maps a whole series; nothing is allocated once the map was used.</summary>
    /// <exception cref="ArgumentException">A result is shorter than the ranks.</exception>
    public void Map(
        ReadOnlySpan<double> ranks, Span<double> fap, Span<double> eff, Span<double> logLike, Span<double> deviation, Span<double> pGlitch)
    {
        ThrowIfShorter(fap.Length, ranks.Length, nameof(fap));
        ThrowIfShorter(eff.Length, ranks.Length, nameof(eff));
        ThrowIfShorter(logLike.Length, ranks.Length, nameof(logLike));
        ThrowIfShorter(deviation.Length, ranks.Length, nameof(deviation));
        ThrowIfShorter(pGlitch.Length, ranks.Length, nameof(pGlitch));
        for (var i = 0; i < ranks.Length; i++)
        {
            // Most clean times of a series have one and the same rank: the last answer is repeated.
            if (i > 0 && ranks[i] == ranks[i - 1])
            {
                (fap[i], eff[i], logLike[i]) = (fap[i - 1], eff[i - 1], logLike[i - 1]);
                (deviation[i], pGlitch[i]) = (deviation[i - 1], pGlitch[i - 1]);
                continue;
            }
            (fap[i], eff[i], logLike[i]) = At(ranks[i]);
            deviation[i] = LogLikeDeviation(ranks[i]);
            pGlitch[i] = Logistic(logLike[i] + priorLogOdds);
        }
    }

    /// <summary>
    /// The largest false-alarm probability, not above <paramref name="threshold"/>, that a threshold on the rank can have, and how well it
    /// is known.
    /// </summary>
    /// <returns>The probability and the standard deviation of what is known about it; 0 and 0 where no rank is that rare.</returns>
    internal abstract (double Fap, double Deviation) StatedFap(double threshold);

    private protected abstract (double Fap, double Eff, double LogLike) At(double rank);

    /// <summary>Places at which the posteriors differ: grid points, or pools of atoms.</summary>
    private protected abstract int Places { get; }

    private protected abstract (BetaPosterior Window, BetaPosterior Clean) PosteriorsAt(int place);

    /// <summary>Standard deviation of what n effective samples tell of a probability.</summary>
    private protected static double DeviationOfFap(double fap, double n) => Math.Sqrt(fap * (1 - fap) / (n + 2));

    /// <summary>The value of a table over places at a rank.</summary>
    private protected abstract double Read(double[] table, double rank);

    double[] MakeDeviations()
    {
        var table = new double[Places];
        for (var place = 0; place < table.Length; place++)
        {
            var (window, clean) = PosteriorsAt(place);
            table[place] = Math.Sqrt(window.VarianceLog + clean.VarianceLog);
        }
        return table;
    }

    static double Logistic(double logOdds) => 1 / (1 + Math.Exp(-logOdds));

    static void ThrowIfShorter(int length, int needed, string name)
    {
        if (length < needed) throw new ArgumentException($"{name} has room for {length} values, {needed} are needed", name);
    }
}
