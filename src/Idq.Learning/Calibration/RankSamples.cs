namespace Idq.Learning;

/// <summary>The ranks that samples of one class (glitches, or clean times) were given, with what each of them stands for.</summary>
/// <remarks>
/// A weight of w says that the row stands for w rows like it: a thinned storm, of which a fraction 1/w was kept. Weights enter counts,
/// densities and rates; the statistical precision is that of the rows really seen (<see cref="EffectiveCount"/>). With all weights 1 every
/// formula is the unweighted one, bit for bit.
/// </remarks>
/// <threadsafety>Immutable as long as nobody writes to the arrays.</threadsafety>
public sealed class RankSamples
{
    /// <summary>Samples of weight 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A rank outside [0, 1] or NaN.</exception>
    public RankSamples(double[] ranks)
        : this(ranks, Ones(ranks.Length))
    {
    }

    /// <summary>Samples with weights.</summary>
    /// <exception cref="ArgumentException">The arrays differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A rank outside [0, 1] or NaN, or a weight that is not positive and finite.</exception>
    public RankSamples(double[] ranks, double[] weights)
    {
        if (ranks.Length != weights.Length)
            throw new ArgumentException($"{ranks.Length} ranks but {weights.Length} weights", nameof(weights));
        foreach (var rank in ranks) Rank.ThrowIfOutside(rank, nameof(ranks));
        foreach (var weight in weights)
        {
            if (!(weight > 0 && double.IsFinite(weight)))
                throw new ArgumentOutOfRangeException(nameof(weights), weight, "a weight is positive and finite");
            TotalWeight += weight;
            TotalSquaredWeight += weight * weight;
        }
        (Ranks, Weights) = (ranks, weights);
    }

    /// <summary>No samples.</summary>
    public static RankSamples Empty { get; } = new([], []);

    /// <summary>In [0, 1], in any order.</summary>
    public double[] Ranks { get; }

    /// <summary>Parallel to <see cref="Ranks"/>.</summary>
    public double[] Weights { get; }

    /// <summary>Number of rows.</summary>
    public int Count => Ranks.Length;

    /// <summary>Sum of weights: how many samples the rows stand for.</summary>
    public double TotalWeight { get; }

    /// <summary>Sum of squared weights.</summary>
    public double TotalSquaredWeight { get; }

    /// <summary>
    /// Kish's effective number of rows, (Σw)²/Σw²: what the precision of an estimate rests on. Equals <see cref="Count"/> for equal
    /// weights.
    /// </summary>
    public double EffectiveCount => Count == 0 ? 0 : TotalWeight * TotalWeight / TotalSquaredWeight;

    /// <summary>Copies of ranks and weights in ascending rank.</summary>
    internal (double[] Ranks, double[] Weights) Sorted()
    {
        double[] ranks = [.. Ranks], weights = [.. Weights];
        Array.Sort(ranks, weights);
        return (ranks, weights);
    }

    static double[] Ones(int count)
    {
        var ones = new double[count];
        Array.Fill(ones, 1.0);
        return ones;
    }
}
