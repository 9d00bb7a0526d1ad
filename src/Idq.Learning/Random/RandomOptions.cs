namespace Idq.Learning;

/// <summary>Options of the null test.</summary>
/// <param name="Seed">Key of the ranks. <value>The default value is 0.</value></param>
public sealed record RandomOptions(ulong Seed = 0);
