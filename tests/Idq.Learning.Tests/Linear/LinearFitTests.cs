using FsCheck.Fluent;
using Idq.Learning.Tests.Metrics;
using static Idq.Learning.Tests.Linear.LogisticRows;

namespace Idq.Learning.Tests.Linear;

public sealed class LinearFitTests
{
    static readonly LinearOptions Free = new(l2: 1e-8);

    [Fact]
    public void A_feature_of_two_values_gives_the_log_odds_of_each()
    {
        // 3 of 10 against 8 of 10.
        byte[] labels = [1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0];
        var quiver = Samples.Of(labels, null, ("x", Enumerable.Range(0, 20).Select(i => i < 10 ? -7.0 : 5).ToArray()));
        var ranks = Scores(Fit(Free, quiver), quiver);
        Assert.Equal(0.3, ranks[0], 1e-8);
        Assert.Equal(0.8, ranks[10], 1e-8);
    }

    [Fact]
    public void The_coefficients_that_made_the_labels_are_found()
    {
        var (labels, features) = Draw(1, 20_000, -1, 0.8, -0.5, 0);
        var model = Fit(Free, Samples.Of(labels, null, features));
        Assert.Equal(["F0", "F1", "F2"], model.Terms.Select(t => t.Feature));
        Assert.Equal([0.8, -0.5, 0], model.Terms.Select(t => t.Coefficient), (a, b) => Math.Abs(a - b) < 0.08);
        Assert.Equal(-1, model.Intercept, 0.08);
    }

    [Fact]
    public void The_fit_ends_where_the_penalised_loss_is_flat() =>
        (
            from seed in Gen.Choose(0, 100_000)
            from l2 in Gen.Elements(1e-3, 0.1, 1, 30)
            from balance in Gen.Elements(true, false)
            select (seed, l2, balance)
        ).Check(
            c =>
            {
                var (labels, features) = Draw((ulong)c.seed, 60, -0.4, 1, 0.5, -2);
                if (labels.Distinct().Count() == 1)
                    return;
                var quiver = Samples.Of(labels, Heavy(labels.Length), features);
                var model = Fit(new(c.l2, c.balance), quiver);
                Assert.True(model.Converged);
                Assert.InRange(Slope(model, quiver, c.l2, c.balance ? Balanced(quiver) : null), 0, 1e-6);
            },
            runs: 60
        );

    [Fact]
    public void More_than_five_hundred_columns_reach_the_same_flat_place()
    {
        var (labels, features) = Draw(9, 1200, -0.3, 1, -1);
        var random = new CounterRandom(2, 2, 2);
        var noise = Enumerable.Range(0, 520).Select(f => (Name: $"N{f}", Values: labels.Select(_ => random.NextDouble()).ToArray()));
        var quiver = Samples.Of(labels, null, [.. features, .. noise]);
        var model = Fit(new(l2: 20), quiver);
        Assert.True(model.Converged);
        Assert.Equal(522, model.Terms.Count);
        Assert.InRange(Slope(model, quiver, 20), 0, 1e-3 * labels.Length);
        Assert.Equal(["F0", "F1"], model.Importance.Take(2).Select(i => i.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_weight_counts_as_often_as_the_row_repeated()
    {
        var (labels, features) = Draw(3, 80, 0, 1, -1);
        var times = labels.Select((_, i) => 1 + i % 4).ToArray();
        T[] Repeat<T>(T[] values) => values.SelectMany((v, i) => Enumerable.Repeat(v, times[i])).ToArray();

        var weighted = Fit(Free, Samples.Of(labels, times.Select(t => (double)t).ToArray(), features));
        var repeated = Fit(Free, Samples.Of(Repeat(labels), null, features.Select(f => (f.Name, Repeat(f.Values))).ToArray()));
        AssertSame(repeated, weighted, 1e-6);
    }

    [Fact]
    public void Weights_matter_relative_to_each_other_only()
    {
        var (labels, features) = Draw(4, 80, 0, 1, -1);
        var light = Fit(new(l2: 5), Samples.Of(labels, Heavy(80), features));
        var heavy = Fit(new(l2: 5), Samples.Of(labels, Heavy(80).Select(w => w * 1024).ToArray(), features));
        AssertSame(light, heavy, 1e-9);
    }

    [Fact]
    public void Balance_weighs_a_rare_class_like_the_other()
    {
        var (labels, features) = Draw(5, 4000, -4, 1);
        var quiver = Samples.Of(labels, null, features);
        double Mean(double[] ranks, byte label) => ranks.Where((_, i) => labels[i] == label).Average();
        var (plain, balanced) = (Scores(Fit(new(), quiver), quiver), Scores(Fit(new(balance: true), quiver), quiver));
        Assert.Equal(quiver.GlitchCount / 4000.0, plain.Average(), 1e-9);
        Assert.Equal(0.5, (Mean(balanced, Label.Glitch) + Mean(balanced, Label.Clean)) / 2, 1e-9);
    }

    [Fact]
    public void Shift_and_scale_of_a_feature_change_no_rank()
    {
        var (labels, features) = Draw(6, 200, 0.2, 1, -1);
        var moved = features.Select((f, n) => (f.Name, f.Values.Select(v => n == 0 ? v * -1e-7 + 3 : v * 1e12 - 4e15).ToArray())).ToArray();
        var (quiver, other) = (Samples.Of(labels, null, features), Samples.Of(labels, null, moved));
        var (ranks, same) = (Scores(Fit(new(), quiver), quiver), Scores(Fit(new(), other), other));
        for (var i = 0; i < ranks.Length; i++) Assert.Equal(ranks[i], same[i], 1e-6);
    }

    [Fact]
    public void Values_near_the_end_of_the_range_of_numbers_are_standardised_like_others()
    {
        var (labels, features) = Draw(6, 200, 0.2, 1);
        var huge = features.Select(f => (f.Name, f.Values.Select(v => v * 1e308).ToArray())).ToArray();
        var (quiver, other) = (Samples.Of(labels, null, features), Samples.Of(labels, null, huge));
        Assert.Equal(Fit(new(), quiver).Terms[0].Coefficient, Fit(new(), other).Terms[0].Coefficient, 1e-9);
    }

    [Theory]
    [InlineData(1e-8)]
    [InlineData(1)]
    public void Classes_that_a_line_separates_give_finite_coefficients(double l2)
    {
        byte[] labels = [.. Enumerable.Repeat(Label.Clean, 50), .. Enumerable.Repeat(Label.Glitch, 50)];
        var quiver = Samples.Of(
            labels,
            null,
            ("x", Enumerable.Range(0, 100).Select(i => i < 50 ? i : i + 100.0).ToArray()),
            ("y", labels.Select(l => (double)l).ToArray())
        );
        var model = Fit(new(l2), quiver);
        Assert.True(model.Converged);
        Assert.All(model.Terms, t => Assert.InRange(t.Coefficient, 0.5, 40));
        var ranks = Scores(model, quiver);
        Assert.Equal(1, Roc.SingleFeatureAuc(ranks, labels));
        Assert.All(ranks, r => Assert.InRange(r, 0, 1));
    }

    [Fact]
    public void A_fit_that_ran_out_of_steps_says_so()
    {
        var (labels, features) = Draw(7, 100, 0, 3, 3);
        var quiver = Samples.Of(labels, null, features);
        var result = new LinearClassifier("lr", new(l2: 1e-8, maxIterations: 2)).Train(quiver, null, CancellationToken.None);
        var model = Assert.IsType<LinearModel>(result.Model);
        Assert.False(model.Converged);
        Assert.Equal(2, model.Iterations);
        Assert.Contains("2 steps", result.Remark, StringComparison.Ordinal);

        var longer = new LinearClassifier("lr", new(l2: 1e-8)).Train(quiver, null, CancellationToken.None);
        Assert.Null(longer.Remark);
        Assert.InRange(((LinearModel)longer.Model!).Iterations, 4, 20);
    }

    [Theory]
    [InlineData(1e-8)]
    [InlineData(1e-3)]
    public void Columns_that_say_the_same_share_the_coefficient(double l2)
    {
        var (labels, features) = Draw(8, 300, 0, 1.2, -0.4);
        var twice = Samples.Of(
            labels,
            null,
            [.. features, ("copy", features[0].Values), ("mirror", features[0].Values.Select(v => 5 - 2 * v).ToArray())]
        );
        var once = Samples.Of(labels, null, features);
        var (model, single) = (Fit(new(l2), twice), Fit(new(l2), once));
        Assert.True(model.Converged);
        Assert.Equal(model.Terms[0].Coefficient, model.Terms[2].Coefficient, 1e-3);
        Assert.Equal(model.Terms[0].Coefficient, -model.Terms[3].Coefficient, 1e-3);
        var (ranks, expected) = (Scores(model, twice), Scores(single, once));
        for (var i = 0; i < ranks.Length; i++) Assert.Equal(expected[i], ranks[i], 1e-4);
    }

    [Fact]
    public void A_larger_penalty_gives_smaller_coefficients()
    {
        var (labels, features) = Draw(10, 300, 0, 1.2, -0.4);
        var quiver = Samples.Of(labels, null, features);
        var sizes = new[] { 1e-8, 1, 10, 100, 1e6 }
            .Select(l2 => Fit(new(l2), quiver).Terms.Sum(t => t.Coefficient * t.Coefficient))
            .ToArray();
        for (var i = 1; i < sizes.Length; i++)
            Assert.True(sizes[i] < sizes[i - 1]);
        Assert.InRange(sizes[^1], 0, 1e-6);
    }

    static double[] Heavy(int rows) => Enumerable.Range(0, rows).Select(i => 1.0 + i % 3).ToArray();

    static double[] Balanced(Quiver quiver)
    {
        double Sum(byte label) => quiver.Weights.Where((_, i) => quiver.Labels[i] == label).Sum();
        var (glitches, cleans) = (Sum(Label.Glitch), Sum(Label.Clean));
        return quiver.Weights.Select((w, i) => w / (quiver.Labels[i] == Label.Glitch ? glitches : cleans)).ToArray();
    }

    static void AssertSame(LinearModel expected, LinearModel actual, double precision)
    {
        Assert.Equal(expected.Intercept, actual.Intercept, precision);
        foreach (var (a, b) in expected.Terms.Zip(actual.Terms))
        {
            Assert.Equal(a.Coefficient, b.Coefficient, precision);
            Assert.Equal(a.Mean, b.Mean, precision * (1 + Math.Abs(a.Mean)));
            Assert.Equal(a.Scale, b.Scale, precision * a.Scale);
        }
    }
}
