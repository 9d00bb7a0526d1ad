namespace Idq;

public sealed partial record SampleTimes
{
    static readonly ulong ThinningStream = CounterRandom.Hash("thinning");

    /// <summary>
    /// At most <paramref name="maxSamples"/> rows, chosen without looking at anything but (seed, time, label), each standing for
    /// n / kept rows: sums of weights estimate counts without bias.
    /// </summary>
    /// <remarks>
    /// The rows with the smallest hash are kept: the same rows whatever the order in which they arrived, and a row that survives
    /// among many survives among fewer. The weights multiply those that the rows already had.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxSamples"/> is less than one.</exception>
    public SampleTimes Thin(int maxSamples, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSamples, 1);
        if (Count <= maxSamples) return this;

        var hashes = new ulong[Count];
        var rows = new int[Count];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = i;
            hashes[i] = new CounterRandom(seed, ThinningStream + Labels[i], Times[i]).NextUInt64();
        }
        Array.Sort(hashes, rows);
        var kept = rows.AsSpan(0, maxSamples);
        kept.Sort();

        var share = Count / (double)maxSamples;
        var times = new long[maxSamples];
        var labels = new byte[maxSamples];
        var thinned = new double[maxSamples];
        for (var i = 0; i < maxSamples; i++)
        {
            (times[i], labels[i]) = (Times[kept[i]], Labels[kept[i]]);
            thinned[i] = share * Weights[kept[i]];
        }
        return this with { Times = times, Labels = labels, Weights = thinned };
    }
}
