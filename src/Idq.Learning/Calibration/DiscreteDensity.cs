namespace Idq.Learning;

/// <summary>
/// The distribution of the ranks of one class that takes few distinct values (OVL's): a mass on each atom, with its uncertainty.
/// </summary>
/// <remarks>
/// <para>The atoms are those of both classes of a map, so that they may have no samples of this class. With n effective samples, n_r of
/// them on atom r, and K atoms, the masses are Dirichlet: E[p_r] = (n_r + A/K)/(n + A), which sum to 1. The concentration A is the one that
/// makes the counts most probable (Minka 2000), kept between 1 (Perks) and K/2 (Jeffreys, n_r + ½): many atoms with few samples must not
/// dilute those that have many. The uncertainty of an atom is Beta(ν_r + ½, ·) of that mean, ν_r the effective number of rows on it; for
/// two atoms that is Beta(n_r + ½, n − n_r + ½).</para>
/// <para>How many samples reach an atom is counted, and one pseudo-sample reaches all: a share s of n effective samples becomes (n s + 1)/
/// (n + 1), the chance that one more sample reaches the atom (V. Vovk, A. Gammerman, G. Shafer, Algorithmic Learning in a Random World,
/// 2005), never 0.</para>
/// </remarks>
/// <threadsafety>Immutable.</threadsafety>
public sealed class DiscreteDensity
{
    const int Buckets = 1024;

    readonly double[] means;
    readonly double[] tails;

    /// <summary>
    /// Index of the first atom of each of equal stretches of rank: what makes a look-up take the same few steps everywhere.
    /// </summary>
    readonly int[] buckets = new int[Buckets + 2];

    internal DiscreteDensity(double[] atoms, double[] weights, double[] squaredWeights, long count)
    {
        (Atoms, Weights, SquaredWeights, Count) = (atoms, weights, squaredWeights, count);
        for (var r = 0; r < atoms.Length; r++)
            (TotalWeight, TotalSquaredWeight) = (TotalWeight + weights[r], TotalSquaredWeight + squaredWeights[r]);
        foreach (var atom in atoms)
            buckets[(int)(atom * Buckets) + 1]++;
        for (var bucket = 0; bucket <= Buckets; bucket++)
            buckets[bucket + 1] += buckets[bucket];
        (means, tails) = (new double[atoms.Length], new double[atoms.Length + 1]);
        var n = EffectiveCount;
        EffectiveCounts = Array.ConvertAll(weights, w => count == 0 ? 0 : w * (TotalWeight / TotalSquaredWeight));
        Concentration = AtomConcentration.Of(EffectiveCounts, n);
        var reached = 0.0;
        tails[^1] = 1 / (n + 1);
        for (var r = atoms.Length - 1; r >= 0; r--)
        {
            means[r] = (EffectiveCounts[r] + Concentration / atoms.Length) / (n + Concentration);
            reached += weights[r];
            // The last sum is the total, but for rounding.
            tails[r] = r == 0 || count == 0 ? 1 : (n * Math.Min(1, reached / TotalWeight) + 1) / (n + 1);
        }
    }

    /// <summary>The distinct ranks, ascending.</summary>
    public double[] Atoms { get; }

    /// <summary>Parallel to atoms: sum of weights.</summary>
    public double[] Weights { get; }

    /// <summary>Parallel to atoms: sum of squared weights.</summary>
    public double[] SquaredWeights { get; }

    /// <summary>Number of rows.</summary>
    public long Count { get; }

    /// <summary>Sum of weights.</summary>
    public double TotalWeight { get; }

    /// <summary>Sum of squared weights.</summary>
    public double TotalSquaredWeight { get; }

    /// <summary>Kish's effective number of rows.</summary>
    public double EffectiveCount => Count == 0 ? 0 : TotalWeight * TotalWeight / TotalSquaredWeight;

    /// <summary>Pseudo-samples that the prior spreads evenly over the atoms.</summary>
    public double Concentration { get; }

    /// <summary>Fits from scratch. Atoms are those given and those of the samples; no atoms at all are allowed.</summary>
    public static DiscreteDensity Fit(RankSamples samples, params ReadOnlySpan<double> atoms) =>
        new DiscreteDensity([], [], [], 0).Append(samples, atoms);

    /// <summary>
    /// The density with more samples, and with atoms that only the other class has seen; costs O(samples · log samples + atoms).
    /// </summary>
    public DiscreteDensity Append(RankSamples samples, params ReadOnlySpan<double> atoms)
    {
        var (ranks, weights) = samples.Sorted();
        double[] union = [.. Atoms, .. ranks, .. atoms];
        Array.Sort(union);
        union = union[..Distinct(union)];
        var (plain, squared) = (new double[union.Length], new double[union.Length]);
        int old = 0, sample = 0;
        for (var r = 0; r < union.Length; r++)
        {
            if (old < Atoms.Length && Atoms[old] == union[r]) (plain[r], squared[r]) = (Weights[old], SquaredWeights[old++]);
            for (; sample < ranks.Length && ranks[sample] == union[r]; sample++)
            {
                plain[r] += weights[sample];
                squared[r] += weights[sample] * weights[sample];
            }
        }
        return new(union, plain, squared, checked(Count + samples.Count));
    }

    /// <summary>Parallel to atoms: effective samples.</summary>
    internal double[] EffectiveCounts { get; }

    /// <summary>The first atom that is not below a rank; the number of atoms when there is none.</summary>
    internal int From(double x)
    {
        Rank.ThrowIfOutside(x, nameof(x));
        var bucket = (int)(x * Buckets);
        var (low, high) = (buckets[bucket], buckets[bucket + 1]);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (Atoms[middle] < x) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    /// <summary>The chance that one more sample reaches an atom, or lies above all of them.</summary>
    internal double TailFrom(int atom) => tails[atom];

    /// <summary>log E[p] of the mass of neighbouring atoms.</summary>
    internal double LogMassOf(Range atoms) => atoms.End.Value == atoms.Start.Value ? 0 : Math.Log(means[atoms].Sum());

    /// <summary>What is known about the same mass.</summary>
    internal BetaPosterior PosteriorOf(Range atoms)
    {
        if (atoms.End.Value == atoms.Start.Value) return new(0.5, 0.5);
        var (weight, squared) = (Weights[atoms].Sum(), SquaredWeights[atoms].Sum());
        return BetaPosterior.OfMean(means[atoms].Sum(), (weight == 0 ? 0 : weight * weight / squared) + 0.5);
    }

    static int Distinct(double[] ascending)
    {
        var count = 0;
        foreach (var value in ascending)
            if (count == 0 || ascending[count - 1] != value) ascending[count++] = value;
        return count;
    }
}
