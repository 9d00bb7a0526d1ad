using FsCheck;
using FsCheck.Fluent;

namespace Idq.Learning.Tests.Metrics;

/// <summary>Ranks of the two classes, on a coarse grid so that ties happen, empty classes among them.</summary>
static class RankGenerators
{
    /// <summary>Ranks in tenths with whole weights 1 to 4.</summary>
    public static Gen<RankSamples> Whole { get; } = Samples(from w in Gen.Choose(1, 4) select (double)w);

    /// <summary>Ranks in tenths with weights that no double holds exactly.</summary>
    public static Gen<RankSamples> Fractional { get; } = Samples(from w in Gen.Choose(1, 50) select w * 0.1);

    /// <summary>Two classes.</summary>
    public static Gen<(RankSamples Glitch, RankSamples Clean)> Pairs(Gen<RankSamples> samples) =>
        from g in samples
        from c in samples
        select (g, c);

    /// <summary>Runs a property on random pairs of classes and throws at the first that fails, shrunk.</summary>
    public static void Check<T>(this Gen<T> gen, Action<T> body, int runs = 300) =>
        Prop.ForAll(gen.ToArbitrary(), body).Check(Config.QuickThrowOnFailure.WithMaxTest(runs).WithQuietOnSuccess(true));

    static Gen<RankSamples> Samples(Gen<double> weights) =>
        from rows in (from rank in Gen.Choose(0, 10) from weight in weights select (rank / 10.0, weight)).ArrayOf()
        select new RankSamples(rows.Select(r => r.Item1).ToArray(), rows.Select(r => r.weight).ToArray());
}
