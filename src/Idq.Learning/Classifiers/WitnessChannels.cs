namespace Idq.Learning;

/// <summary>The channels of the source, as a classifier may use them.</summary>
/// <param name="Usable">Channels that may be witnesses.</param>
/// <param name="Excluded">Channels that may not, above all the target and the unsafe ones.</param>
public sealed record WitnessChannels(IReadOnlyList<string> Usable, IReadOnlyList<string> Excluded);
