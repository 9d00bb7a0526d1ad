namespace Idq.Learning;

/// <summary>Is the FAP that a map states the fraction of later clean samples that reach it?</summary>
/// <param name="Checks">One per threshold, ascending.</param>
public sealed record CalibrationHealth(IReadOnlyList<CalibrationHealth.Check> Checks)
{
    /// <summary>The thresholds that are looked at.</summary>
    public static IReadOnlyList<double> Thresholds { get; } = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3];

    /// <summary>A deviation up to this is no reason to worry, however significant it is.</summary>
    public const double Tolerance = 0.1;

    /// <summary>One threshold on FAP.</summary>
    /// <param name="Threshold">Samples of FAP not above this are flagged.</param>
    /// <param name="Stated">
    /// The FAP that the map states for that: the threshold; for a discrete map the largest that an atom has, or 0 when none is so rare.
    /// </param>
    /// <param name="Observed">Weighted fraction of clean samples that are flagged.</param>
    /// <param name="Deviation">dFAP/FAP = observed/stated − 1; null when nothing is stated.</param>
    /// <param name="StandardError">
    /// Of the deviation if the map is right: binomial, of the samples given and of those that the map was made of; null with it.
    /// </param>
    public readonly record struct Check(double Threshold, double Stated, double Observed, double? Deviation, double? StandardError)
    {
        /// <summary>False when the deviation is more than both the tolerance and three standard errors.</summary>
        public bool IsHealthy => Deviation is not { } deviation || Math.Abs(deviation) <= Math.Max(Tolerance, 3 * StandardError!.Value);
    }

    /// <summary>True when every threshold is.</summary>
    public bool IsHealthy => Checks.All(check => check.IsHealthy);

    /// <summary>Judges a map by clean samples that it does not contain; without samples there are no checks.</summary>
    public static CalibrationHealth Of(CalibrationMap map, RankSamples laterClean)
    {
        if (laterClean.Count == 0) return new([]);
        var fap = laterClean.Ranks.Select(map.Fap).ToArray();
        return new([.. Thresholds.Select(threshold => Judge(map, laterClean, fap, threshold))]);
    }

    static Check Judge(CalibrationMap map, RankSamples clean, double[] fap, double threshold)
    {
        double flagged = 0;
        for (var i = 0; i < fap.Length; i++)
            if (fap[i] <= threshold) flagged += clean.Weights[i];
        var observed = flagged / clean.TotalWeight;
        var (stated, deviation) = map.StatedFap(threshold);
        if (stated == 0) return new(threshold, stated, observed, null, null);
        var variance = stated * (1 - stated) / clean.EffectiveCount + deviation * deviation;
        return new(threshold, stated, observed, observed / stated - 1, Math.Sqrt(variance) / stated);
    }
}
