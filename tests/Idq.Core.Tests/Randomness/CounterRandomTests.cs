namespace Idq.Core.Tests.Randomness;

public sealed class CounterRandomTests
{
    static ulong[] Draw(CounterRandom random, int n) => Enumerable.Range(0, n).Select(_ => random.NextUInt64()).ToArray();

    [Fact]
    public void A_key_always_gives_the_same_numbers()
    {
        Assert.Equal(Draw(new(1, 2, 3), 10), Draw(new(1, 2, 3), 10));
        // Pinned: quivers drawn years ago must come out again.
        Assert.Equal([0xBDDF9008DB94B320ul, 0x484C0AB4DB908BC8ul], Draw(new(1, 2, 3), 2));
        Assert.Equal(0x68B58512D6324D40ul, CounterRandom.Hash("random times"));
    }

    [Fact]
    public void Any_part_of_the_key_changes_the_numbers()
    {
        var keys = new CounterRandom[] { new(1, 2, 3), new(2, 2, 3), new(1, 3, 3), new(1, 2, 4), new(1, 2, -3) };
        Assert.Equal(5 * 20, keys.SelectMany(k => Draw(k, 20)).Distinct().Count());
    }

    [Fact]
    public void Neighbouring_counters_are_uncorrelated()
    {
        const int n = 20_000;
        var x = Enumerable.Range(0, n + 1).Select(i => new CounterRandom(7, 7, i).NextDouble() - 0.5).ToArray();
        var correlation = 12 * Enumerable.Range(0, n).Sum(i => x[i] * x[i + 1]) / n;
        Assert.InRange(correlation, -5 / Math.Sqrt(n), 5 / Math.Sqrt(n));
        Assert.InRange(x.Average(), -5 / Math.Sqrt(12.0 * n), 5 / Math.Sqrt(12.0 * n));
    }

    [Fact]
    public void Distributions_have_their_moments_and_ranges()
    {
        const int n = 100_000;
        var random = new CounterRandom(5, 5, 5);
        double uniform = 0, exponential = 0, square = 0;
        var counts = new int[7];
        for (var i = 0; i < n; i++)
        {
            var u = random.NextDouble();
            Assert.True(u is >= 0 and < 1);
            uniform += u;
            var e = random.NextExponential();
            Assert.True(e >= 0 && double.IsFinite(e));
            exponential += e;
            square += e * e;
            counts[random.NextLong(7)]++;
        }
        Assert.InRange(uniform / n, 0.5 - 0.005, 0.5 + 0.005);
        Assert.InRange(exponential / n, 1 - 0.016, 1 + 0.016);
        Assert.InRange(square / n, 2 - 0.08, 2 + 0.08);
        Assert.All(counts, c => Assert.InRange(c, n / 7.0 - 600, n / 7.0 + 600));
    }

    [Fact]
    public void Texts_hash_to_unrelated_numbers()
    {
        Assert.Equal(CounterRandom.Hash("H1:A"), CounterRandom.Hash("H1:A"));
        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(i => CounterRandom.Hash($"C{i}")).Distinct().Count());
    }
}
