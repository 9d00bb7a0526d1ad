using FsCheck.Fluent;

namespace Idq.Core.Tests.Samples;

public sealed class ThinningTests
{
    static SampleTimes Rows(int count, int glitchEvery = 3)
    {
        var times = Enumerable.Range(0, count).Select(i => i * 1_000_003L).ToArray();
        return SampleTimes.FromLabels(times, times.Select((_, i) => (byte)(i % glitchEvery == 0 ? 1 : 0)).ToArray(), SegmentList.All);
    }

    [Fact]
    public void Few_rows_stay_as_they_are()
    {
        var rows = Rows(10);
        Assert.Same(rows, rows.Thin(10, 1));
    }

    [Fact]
    public void The_weights_add_up_to_the_rows_before()
    {
        var thinned = Rows(1000).Thin(64, 1);
        Assert.Equal(64, thinned.Count);
        Assert.Equal(1000, thinned.Weights.Sum(), 9);
        Assert.Equal(thinned.Times.Order(), thinned.Times);
        Assert.All(thinned.Weights, w => Assert.Equal(1000 / 64.0, w));
    }

    [Fact]
    public void Thinning_again_multiplies_the_weights()
    {
        var twice = Rows(1000).Thin(100, 1).Thin(10, 1);
        Assert.Equal(1000, twice.Weights.Sum(), 9);
        Assert.Equal(Rows(1000).Thin(10, 1).Times, twice.Times);
    }

    [Fact]
    public void Rows_keep_their_labels()
    {
        var rows = Rows(500);
        var label = rows.Times.Zip(rows.Labels).ToDictionary(x => x.First, x => x.Second);
        var thinned = rows.Thin(50, 3);
        Assert.All(thinned.Times.Zip(thinned.Labels), x => Assert.Equal(label[x.First], x.Second));
    }

    [Fact]
    public void A_row_that_survives_among_many_survives_among_fewer() =>
        (from split in Gen.Choose(1, 199) from max in Gen.Choose(1, 60) select (split, max)).Check(x =>
        {
            var all = Rows(200);
            var half = SampleTimes.FromLabels(all.Times.AsSpan(0, x.split), all.Labels.AsSpan(0, x.split), SegmentList.All);
            var survivors = all.Thin(x.max, 5).Times.Where(t => t <= half.Times[^1]);
            Assert.Subset(half.Thin(x.max, 5).Times.ToHashSet(), survivors.ToHashSet());
        });

    [Fact]
    public void Weighted_counts_of_any_class_are_unbiased_over_seeds()
    {
        // 700 glitches of 2100 rows, 50 kept: the weighted glitch count has mean 700 and a hypergeometric variance.
        const int trials = 4000;
        var rows = Rows(2100);
        var sum = 0.0;
        for (var seed = 0; seed < trials; seed++)
        {
            var thinned = rows.Thin(50, (ulong)seed);
            for (var i = 0; i < thinned.Count; i++)
                if (thinned.Labels[i] == Label.Glitch) sum += thinned.Weights[i];
        }
        var deviation = 2100.0 / 50 * Math.Sqrt(50 * (1 / 3.0) * (2 / 3.0) * (2050 / 2099.0) / trials);
        Assert.InRange(sum / trials, 700 - 5 * deviation, 700 + 5 * deviation);
    }

    [Fact]
    public void Every_row_is_kept_equally_often()
    {
        const int trials = 5000;
        var rows = Rows(40);
        var kept = new Dictionary<long, int>();
        for (var seed = 0; seed < trials; seed++)
            foreach (var t in rows.Thin(10, (ulong)seed).Times) kept[t] = kept.GetValueOrDefault(t) + 1;
        Assert.Equal(40, kept.Count);
        var deviation = Math.Sqrt(trials * 0.25 * 0.75);
        Assert.All(kept.Values, n => Assert.InRange(n, trials * 0.25 - 5 * deviation, trials * 0.25 + 5 * deviation));
    }

    [Fact]
    public void At_least_one_row_is_kept() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Rows(3).Thin(0, 1));
}
