namespace Idq.Learning;

/// <summary>
/// A map of ranks that take few distinct values. FAP and EFF are exact counts; LOGLIKE is that of the pool of atoms
/// (<see cref="AtomPools"/>) to which a rank, or the atom nearest to a rank that was never seen, belongs.
/// </summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class DiscreteCalibrationMap : CalibrationMap
{
    readonly int[] poolOf;
    readonly Range[] pools;
    readonly double[] logLike;

    internal DiscreteCalibrationMap(
        DiscreteDensity glitch, DiscreteDensity window, DiscreteDensity clean, CalibrationRates rates, CalibrationOptions options,
        long samplesAtFit)
        : base(rates, options, samplesAtFit)
    {
        (Glitch, Window, Clean) = (glitch, window, clean);
        poolOf = AtomPools.Of(window.EffectiveCounts, clean.EffectiveCounts);
        pools = poolOf.Length == 0 ? [new(0, 0)] : Array.ConvertAll(poolOf.Distinct().ToArray(), Atoms);
        logLike = Array.ConvertAll(pools, pool => window.LogMassOf(pool) - clean.LogMassOf(pool));

        Range Atoms(int pool) => Array.IndexOf(poolOf, pool)..(Array.LastIndexOf(poolOf, pool) + 1);
    }

    /// <inheritdoc/>
    public override CalibrationKind Kind => CalibrationKind.Discrete;

    /// <summary>The ranks at the glitches, on the atoms of all classes.</summary>
    public DiscreteDensity Glitch { get; }

    /// <summary>The ranks at instants in the windows that hold the glitches, on the atoms of all classes.</summary>
    public DiscreteDensity Window { get; }

    /// <summary>The ranks of clean samples, on the atoms of all classes.</summary>
    public DiscreteDensity Clean { get; }

    /// <inheritdoc/>
    public override long GlitchCount => Glitch.Count;

    /// <inheritdoc/>
    public override long CleanCount => Clean.Count;

    private protected override int Places => pools.Length;

    internal static DiscreteCalibrationMap FitDiscrete(
        RankSamples glitch, RankSamples window, RankSamples clean, CalibrationRates rates, CalibrationOptions options) =>
        new(
            DiscreteDensity.Fit(glitch, [.. window.Ranks, .. clean.Ranks]), DiscreteDensity.Fit(window, [.. glitch.Ranks, .. clean.Ranks]),
            DiscreteDensity.Fit(clean, [.. glitch.Ranks, .. window.Ranks]), rates, options, (long)glitch.Count + clean.Count);

    /// <inheritdoc/>
    public override CalibrationMap Append(
        RankSamples glitch, RankSamples clean, long livetime = 0, long cleanLivetime = 0, RankSamples? window = null)
    {
        window ??= glitch;
        return new DiscreteCalibrationMap(
            Glitch.Append(glitch, [.. window.Ranks, .. clean.Ranks]), Window.Append(window, [.. glitch.Ranks, .. clean.Ranks]),
            Clean.Append(clean, [.. glitch.Ranks, .. window.Ranks]), Rates.Add(glitch.TotalWeight, livetime, cleanLivetime).Validated(),
            Options, SamplesAtFit);
    }

    internal override (double Fap, double Deviation) StatedFap(double threshold)
    {
        for (var atom = 0; atom < poolOf.Length; atom++)
            if (Clean.TailFrom(atom) is var fap && fap <= threshold) return (fap, DeviationOfFap(fap, Clean.EffectiveCount));
        return (0, 0);
    }

    private protected override (double Fap, double Eff, double LogLike) At(double rank)
    {
        var atom = Clean.From(rank);
        return (Clean.TailFrom(atom), Glitch.TailFrom(atom), logLike[PoolAt(rank, atom)]);
    }

    private protected override (BetaPosterior Window, BetaPosterior Clean) PosteriorsAt(int place) =>
        (Window.PosteriorOf(pools[place]), Clean.PosteriorOf(pools[place]));

    private protected override double Read(double[] table, double rank) => table[PoolAt(rank, Clean.From(rank))];

    // The pool of the atom that is nearest to a rank, given the first atom that is not below it.
    int PoolAt(double rank, int from)
    {
        if (poolOf.Length == 0) return 0;
        var atoms = Clean.Atoms;
        return poolOf[from == atoms.Length || (from > 0 && rank - atoms[from - 1] < atoms[from] - rank) ? from - 1 : from];
    }
}
