namespace Idq;

/// <summary>What counts as a glitch, what counts as dirty, and how densely clean times are drawn.</summary>
/// <param name="TargetChannel">The channel whose triggers are the glitches.</param>
/// <param name="TargetBounds">A target trigger inside all of these is a glitch.</param>
/// <param name="DirtyBounds">A target trigger inside all of these makes its surroundings dirty (looser than the target bounds).</param>
/// <param name="DirtyWindow">Nanoseconds on either side of a dirty trigger in which no clean time is drawn.</param>
/// <param name="RandomRate">Clean times per second of clean livetime, in Hz.</param>
/// <param name="Seed">Key of the random times.</param>
public sealed record SampleDefinition(
    string TargetChannel,
    IReadOnlyList<ColumnBounds> TargetBounds,
    IReadOnlyList<ColumnBounds> DirtyBounds,
    long DirtyWindow,
    double RandomRate,
    ulong Seed);
