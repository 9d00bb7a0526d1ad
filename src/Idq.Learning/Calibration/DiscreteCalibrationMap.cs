namespace Idq.Learning;

/// <summary>
/// A map of ranks that take few distinct values. Look-ups are exact at those, and follow <see cref="DiscreteDensity"/> between them.
/// </summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class DiscreteCalibrationMap : CalibrationMap
{
    readonly (double Fap, double Eff, double LogLike)[] slots;

    internal DiscreteCalibrationMap(
        DiscreteDensity glitch, DiscreteDensity clean, CalibrationRates rates, CalibrationOptions options, long samplesAtFit)
        : base(rates, options, samplesAtFit)
    {
        (Glitch, Clean) = (glitch, clean);
        slots = new (double, double, double)[clean.Slots];
        for (var slot = 0; slot < slots.Length; slot++)
            slots[slot] = (clean.Above(slot, true), glitch.Above(slot, true), glitch.LogMeanOf(slot) - clean.LogMeanOf(slot));
    }

    /// <inheritdoc/>
    public override CalibrationKind Kind => CalibrationKind.Discrete;

    /// <summary>The ranks of glitches, on the atoms of both classes.</summary>
    public DiscreteDensity Glitch { get; }

    /// <summary>The ranks of clean samples, on the atoms of both classes.</summary>
    public DiscreteDensity Clean { get; }

    /// <inheritdoc/>
    public override long GlitchCount => Glitch.Count;

    /// <inheritdoc/>
    public override long CleanCount => Clean.Count;

    private protected override int Places => slots.Length;

    internal static DiscreteCalibrationMap FitDiscrete(
        RankSamples glitch,
        RankSamples clean,
        CalibrationRates rates,
        CalibrationOptions options
    ) =>
        new(
            DiscreteDensity.Fit(glitch, clean.Ranks),
            DiscreteDensity.Fit(clean, glitch.Ranks),
            rates,
            options,
            (long)glitch.Count + clean.Count
        );

    /// <inheritdoc/>
    public override CalibrationMap Append(RankSamples glitch, RankSamples clean, long livetime = 0, long cleanLivetime = 0) =>
        new DiscreteCalibrationMap(Glitch.Append(glitch, clean.Ranks), Clean.Append(clean, glitch.Ranks),
            Rates.Add(glitch.TotalWeight, livetime, cleanLivetime).Validated(), Options, SamplesAtFit);

    internal override (double Fap, double Deviation) StatedFap(double threshold)
    {
        for (var slot = 1; slot < slots.Length; slot += 2)
        {
            if (slots[slot].Fap is var fap && fap <= threshold)
                return (fap, Math.Sqrt(fap * (1 - fap) / (Clean.EffectiveCount + 1)));
        }
        return (0, 0);
    }

    private protected override (double Fap, double Eff, double LogLike) At(double rank) => slots[Clean.SlotOf(rank)];

    private protected override (BetaPosterior Glitch, BetaPosterior Clean) PosteriorsAt(int place) =>
        (Glitch.PosteriorOf(place), Clean.PosteriorOf(place));

    private protected override double Read(double[] table, double rank) => table[Clean.SlotOf(rank)];
}
