namespace Idq.Learning.Tests.Metrics;

public sealed class AucTests
{
    [Fact]
    public void The_area_is_the_fraction_of_pairs_in_the_right_order_with_ties_for_half() =>
        RankGenerators.Pairs(RankGenerators.Fractional).Check(pair =>
        {
            var (glitch, clean) = pair;
            Assert.Equal(ByPairs(glitch, clean), Roc.Auc(glitch, clean), 1e-12);
        });

    [Fact]
    public void A_weight_counts_as_often_as_the_row_repeated() =>
        RankGenerators.Pairs(RankGenerators.Whole).Check(pair =>
            Assert.Equal(Roc.Auc(Repeat(pair.Glitch), Repeat(pair.Clean)), Roc.Auc(pair.Glitch, pair.Clean)));

    [Fact]
    public void Swapping_the_classes_turns_the_area_around() =>
        RankGenerators.Pairs(RankGenerators.Fractional).Check(pair =>
            Assert.Equal(1 - Roc.Auc(pair.Glitch, pair.Clean), Roc.Auc(pair.Clean, pair.Glitch), 1e-12));

    [Fact]
    public void Only_the_order_of_ranks_counts() =>
        RankGenerators.Pairs(RankGenerators.Fractional).Check(pair =>
            Assert.Equal(Roc.Auc(pair.Glitch, pair.Clean), Roc.Auc(Squared(pair.Glitch), Squared(pair.Clean))));

    [Fact]
    public void The_order_of_rows_does_not_count() =>
        RankGenerators.Pairs(RankGenerators.Whole).Check(pair =>
        {
            var (there, back) = (Roc.AucWithError(pair.Glitch, pair.Clean), Roc.AucWithError(Reversed(pair.Glitch), Reversed(pair.Clean)));
            Assert.Equal(there.Value, back.Value);
            Assert.Equal(there.StandardError, back.StandardError, 1e-12);
        });

    [Fact]
    public void Ranks_that_are_all_the_same_know_nothing()
    {
        var same = new RankSamples([0.3, 0.3, 0.3], [1, 0.1, 7]);
        Assert.Equal(0.5, Roc.Auc(same, same), 1e-15);
    }

    [Fact]
    public void Separate_classes_have_area_one_and_no_error()
    {
        var (glitch, clean) = (new RankSamples([0.6, 0.7, 1], [0.1, 0.2, 0.3]), new RankSamples([0, 0.1, 0.59], [0.7, 0.1, 0.1]));
        Assert.Equal(1, Roc.Auc(glitch, clean));
        Assert.Equal(0, Roc.Auc(clean, glitch));
        var (value, error) = Roc.AucWithError(glitch, clean);
        Assert.Equal(1, value);
        Assert.Equal(0, error, 1e-15);
    }

    [Fact]
    public void An_empty_class_has_no_area()
    {
        var some = new RankSamples([0.1, 0.9]);
        foreach (
            var (glitch, clean) in new[] { (RankSamples.Empty, some), (some, RankSamples.Empty), (RankSamples.Empty, RankSamples.Empty) }
        )
        {
            Assert.Equal(double.NaN, Roc.Auc(glitch, clean));
            Assert.Equal((double.NaN, double.NaN), Roc.AucWithError(glitch, clean));
        }
    }

    [Fact]
    public void A_class_of_one_row_has_an_area_without_error()
    {
        var (value, error) = Roc.AucWithError(new RankSamples([0.5], [12]), new RankSamples([0.1, 0.9]));
        Assert.Equal((0.5, double.NaN), (value, error));
    }

    [Fact]
    public void A_million_rows_are_ranked_in_the_time_of_a_sort()
    {
        var random = new CounterRandom(3, 1, 0);
        double[] Draw() => Enumerable.Range(0, 500_000).Select(_ => random.NextDouble()).ToArray();
        var (value, error) = Roc.AucWithError(new RankSamples(Draw()), new RankSamples(Draw()));
        Assert.InRange(value, 0.5 - 5 * error, 0.5 + 5 * error);
        Assert.Equal(Math.Sqrt(1 / 12.0 / 500_000 * 2), error, 1e-5);
    }

    static double ByPairs(RankSamples glitch, RankSamples clean)
    {
        var (right, all) = (0.0, 0.0);
        for (var i = 0; i < glitch.Count; i++)
        {
            for (var j = 0; j < clean.Count; j++)
            {
                var weight = glitch.Weights[i] * clean.Weights[j];
                all += weight;
                right += glitch.Ranks[i] > clean.Ranks[j] ? weight : glitch.Ranks[i] == clean.Ranks[j] ? weight / 2 : 0;
            }
        }
        return right / all;
    }

    static RankSamples Repeat(RankSamples s) =>
        new(s.Ranks.Zip(s.Weights).SelectMany(r => Enumerable.Repeat(r.First, (int)r.Second)).ToArray());

    static RankSamples Squared(RankSamples s) => new(s.Ranks.Select(r => r * r).ToArray(), s.Weights);

    static RankSamples Reversed(RankSamples s) => new(s.Ranks.Reverse().ToArray(), s.Weights.Reverse().ToArray());
}
