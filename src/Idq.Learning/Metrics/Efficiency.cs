namespace Idq.Learning;

/// <summary>One point of a ROC: what a threshold on rank finds, at the price of which false alarms.</summary>
/// <param name="RequestedFap">The false-alarm probability that was not to be exceeded.</param>
/// <param name="Fap">The one that the threshold really has: the weighted fraction of clean times at or above it.</param>
/// <param name="Value">The weighted fraction of glitches at or above the threshold.</param>
/// <param name="StandardError">
/// Binomial, √(e(1 − e)/n), n being the effective number of glitches; 0 at e = 0 and e = 1. It takes the threshold as given: the noise of
/// the clean times that set it is not in it.
/// </param>
/// <param name="Threshold">The lowest rank that is an alarm; +∞ when none is.</param>
/// <remarks>Every figure but <paramref name="RequestedFap"/> is NaN when there are no glitches or no clean times.</remarks>
public readonly record struct Efficiency(double RequestedFap, double Fap, double Value, double StandardError, double Threshold);
