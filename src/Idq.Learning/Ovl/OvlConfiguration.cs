namespace Idq.Learning;

/// <summary>One rule: every trigger of a channel at or above a threshold vetoes the time around it.</summary>
/// <param name="Channel">The witness.</param>
/// <param name="Threshold">Triggers of at least this significance veto.</param>
/// <param name="Window">Half-width in nanoseconds: a trigger at t vetoes [t − window, t + window).</param>
public readonly record struct OvlConfiguration(string Channel, double Threshold, long Window);
