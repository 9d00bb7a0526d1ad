namespace Idq.Data.Tests.Mock;

public sealed class DistributionTests
{
    const int Draws = 200_000;

    static double[] Draw(string text, int n = Draws)
    {
        var values = new double[n];
        var random = new CounterRandom(7, CounterRandom.Hash(text), 0);
        Probability.Parse(text).Fill(ref random, values);
        return values;
    }

    /// <summary>Closed forms of mean and variance, written out from the textbook for each case.</summary>
    public static TheoryData<string, double, double> Moments() => new()
    {
        { "uniform", 0.5, 1.0 / 12 },
        { "uniform 3 4", 5, 16.0 / 12 },
        { "loguniform 16 2048", 2032 / Math.Log(128), (2048.0 * 2048 - 256) / (2 * Math.Log(128)) - Math.Pow(2032 / Math.Log(128), 2) },
        { "norm 5 2", 5, 4 },
        { "lognorm 0.5", Math.Exp(0.125), (Math.Exp(0.25) - 1) * Math.Exp(0.25) },
        { "lognorm 0.5 1 2", 1 + 2 * Math.Exp(0.125), 4 * (Math.Exp(0.25) - 1) * Math.Exp(0.25) },
        { "expon", 1, 1 },
        { "expon 2 3", 5, 9 },
        { "pareto 6", 6.0 / 5, 6.0 / (25 * 4) },
        { "pareto 6 -1 8", 8 * 6.0 / 5 - 1, 64 * 6.0 / (25 * 4) },
        { "powerlaw 3", 0.75, 3.0 / (16 * 5) },
        { "powerlaw 0.5", 1.0 / 3, 0.5 / (2.25 * 2.5) },
        { "gamma 2.5", 2.5, 2.5 },
        { "gamma 0.4 1 3", 1 + 0.4 * 3, 0.4 * 9 },
        { "chi2 5", 5, 10 },
        { "chi2 1 2 3", 5, 18 },
        { "beta 2 5", 2.0 / 7, 10.0 / (49 * 8) },
        { "beta 0.5 0.5", 0.5, 0.125 },
        { "triang 0.25", 1.25 / 3, (1 + 0.0625 - 0.25) / 18 },
        { "triang 1 2 3", 2 + 3 * 2.0 / 3, 9.0 / 18 },
        { "triang 0", 1.0 / 3, 1.0 / 18 },
        { "truncnorm -1 1", 0, 1 - 2 * Phi(1) / Mass(-1, 1) },
        { "truncnorm 2 3", (Phi(2) - Phi(3)) / Mass(2, 3),
            1 + (2 * Phi(2) - 3 * Phi(3)) / Mass(2, 3) - Math.Pow((Phi(2) - Phi(3)) / Mass(2, 3), 2) },
        { "halfnorm", Math.Sqrt(2 / Math.PI), 1 - 2 / Math.PI },
        { "weibull_min 1", 1, 1 },
        { "weibull_min 2 0 2", Math.Sqrt(Math.PI), 4 - Math.PI },
    };

    static double Phi(double z) => Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);

    static double Mass(double a, double b) =>
        MathNet.Numerics.Distributions.Normal.CDF(0, 1, b) - MathNet.Numerics.Distributions.Normal.CDF(0, 1, a);

    [Theory]
    [MemberData(nameof(Moments))]
    public void Mean_and_variance_agree_with_the_closed_forms(string text, double mean, double variance)
    {
        var values = Draw(text);
        var m = values.Average();
        var squares = values.Select(v => (v - mean) * (v - mean)).ToArray();
        var v = squares.Average();
        var spread = Math.Sqrt(squares.Select(q => (q - v) * (q - v)).Average() / Draws);
        Assert.InRange(m, mean - 4.5 * Math.Sqrt(variance / Draws), mean + 4.5 * Math.Sqrt(variance / Draws));
        Assert.InRange(v, variance - 4.5 * spread, variance + 4.5 * spread);
    }

    [Theory]
    [MemberData(nameof(Moments))]
    public void The_draws_follow_the_survival_function(string text, double mean, double variance)
    {
        _ = (mean, variance);
        var values = Draw(text);
        Array.Sort(values);
        var distance = values.Select((x, i) => Math.Abs(1 - Probability.Survival(text, x) - (i + 0.5) / Draws)).Max();
        // Kolmogorov: exceeded by chance in 3 of 10 000 cases.
        Assert.True(distance * Math.Sqrt(Draws) < 2.1, $"Kolmogorov distance {distance}");
    }

    [Theory]
    [MemberData(nameof(Moments))]
    public void A_value_does_not_depend_on_how_many_follow(string text, double mean, double variance)
    {
        _ = (mean, variance);
        var all = Draw(text, 37);
        for (var n = 0; n < 37; n++) Assert.Equal(all[..n], Draw(text, n));
    }

    [Fact]
    public void A_constant_is_constant() => Assert.All(Draw("constant 4.5", 10), v => Assert.Equal(4.5, v));

    [Theory]
    [InlineData("pareto 3 0 8", 8, 1)]
    [InlineData("pareto 3 0 8", 16, 0.125)]
    [InlineData("uniform 0 10", 2.5, 0.75)]
    [InlineData("uniform 0 10", 11, 0)]
    [InlineData("uniform 0 10", -1, 1)]
    [InlineData("expon", 0, 1)]
    [InlineData("norm 3 2", 3, 0.5)]
    [InlineData("chi2 2", 2, 0.36787944117144233)]
    [InlineData("loguniform 1 100", 10, 0.5)]
    [InlineData("triang 0.5", 0.5, 0.5)]
    public void The_survival_function_that_draws_are_compared_with_is_the_probability_above(string text, double x, double expected) =>
        Assert.Equal(expected, Probability.Survival(text, x), 12);

    [Theory]
    [InlineData("", "missing")]
    [InlineData("gauss 1", "no known distribution")]
    [InlineData("norm x", "'x' is no number")]
    [InlineData("pareto", "expected 'pareto b [loc [scale]]'")]
    [InlineData("uniform 1 2 3", "3 numbers")]
    [InlineData("constant", "expected 'constant value'")]
    [InlineData("loguniform 0 5", "0 < a < b")]
    [InlineData("lognorm -1", "s > 0")]
    [InlineData("norm 0 0", "scale > 0")]
    [InlineData("norm nan", "'nan' is no number")]
    [InlineData("triang 2", "0 ≤ c ≤ 1")]
    [InlineData("truncnorm 2 1", "a < b")]
    [InlineData("beta 1 0", "b > 0")]
    public void A_wrong_text_says_what_was_expected(string text, string part)
    {
        Assert.False(Distribution.TryParse(text, out var distribution, out var problem));
        Assert.Null(distribution);
        Assert.Contains(part, problem);
    }
}
