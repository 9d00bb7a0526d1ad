namespace Idq.Learning;

/// <summary>A map of ranks that are distributed continuously. Look-ups interpolate linearly on the grid.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class KernelCalibrationMap : CalibrationMap
{
    readonly double[] fap;
    readonly double[] eff;
    readonly double[] logLike;

    internal KernelCalibrationMap(
        ReflectedKernelDensity glitch, ReflectedKernelDensity clean, CalibrationRates rates, CalibrationOptions options, long samplesAtFit)
        : base(rates, options, samplesAtFit)
    {
        (Glitch, Clean) = (glitch, clean);
        (fap, eff, logLike) = (new double[Places], new double[Places], new double[Places]);
        for (var g = 0; g < Places; g++)
        {
            fap[g] = 1 - clean.CdfGrid[g];
            eff[g] = 1 - glitch.CdfGrid[g];
            logLike[g] = glitch.LogPdfGrid[g] - clean.LogPdfGrid[g];
        }
    }

    /// <inheritdoc/>
    public override CalibrationKind Kind => CalibrationKind.Kernel;

    /// <summary>The ranks of glitches.</summary>
    public ReflectedKernelDensity Glitch { get; }

    /// <summary>The ranks of clean samples.</summary>
    public ReflectedKernelDensity Clean { get; }

    /// <inheritdoc/>
    public override long GlitchCount => Glitch.Count;

    /// <inheritdoc/>
    public override long CleanCount => Clean.Count;

    private protected override int Places => Glitch.NumPoints;

    internal static KernelCalibrationMap FitKernel(
        RankSamples glitch,
        RankSamples clean,
        CalibrationRates rates,
        CalibrationOptions options
    ) =>
        new(
            ReflectedKernelDensity.Fit(glitch, BandwidthOf(glitch, options), options.NumPoints),
            ReflectedKernelDensity.Fit(clean, BandwidthOf(clean, options), options.NumPoints),
            rates,
            options,
            (long)glitch.Count + clean.Count
        );

    /// <inheritdoc/>
    public override CalibrationMap Append(RankSamples glitch, RankSamples clean, long livetime = 0, long cleanLivetime = 0) =>
        new KernelCalibrationMap(Glitch.Append(glitch), Clean.Append(clean),
            Rates.Add(glitch.TotalWeight, livetime, cleanLivetime).Validated(), Options, SamplesAtFit);

    internal override (double Fap, double Deviation) StatedFap(double threshold)
    {
        var place = Array.FindIndex(fap, f => f <= threshold);
        return (threshold, Clean.CdfDeviation(Math.Clamp(place, 1, Places - 1)));
    }

    private protected override (double Fap, double Eff, double LogLike) At(double rank)
    {
        var (point, fraction) = Locate(rank);
        return (Falling(fap, point, fraction), Falling(eff, point, fraction), Linear(logLike, point, fraction));
    }

    private protected override (BetaPosterior Glitch, BetaPosterior Clean) PosteriorsAt(int place) =>
        (Glitch.PdfPosterior(place), Clean.PdfPosterior(place));

    private protected override double Read(double[] table, double rank)
    {
        var (point, fraction) = Locate(rank);
        return Linear(table, point, fraction);
    }

    (int Point, double Fraction) Locate(double rank)
    {
        Rank.ThrowIfOutside(rank, nameof(rank));
        var position = rank * (Places - 1);
        var point = Math.Min((int)position, Places - 2);
        return (point, position - point);
    }

    static double Linear(double[] table, int point, double fraction) => table[point] + fraction * (table[point + 1] - table[point]);

    // Rounding could give less than the value of the next grid point, and the figure would rise again there.
    static double Falling(double[] table, int point, double fraction) => Math.Max(table[point + 1], Linear(table, point, fraction));

    static double BandwidthOf(RankSamples samples, CalibrationOptions options) =>
        options.Bandwidth ?? Math.Max(
            Bandwidth.LeaveOneOut(samples, options.MinBandwidth, options.MaxBandwidth, reflect: true),
            1.0 / (options.NumPoints - 1));
}
