using FsCheck;
using FsCheck.Fluent;

namespace Idq.Streaming.Tests;

/// <summary>Random inputs, and a way to run a property on them.</summary>
static class Generators
{
    /// <summary>Ascending instants that cut [0, length] on multiples of <paramref name="step"/> nanoseconds, ends included.</summary>
    public static Gen<long[]> Cuts(long length, long step = 1, int most = 12) =>
        from count in Gen.Choose(0, most)
        from inner in Gen.Choose(1, 1_000_000 - 1).ArrayOf(count)
        select inner.Select(i => (long)((Int128)length * i / 1_000_000) / step * step).Concat([0L, length]).Distinct().Order().ToArray();

    /// <summary>Runs a property on random inputs and throws at the first that fails, shrunk.</summary>
    public static void Check<T>(this Gen<T> gen, Action<T> body, int runs = 100) =>
        Prop.ForAll(gen.ToArbitrary(), body).Check(Config.QuickThrowOnFailure.WithMaxTest(runs).WithQuietOnSuccess(true));

    /// <summary>The same for a property that waits.</summary>
    public static void CheckAsync<T>(this Gen<T> gen, Func<T, Task> body, int runs = 100) =>
        gen.Check(value => body(value).GetAwaiter().GetResult(), runs);
}
