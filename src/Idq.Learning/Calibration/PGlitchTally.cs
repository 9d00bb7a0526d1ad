namespace Idq.Learning;

/// <summary>
/// What PGLITCH promised and what was there, in bins of PGLITCH, over one stretch of time. The unit is one window: a sample of a series
/// counts as its spacing divided by the window.
/// </summary>
/// <threadsafety>For one thread at a time.</threadsafety>
public sealed class PGlitchTally
{
    /// <summary>Edges of the bins, [edge, edge); the last bin includes 1.</summary>
    public static IReadOnlyList<double> Edges { get; } = [0, 0.01, 0.1, 0.5, 0.9, 1];

    /// <summary>Number of bins.</summary>
    public static int BinCount => Edges.Count - 1;

    /// <summary>By bin: windows that were judged.</summary>
    public double[] Windows { get; init; } = new double[BinCount];

    /// <summary>By bin: the sum of PGLITCH, which is the number of windows that should hold a glitch.</summary>
    public double[] Stated { get; init; } = new double[BinCount];

    /// <summary>By bin: windows that held a glitch.</summary>
    public double[] Held { get; init; } = new double[BinCount];

    /// <summary>By bin: one standard deviation of what the map knew of <see cref="Stated"/>, all of one map being wrong together.</summary>
    public double[] Drift { get; init; } = new double[BinCount];

    /// <summary>Adds an instant.</summary>
    /// <param name="pGlitch">What was said of it.</param>
    /// <param name="logOddsDeviation">How well the map knew ln(p/(1 − p)): one standard deviation.</param>
    /// <param name="held">Was there a glitch in the window about it?</param>
    /// <param name="windows">For how many windows it stands.</param>
    public void Add(double pGlitch, double logOddsDeviation, bool held, double windows)
    {
        var bin = BinCount - 1;
        while (bin > 0 && pGlitch < Edges[bin]) bin--;
        Windows[bin] += windows;
        Stated[bin] += windows * pGlitch;
        Held[bin] += held ? windows : 0;
        Drift[bin] += windows * pGlitch * (1 - pGlitch) * logOddsDeviation;
    }

    /// <summary>The bins that have samples, five numbers each: bin, windows, stated, held, drift; to 10⁻⁷ of a window.</summary>
    public double[] Figures() => [.. Enumerable.Range(0, BinCount).Where(bin => Windows[bin] > 0).SelectMany(bin => new[]
    {
        bin, Short(Windows[bin]), Short(Stated[bin]), Short(Held[bin]), Short(Drift[bin]),
    })];

    /// <summary>The tally of <see cref="Figures"/>.</summary>
    /// <exception cref="ArgumentException">They are no such figures.</exception>
    public static PGlitchTally Of(ReadOnlySpan<double> figures)
    {
        var tally = new PGlitchTally();
        if (figures.Length % 5 != 0) throw new ArgumentException($"{figures.Length} figures are not five a bin", nameof(figures));
        for (; figures.Length > 0; figures = figures[5..])
        {
            if (!(figures[0] >= 0 && figures[0] < BinCount)) throw new ArgumentException($"there is no bin {figures[0]}", nameof(figures));
            var bin = (int)figures[0];
            (tally.Windows[bin], tally.Stated[bin]) = (figures[1], figures[2]);
            (tally.Held[bin], tally.Drift[bin]) = (figures[3], figures[4]);
        }
        return tally;
    }

    static double Short(double value) => Math.Round(value, 7);

    /// <summary>Adds another stretch.</summary>
    public void Add(PGlitchTally other)
    {
        for (var bin = 0; bin < BinCount; bin++)
        {
            Windows[bin] += other.Windows[bin];
            Stated[bin] += other.Stated[bin];
            Held[bin] += other.Held[bin];
            Drift[bin] += other.Drift[bin];
        }
    }
}
