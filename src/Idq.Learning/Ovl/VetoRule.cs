namespace Idq.Learning;

/// <summary>A line of a list without its channel.</summary>
/// <param name="Line">Its place on the list.</param>
/// <param name="Threshold">Least significance of a trigger.</param>
/// <param name="Window">Half-width in nanoseconds.</param>
readonly record struct VetoRule(int Line, double Threshold, long Window);
