namespace Idq.Learning;

/// <summary>
/// A map of ranks that are distributed continuously. Densities live on an axis of log odds of the rank, where both ends are resolved;
/// look-ups interpolate between grid points, linearly in FAP and EFF and in the logarithm of the density.
/// </summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class KernelCalibrationMap : CalibrationMap
{
    readonly double[] logLike;

    internal KernelCalibrationMap(
        ReflectedKernelDensity glitch, ReflectedKernelDensity window, ReflectedKernelDensity clean, CalibrationRates rates,
        CalibrationOptions options, long samplesAtFit)
        : base(rates, options, samplesAtFit)
    {
        (Glitch, Window, Clean) = (glitch, window, clean);
        logLike = [.. LogPdf(window).Zip(LogPdf(clean), (w, c) => w - c)];
    }

    /// <inheritdoc/>
    public override CalibrationKind Kind => CalibrationKind.Kernel;

    /// <summary>The ranks at the glitches, in places on the axis.</summary>
    public ReflectedKernelDensity Glitch { get; }

    /// <summary>The ranks at instants in the windows that hold the glitches, in places on the axis.</summary>
    public ReflectedKernelDensity Window { get; }

    /// <summary>The ranks of clean samples, in places on the axis.</summary>
    public ReflectedKernelDensity Clean { get; }

    /// <inheritdoc/>
    public override long GlitchCount => Glitch.Count;

    /// <inheritdoc/>
    public override long CleanCount => Clean.Count;

    private protected override int Places => Glitch.NumPoints;

    internal static KernelCalibrationMap FitKernel(
        RankSamples glitch, RankSamples window, RankSamples clean, CalibrationRates rates, CalibrationOptions options) =>
        new(Fit(glitch, options), Fit(window, options), Fit(clean, options), rates, options, (long)glitch.Count + clean.Count);

    /// <inheritdoc/>
    public override CalibrationMap Append(
        RankSamples glitch, RankSamples clean, long livetime = 0, long cleanLivetime = 0, RankSamples? window = null) =>
        new KernelCalibrationMap(
            Glitch.Append(RankAxis.Places(glitch)), Window.Append(RankAxis.Places(window ?? glitch)), Clean.Append(RankAxis.Places(clean)),
            Rates.Add(glitch.TotalWeight, livetime, cleanLivetime).Validated(), Options, SamplesAtFit);

    internal override (double Fap, double Deviation) StatedFap(double threshold) =>
        Clean.TailGrid[^1] > threshold ? (0, 0) : (threshold, DeviationOfFap(threshold, Clean.EffectiveCount));

    private protected override (double Fap, double Eff, double LogLike) At(double rank)
    {
        var (point, fraction) = Locate(rank);
        return (Falling(Clean.TailGrid, point, fraction), Falling(Glitch.TailGrid, point, fraction), Linear(logLike, point, fraction));
    }

    private protected override (BetaPosterior Window, BetaPosterior Clean) PosteriorsAt(int place) =>
        (Window.PdfPosterior(place), Clean.PdfPosterior(place));

    private protected override double Read(double[] table, double rank)
    {
        var (point, fraction) = Locate(rank);
        return Linear(table, point, fraction);
    }

    (int Point, double Fraction) Locate(double rank)
    {
        Rank.ThrowIfOutside(rank, nameof(rank));
        var position = RankAxis.Place(rank) * (Places - 1);
        var point = Math.Min((int)position, Places - 2);
        return (point, position - point);
    }

    // ln E[p] at the grid points.
    static IEnumerable<double> LogPdf(ReflectedKernelDensity density) =>
        SlopeCorrection.Of(density).Select(f => Math.Log((density.EffectiveCount * f + 1) / (density.EffectiveCount + 1)));

    static double Linear(double[] table, int point, double fraction) => table[point] + fraction * (table[point + 1] - table[point]);

    // Rounding could give less than the value of the next grid point, and the figure would rise again there.
    static double Falling(double[] table, int point, double fraction) => Math.Max(table[point + 1], Linear(table, point, fraction));

    static ReflectedKernelDensity Fit(RankSamples samples, CalibrationOptions options)
    {
        var places = RankAxis.Places(samples);
        var bandwidth = options.Bandwidth / RankAxis.Length ?? Math.Max(
            Bandwidth.LeaveOneOut(places, options.MinBandwidth / RankAxis.Length, options.MaxBandwidth / RankAxis.Length, reflect: true),
            1.0 / (options.NumPoints - 1));
        return ReflectedKernelDensity.Fit(places, bandwidth, options.NumPoints);
    }
}
