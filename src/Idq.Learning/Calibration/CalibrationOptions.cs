namespace Idq.Learning;

/// <summary>How maps are made. Durations are nanoseconds.</summary>
public sealed record CalibrationOptions
{
    /// <summary>Everything at its default.</summary>
    public static CalibrationOptions Default { get; } = new();

    /// <summary>Grid points of a kernel map over its axis of log odds of the rank, at least 2.</summary>
    /// <value>The default value is 201: one every 0.12.</value>
    public int NumPoints { get; init; } = 201;

    /// <summary>
    /// A fixed kernel bandwidth in log odds of the rank, or null to find each class's own by
    /// <see cref="Idq.Learning.Bandwidth.LeaveOneOut"/>.
    /// </summary>
    /// <value>The default value is null.</value>
    public double? Bandwidth { get; init; }

    /// <summary>
    /// Lower limit of the bandwidth search, in log odds. What it finds is raised to the spacing of the grid, which could not show a
    /// narrower kernel.
    /// </summary>
    /// <value>The default value is 1e-4.</value>
    public double MinBandwidth { get; init; } = 1e-4;

    /// <summary>Upper limit of the bandwidth search, in log odds.</summary>
    /// <value>The default value is 3.</value>
    public double MaxBandwidth { get; init; } = 3;

    /// <summary>Livetime from which the glitch rate counts as reliable.</summary>
    /// <value>The default value is 86 400 s.</value>
    public long MinLivetime { get; init; } = 86_400 * GpsTime.NanosecondsPerSecond;

    /// <summary>Clean livetime from which the rates count as reliable.</summary>
    /// <value>The default value is 43 200 s.</value>
    public long MinCleanLivetime { get; init; } = 43_200 * GpsTime.NanosecondsPerSecond;

    /// <summary>Glitches that the prior of the glitch rate has already seen.</summary>
    /// <value>The default value is ½ (Jeffreys).</value>
    public double PriorGlitches { get; init; } = 0.5;

    /// <summary>
    /// Livetime in which the prior saw them. With 0 the rate comes from the data alone; with the figures of older data here it comes from
    /// both together.
    /// </summary>
    /// <value>The default value is 0.</value>
    public long PriorLivetime { get; init; }

    /// <summary>Throws when an option is out of its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The message names the option, its value and what it should be.</exception>
    public CalibrationOptions Validated()
    {
        Require(NumPoints >= 2, nameof(NumPoints), NumPoints, "at least 2");
        Require(MinBandwidth > 0 && double.IsFinite(MinBandwidth), nameof(MinBandwidth), MinBandwidth, "positive and finite");
        Require(
            MaxBandwidth >= MinBandwidth && double.IsFinite(MaxBandwidth),
            nameof(MaxBandwidth),
            MaxBandwidth,
            "finite and not below MinBandwidth"
        );
        Require(
            Bandwidth is null || (Bandwidth > 0 && double.IsFinite(Bandwidth.Value)),
            nameof(Bandwidth),
            Bandwidth,
            "positive and finite"
        );
        Require(MinLivetime >= 0, nameof(MinLivetime), MinLivetime, "not negative");
        Require(MinCleanLivetime >= 0, nameof(MinCleanLivetime), MinCleanLivetime, "not negative");
        Require(PriorGlitches > 0 && double.IsFinite(PriorGlitches), nameof(PriorGlitches), PriorGlitches, "positive and finite");
        Require(PriorLivetime >= 0, nameof(PriorLivetime), PriorLivetime, "not negative");
        return this;
    }

    static void Require(bool holds, string option, object? value, string expected)
    {
        if (!holds) throw new ArgumentOutOfRangeException(option, value, $"calibration option {option} is {value}, expected {expected}");
    }
}
