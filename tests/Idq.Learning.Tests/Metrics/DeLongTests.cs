namespace Idq.Learning.Tests.Metrics;

public sealed class DeLongTests
{
    [Fact]
    public void The_error_is_that_of_the_covariance_of_placements() =>
        RankGenerators.Pairs(RankGenerators.Whole).Check(pair =>
        {
            var (glitch, clean) = (pair.Glitch.Ranks, pair.Clean.Ranks);
            if (glitch.Length < 2 || clean.Length < 2) return;
            var placementsOfGlitches = glitch.Select(g => clean.Average(c => Kernel(g, c))).ToArray();
            var placementsOfCleans = clean.Select(c => glitch.Average(g => Kernel(g, c))).ToArray();
            var expected = Math.Sqrt(Variance(placementsOfGlitches) / glitch.Length + Variance(placementsOfCleans) / clean.Length);
            Assert.Equal(expected, Roc.AucWithError(new RankSamples(glitch), new RankSamples(clean)).StandardError, 1e-12);
        });

    [Fact]
    public void The_value_is_the_area() =>
        RankGenerators.Pairs(RankGenerators.Fractional).Check(pair =>
            Assert.Equal(Roc.Auc(pair.Glitch, pair.Clean), Roc.AucWithError(pair.Glitch, pair.Clean).Value));

    [Fact]
    public void Scaling_all_weights_of_a_class_changes_nothing() =>
        RankGenerators.Pairs(RankGenerators.Whole).Check(pair =>
        {
            var heavier = new RankSamples(pair.Glitch.Ranks, pair.Glitch.Weights.Select(w => w * 8).ToArray());
            Assert.Equal(Roc.AucWithError(pair.Glitch, pair.Clean), Roc.AucWithError(heavier, pair.Clean));
        });

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public void The_error_is_the_scatter_of_the_area_over_many_simulations(int heaviest)
    {
        const int Simulations = 3000;
        var random = new CounterRandom(17, (ulong)heaviest, 0);
        var (areas, variances) = (new double[Simulations], 0.0);
        for (var s = 0; s < Simulations; s++)
        {
            var (value, error) = Roc.AucWithError(Draw(ref random, 40, 0.6, heaviest), Draw(ref random, 90, 1, heaviest));
            areas[s] = value;
            variances += error * error / Simulations;
        }
        Assert.InRange(Math.Sqrt(variances / Variance(areas)), 0.94, 1.06);
        Assert.Equal(1 / 1.6, areas.Average(), 0.005);
    }

    [Fact]
    public void Weights_make_the_error_larger_than_that_of_as_many_separate_rows()
    {
        var random = new CounterRandom(4, 4, 0);
        var (glitch, clean) = (Draw(ref random, 40, 0.6, 1), Draw(ref random, 60, 1, 1));
        var stood = new RankSamples(glitch.Ranks, glitch.Ranks.Select(_ => 9.0).ToArray());
        var repeated = new RankSamples(glitch.Ranks.SelectMany(r => Enumerable.Repeat(r, 9)).ToArray());
        Assert.Equal(Roc.Auc(repeated, clean), Roc.Auc(stood, clean), 1e-12);
        Assert.True(Roc.AucWithError(stood, clean).StandardError > 1.2 * Roc.AucWithError(repeated, clean).StandardError);
    }

    // A rank u^power of uniform u: against uniform clean ranks the area is 1/(1 + power).
    static RankSamples Draw(ref CounterRandom random, int count, double power, int heaviest)
    {
        var (ranks, weights) = (new double[count], new double[count]);
        for (var i = 0; i < count; i++)
        {
            ranks[i] = Math.Pow(random.NextDouble(), power);
            weights[i] = 1 + random.NextLong(heaviest);
        }
        return new(ranks, weights);
    }

    static double Kernel(double glitch, double clean) => glitch > clean ? 1 : glitch == clean ? 0.5 : 0;

    static double Variance(double[] values)
    {
        var mean = values.Average();
        return values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1);
    }
}
