using FsCheck.Fluent;

namespace Idq.Streaming.Tests.Jobs;

public sealed class LatencySketchTests
{
    static LatencySketch Of(IEnumerable<double> seconds)
    {
        var sketch = new LatencySketch();
        foreach (var value in seconds) sketch.Add(value);
        return sketch;
    }

    [Fact]
    public void Quantiles_are_exact_to_one_percent() =>
        (from exponents in Gen.Choose(-80, 60).NonEmptyListOf()
         from q in Gen.Choose(0, 100)
         select (Values: exponents.Select(e => Math.Pow(10, e / 10.0)).ToArray(), Q: q / 100.0)).Check(t =>
        {
            var sorted = t.Values.Order().ToArray();
            var exact = sorted[Math.Max(0, (int)Math.Ceiling(t.Q * sorted.Length) - 1)];
            var sketch = Of(t.Values);
            Assert.InRange(sketch.Quantile(t.Q) / exact, 1 / 1.01, 1.01);
            Assert.Equal((t.Values.Length, sorted[^1]), (sketch.Count, sketch.Max));
            Assert.True(sketch.Quantile(1) <= sketch.Max);
        });

    [Fact]
    public void Without_durations_there_is_no_quantile()
    {
        Assert.True(double.IsNaN(new LatencySketch().Quantile(0.5)));
        Assert.Equal(0, new LatencySketch().Max);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    [InlineData(1e-12)]
    public void What_is_next_to_nothing_counts_as_zero(double seconds) => Assert.Equal(0, Of([seconds]).Quantile(0.99));

    [Fact]
    public void What_is_beyond_all_measure_is_kept_as_the_longest()
    {
        var sketch = Of([1, 1e12]);
        Assert.InRange(sketch.Quantile(0.5), 0.99, 1.01);
        Assert.Equal(1e12, sketch.Max);
        Assert.InRange(sketch.Quantile(1), 3e7, 1e12);
    }
}
