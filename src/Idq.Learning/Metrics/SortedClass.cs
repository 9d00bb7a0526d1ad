namespace Idq.Learning;

/// <summary>The values of one class in ascending order with their weights; NaN comes first and equals itself.</summary>
sealed class SortedClass
{
    SortedClass(double[] values, double[] weights)
    {
        (Values, Weights) = (values, weights);
        foreach (var weight in weights)
        {
            Weight += weight;
            SquaredWeight += weight * weight;
        }
    }

    public double[] Values { get; }

    public double[] Weights { get; }

    public int Count => Values.Length;

    /// <summary>Sum of weights, in ascending order of values.</summary>
    public double Weight { get; }

    double SquaredWeight { get; }

    public static SortedClass Of(RankSamples samples)
    {
        var (ranks, weights) = samples.Sorted();
        return new(ranks, weights);
    }

    /// <summary>The rows of one label; no weights at all say that each is 1.</summary>
    public static SortedClass Of(ReadOnlySpan<double> values, ReadOnlySpan<byte> labels, ReadOnlySpan<double> weights, bool glitches)
    {
        var count = 0;
        foreach (var label in labels) count += label == Label.Glitch == glitches ? 1 : 0;
        var (chosen, weight) = (new double[count], new double[count]);
        for (int i = 0, n = 0; i < values.Length; i++)
        {
            if (labels[i] == Label.Glitch != glitches) continue;
            chosen[n] = values[i];
            weight[n++] = weights.IsEmpty ? 1 : weights[i];
        }
        Array.Sort(chosen, weight);
        return new(chosen, weight);
    }

    /// <summary>The weight of the run of equal values that starts at <paramref name="next"/>, which moves behind it.</summary>
    public double TakeTied(double value, ref int next)
    {
        var tied = 0.0;
        while (next < Count && Values[next].CompareTo(value) == 0) tied += Weights[next++];
        return tied;
    }

    /// <summary>The fraction of the weight at or above a value: exactly 1 when that is all of it.</summary>
    public double FractionFrom(double value)
    {
        if (Values[0] >= value) return 1;
        var sum = 0.0;
        for (var i = Count - 1; Values[i] >= value; i--) sum += Weights[i];
        return Math.Min(1, sum / Weight);
    }

    /// <summary>For every value, the fraction of another class that lies below it, a tie counting half.</summary>
    public double[] Placements(SortedClass other)
    {
        var placements = new double[Count];
        var (below, j) = (0.0, 0);
        for (var i = 0; i < Count;)
        {
            var (value, first) = (Values[i], i);
            while (j < other.Count && other.Values[j].CompareTo(value) < 0) below += other.Weights[j++];
            var tied = other.TakeTied(value, ref j);
            TakeTied(value, ref i);
            placements.AsSpan(first, i - first).Fill((below + tied / 2) / other.Weight);
            below += tied;
        }
        return placements;
    }

    /// <summary>The variance of the weighted mean of figures of this class; NaN when it has no more than one effective row.</summary>
    public double VarianceOfMean(double[] figures)
    {
        var effective = Weight * Weight / SquaredWeight;
        if (!(effective > 1)) return double.NaN;
        var mean = 0.0;
        for (var i = 0; i < Count; i++) mean += Weights[i] * figures[i];
        mean /= Weight;
        var sum = 0.0;
        for (var i = 0; i < Count; i++)
        {
            var deviation = Weights[i] * (figures[i] - mean);
            sum += deviation * deviation;
        }
        return sum / (Weight * Weight) * effective / (effective - 1);
    }
}
