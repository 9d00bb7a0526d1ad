namespace Idq.Data;

/// <summary>
/// A continuous distribution that the mock source draws from: a standard form with shape parameters, moved by <c>loc</c> and
/// stretched by <c>scale</c>, with the names and the parameter order of <c>scipy.stats</c>.
/// </summary>
/// <threadsafety>Immutable.</threadsafety>
public abstract class Distribution
{
    readonly double location, scale;

    private protected Distribution(double location, double scale) => (this.location, this.scale) = (location, scale);

    /// <summary>Fills a column with values; the same generator gives the same values.</summary>
    public void Fill(ref CounterRandom random, Span<double> values)
    {
        FillStandard(ref random, values);
        for (var i = 0; i < values.Length; i++) values[i] = location + scale * values[i];
    }

    private protected abstract void FillStandard(ref CounterRandom random, Span<double> values);

    /// <summary>Reads "<c>name shape… [loc [scale]]</c>", for example "<c>pareto 3 0 8</c>" or "<c>loguniform 16 2048</c>".</summary>
    /// <returns>False when the text is wrong: there is no distribution then, and the problem says what was expected.</returns>
    public static bool TryParse(string text, out Distribution? distribution, out string? problem) =>
        (problem = DistributionCatalogue.Read(text, out distribution)) is null;
}
