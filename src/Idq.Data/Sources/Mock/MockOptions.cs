namespace Idq.Data;

/// <summary>How a <see cref="MockSource"/> is made from a file.</summary>
/// <param name="Path">The INI file that describes what is simulated; see <see cref="MockDefinition"/>.</param>
/// <param name="Seed">Key of all random numbers: the same seed gives the same events.</param>
/// <param name="Now">When given, nothing at or after the instant that it returns is delivered: live use.</param>
public sealed record MockOptions(string Path, ulong Seed, Func<GpsTime>? Now = null);
