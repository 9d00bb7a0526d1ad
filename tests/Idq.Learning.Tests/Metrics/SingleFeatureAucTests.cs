using FsCheck.Fluent;

namespace Idq.Learning.Tests.Metrics;

public sealed class SingleFeatureAucTests
{
    static readonly double[] Values = [double.NaN, double.NegativeInfinity, -3, -0.0, 0.0, 1e-300, 7, double.PositiveInfinity];

    [Fact]
    public void Missing_is_lower_than_every_number_and_equal_to_itself()
    {
        var rows = (
            from value in Gen.Elements(Values)
            from label in Gen.Choose(0, 1)
            from weight in Gen.Choose(1, 5)
            select (value, label, weight * 0.3)
        ).ArrayOf();
        rows.Check(r =>
        {
            var (right, all) = (0.0, 0.0);
            foreach (var (value, label, weight) in r.Where(x => x.label == 1))
            {
                foreach (var (other, _, otherWeight) in r.Where(x => x.label == 0))
                {
                    all += weight * otherWeight;
                    right += weight * otherWeight * Order(value, other);
                }
            }
            var area = Roc.SingleFeatureAuc(
                r.Select(x => x.value).ToArray(), r.Select(x => (byte)x.label).ToArray(), r.Select(x => x.Item3).ToArray());
            Assert.Equal(right / all, area, 1e-12);
        });
    }

    [Fact]
    public void On_ranks_it_is_the_area_of_the_two_classes() =>
        RankGenerators
            .Pairs(RankGenerators.Whole)
            .Check(pair =>
            {
                var (glitch, clean) = pair;
                byte[] labels = [.. glitch.Ranks.Select(_ => Label.Glitch), .. clean.Ranks.Select(_ => Label.Clean)];
                Assert.Equal(
                    Roc.Auc(glitch, clean),
                    Roc.SingleFeatureAuc([.. glitch.Ranks, .. clean.Ranks], labels, [.. glitch.Weights, .. clean.Weights])
                );
            });

    [Fact]
    public void Without_weights_every_row_counts_once() =>
        Assert.Equal(0.75, Roc.SingleFeatureAuc([5, double.NaN, -2, 3], [1, 0, 1, 0]));

    [Fact]
    public void A_feature_that_is_smaller_for_glitches_has_an_area_below_one_half() =>
        Assert.Equal(0, Roc.SingleFeatureAuc([-1e9, double.NaN, 4, 1e9], [1, 1, 0, 0]));

    [Fact]
    public void One_class_alone_has_no_area()
    {
        Assert.Equal(double.NaN, Roc.SingleFeatureAuc([1, 2], [1, 1]));
        Assert.Equal(double.NaN, Roc.SingleFeatureAuc([1, 2], [0, 0]));
        Assert.Equal(double.NaN, Roc.SingleFeatureAuc([], []));
    }

    [Fact]
    public void Spans_of_different_lengths_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Roc.SingleFeatureAuc([1, 2], [1]));
        Assert.Throws<ArgumentException>(() => Roc.SingleFeatureAuc([1, 2], [1, 0], [1]));
    }

    static double Order(double glitch, double clean) => (double.IsNaN(glitch), double.IsNaN(clean)) switch
    {
        (true, true) => 0.5,
        (true, false) => 0,
        (false, true) => 1,
        _ => glitch > clean ? 1 : glitch == clean ? 0.5 : 0,
    };
}
