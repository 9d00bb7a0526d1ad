namespace Idq.Learning;

/// <summary>How often there is a glitch, from livetime; never from how many clean samples happened to be drawn.</summary>
/// <param name="Glitches">Weighted number of glitches in the livetime.</param>
/// <param name="Livetime">Nanoseconds in which a glitch would have been a sample.</param>
/// <param name="CleanLivetime">Nanoseconds in which clean samples could be drawn.</param>
/// <param name="Window">Nanoseconds: how long "now" is in the question "is there a glitch now?".</param>
public readonly record struct CalibrationRates(double Glitches, long Livetime, long CleanLivetime, long Window)
{
    /// <summary>Rates over more data.</summary>
    public CalibrationRates Add(double glitches, long livetime, long cleanLivetime) =>
        this with
        {
            Glitches = Glitches + glitches,
            Livetime = checked(Livetime + livetime),
            CleanLivetime = checked(CleanLivetime + cleanLivetime),
        };

    /// <summary>Glitches per second: the mean of the Gamma posterior, (glitches + prior glitches)/(livetime + prior livetime).</summary>
    /// <returns>+∞ when neither has any livetime.</returns>
    public double GlitchRate(CalibrationOptions options) =>
        (Glitches + options.PriorGlitches) / ((Livetime + (double)options.PriorLivetime) / GpsTime.NanosecondsPerSecond);

    /// <summary>
    /// The prior probability of a glitch in one window, 1 − exp(−rate · window), as log odds log(p/(1 − p)); 0 (as likely as not) without
    /// livetime.
    /// </summary>
    public double PriorLogOdds(CalibrationOptions options)
    {
        var expected = GlitchRate(options) * Window / GpsTime.NanosecondsPerSecond;
        return double.IsFinite(expected) ? Math.Log(NearZero.Expm1(expected)) : 0;
    }

    /// <summary>True when both livetimes reach their minima.</summary>
    public bool AreReliable(CalibrationOptions options) => Livetime >= options.MinLivetime && CleanLivetime >= options.MinCleanLivetime;

    /// <summary>Throws when a figure is negative, the count not finite, or the window not positive.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The message names the figure.</exception>
    public CalibrationRates Validated()
    {
        if (!(Glitches >= 0 && double.IsFinite(Glitches)))
            throw new ArgumentOutOfRangeException(nameof(Glitches), Glitches, "a glitch count is finite and not negative");
        ArgumentOutOfRangeException.ThrowIfNegative(Livetime);
        ArgumentOutOfRangeException.ThrowIfNegative(CleanLivetime);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Window);
        return this;
    }
}
