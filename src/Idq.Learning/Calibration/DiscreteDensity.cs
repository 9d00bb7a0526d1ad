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
/// <para>A rank between two atoms was never seen: it is given the pooled mass of its neighbours (of the only neighbour, at the ends), and
/// half of the evidence that the less known of the two has, or less where the two disagree: the variance of a rank that is like one or like
/// the other. Cumulative quantities are exact step functions.</para>
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
        Concentration = AtomConcentration.Of(EffectiveCounts(), n);
        for (var r = atoms.Length - 1; r >= 0; r--)
        {
            means[r] = (EffectiveCountOf(r) + Concentration / atoms.Length) / (n + Concentration);
            tails[r] = tails[r + 1] + means[r];
        }
        // All masses add up to 1; their sum is not exactly 1 because each is rounded.
        if (atoms.Length > 0) tails[0] = 1;
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

    /// <summary>Slots: 2r + 1 is atom r, 2r the gap below it, 2K the ranks above all atoms.</summary>
    internal int Slots => 2 * Atoms.Length + 1;

    /// <summary>The slot of a rank.</summary>
    internal int SlotOf(double x)
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
        return low < Atoms.Length && Atoms[low] == x ? 2 * low + 1 : 2 * low;
    }

    /// <summary>E[P(rank ≥ slot)], or without the atom of the slot itself.</summary>
    internal double Above(int slot, bool including) =>
        Atoms.Length == 0 ? 1 : tails[(slot & 1) == 1 && !including ? slot / 2 + 1 : slot / 2];

    /// <summary>log E[p] of the mass of an atom, or of what an atom in the gap would have.</summary>
    internal double LogMeanOf(int slot) => Math.Log(MeanOf(slot));

    /// <summary>What is known about the same mass.</summary>
    internal BetaPosterior PosteriorOf(int slot)
    {
        if (Atoms.Length == 0) return new(0.5, 0.5);
        if ((slot & 1) == 1) return OfAtom(slot / 2);
        var (low, high) = Neighbours(slot);
        var (below, above) = (OfAtom(low), OfAtom(high));
        var mean = MeanOf(slot);
        var variance = 0.5 * (Variance(below) + Variance(above)) + 0.25 * Square(means[low] - means[high]);
        var mixed = mean * Math.Max(0, mean * (1 - mean) / variance - 1);
        var alpha = 0.5 * Math.Min(mixed, Math.Min(below.Alpha, above.Alpha));
        return BetaPosterior.OfMean(mean, Math.Max(BetaPosterior.SmallestShape, alpha));
    }

    double MeanOf(int slot)
    {
        if (Atoms.Length == 0) return 1;
        if ((slot & 1) == 1) return means[slot / 2];
        var (low, high) = Neighbours(slot);
        return 0.5 * (means[low] + means[high]);
    }

    (int Low, int High) Neighbours(int slot) => (Math.Max(0, slot / 2 - 1), Math.Min(Atoms.Length - 1, slot / 2));

    BetaPosterior OfAtom(int r)
    {
        var rows = Weights[r] == 0 ? 0 : Square(Weights[r]) / SquaredWeights[r];
        return BetaPosterior.OfMean(means[r], rows + 0.5);
    }

    double EffectiveCountOf(int r) => Count == 0 ? 0 : Weights[r] * (TotalWeight / TotalSquaredWeight);

    double[] EffectiveCounts()
    {
        var counts = new double[Atoms.Length];
        for (var r = 0; r < counts.Length; r++) counts[r] = EffectiveCountOf(r);
        return counts;
    }

    static double Variance(BetaPosterior p)
    {
        var sum = p.Alpha + p.Beta;
        return p.Alpha * p.Beta / (sum * sum * (sum + 1));
    }

    static int Distinct(double[] ascending)
    {
        var count = 0;
        foreach (var value in ascending)
            if (count == 0 || ascending[count - 1] != value) ascending[count++] = value;
        return count;
    }

    static double Square(double x) => x * x;
}
