namespace Idq.Data;

/// <summary>
/// A continuous distribution that the mock source draws from: a standard form with shape parameters, moved by <c>loc</c> and
/// stretched by <c>scale</c>, with the names and the parameter order of <c>scipy.stats</c>.
/// </summary>
/// <threadsafety>Immutable.</threadsafety>
public abstract class Distribution
{
    private protected Distribution(double location, double scale) => (Location, Scale) = (location, scale);

    /// <summary>Added to every standard value.</summary>
    public double Location { get; }

    /// <summary>Multiplies every standard value; positive.</summary>
    public double Scale { get; }

    /// <summary>The probability of a value above <paramref name="x"/>: one minus the cumulative distribution.</summary>
    public double Survival(double x) => StandardSurvival((x - Location) / Scale);

    /// <summary>Fills a column with values; the same generator gives the same values.</summary>
    public void Fill(ref CounterRandom random, Span<double> values)
    {
        FillStandard(ref random, values);
        for (var i = 0; i < values.Length; i++) values[i] = Location + Scale * values[i];
    }

    private protected abstract void FillStandard(ref CounterRandom random, Span<double> values);

    private protected abstract double StandardSurvival(double z);

    /// <summary>
    /// Reads "<c>name shape… [loc [scale]]</c>", for example "<c>pareto 3 0 8</c>" or "<c>loguniform 16 2048</c>".
    /// </summary>
    /// <param name="text">The name of a distribution and its numbers, separated by white space.</param>
    /// <param name="distribution">The distribution, or null when the text is wrong.</param>
    /// <param name="problem">What is wrong and what was expected, or null.</param>
    public static bool TryParse(string text, out Distribution? distribution, out string? problem) =>
        DistributionCatalogue.TryParse(text, out distribution, out problem);

    /// <summary>Reads a text as <see cref="TryParse"/> does.</summary>
    /// <exception cref="FormatException">The text is wrong; the message says what was expected.</exception>
    public static Distribution Parse(string text) =>
        TryParse(text, out var distribution, out var problem) ? distribution! : throw new FormatException(problem);
}
