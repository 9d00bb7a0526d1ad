using FsCheck;
using FsCheck.Fluent;

namespace Idq.Learning.Tests.Calibration;

/// <summary>Ranks with a known distribution, and small random sets with ties and ends.</summary>
static class RankGenerators
{
    /// <summary>n draws of density k(1 − r)^(k − 1): clean-like, piled up at 0.</summary>
    public static double[] Falling(int n, int k, long key) => Draw(n, key, u => 1 - Math.Pow(u, 1.0 / k));

    /// <summary>n draws of density k r^(k − 1): glitch-like, piled up at 1.</summary>
    public static double[] Rising(int n, int k, long key) => Draw(n, key, u => Math.Pow(u, 1.0 / k));

    public static double[] Even(int n, long key) => Draw(n, key, u => u);

    /// <summary>n draws of one of the ranks (r + 1)/(K + 1), with probabilities proportional to the shares.</summary>
    public static double[] Atomic(int n, double[] shares, long key) => Draw(n, key, u =>
    {
        u *= shares.Sum();
        var r = 0;
        while (r < shares.Length - 1 && (u -= shares[r]) >= 0) r++;
        return AtomOf(r, shares.Length);
    });

    public static double AtomOf(int r, int atoms) => (r + 1.0) / (atoms + 1);

    /// <summary>1 to 30 ranks on a coarse grid, ends included, with weights 1 to 4.</summary>
    public static Gen<RankSamples> Samples() =>
        from first in Row()
        from rest in Row().ArrayOf()
        let rows = rest.Take(29).Append(first).ToArray()
        select new RankSamples([.. rows.Select(r => r.Rank)], [.. rows.Select(r => r.Weight)]);

    public static void Check<T>(this Gen<T> gen, Action<T> body, int runs = 60) =>
        Prop.ForAll(gen.ToArbitrary(), body).Check(Config.QuickThrowOnFailure.WithMaxTest(runs).WithQuietOnSuccess(true));

    static Gen<(double Rank, double Weight)> Row() =>
        from rank in Gen.Choose(0, 40)
        from weight in Gen.Frequency((3, Gen.Constant(1)), (1, Gen.Choose(1, 4)))
        select (rank / 40.0, (double)weight);

    static double[] Draw(int n, long key, Func<double, double> of)
    {
        var random = new CounterRandom(20, 7, key);
        var ranks = new double[n];
        for (var i = 0; i < n; i++) ranks[i] = of(random.NextDouble());
        return ranks;
    }
}
