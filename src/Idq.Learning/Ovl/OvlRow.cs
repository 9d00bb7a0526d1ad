namespace Idq.Learning;

/// <summary>A line of the list: a configuration and its measurement when its turn came.</summary>
/// <param name="Configuration">The rule.</param>
/// <param name="Counts">Measured in the final pass, after all earlier lines were applied.</param>
/// <param name="ExpectedMetric">The metric of this same configuration in the last training run, by which the list was ordered.</param>
/// <param name="Rank">What a time gets that this line is the first to veto: the rank of the metric in <paramref name="Counts"/>.</param>
/// <param name="Classic">The same lengths as the original would have printed them; null when the options did not ask for them.</param>
public sealed record OvlRow(
    OvlConfiguration Configuration, OvlCounts Counts, double ExpectedMetric, double Rank, ClassicFigures? Classic = null);
