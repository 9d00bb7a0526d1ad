namespace Idq.Tracking;

/// <summary>Numbers that follow each other, both ends included.</summary>
/// <param name="First">The first.</param>
/// <param name="Last">The last; not less than the first.</param>
public readonly record struct IdxRange(long First, long Last)
{
    /// <summary>How many numbers it holds.</summary>
    public long Count => Last - First + 1;

    /// <summary>The numbers from 0 to the largest one given that are not given.</summary>
    /// <param name="sorted">Numbers in ascending order; repetitions are allowed.</param>
    public static IReadOnlyList<IdxRange> Missing(IEnumerable<long> sorted)
    {
        ArgumentNullException.ThrowIfNull(sorted);
        var gaps = new List<IdxRange>();
        var next = 0L;
        foreach (var idx in sorted)
        {
            if (idx > next) gaps.Add(new IdxRange(next, idx - 1));
            if (idx >= next) next = idx + 1;
        }

        return gaps;
    }
}
