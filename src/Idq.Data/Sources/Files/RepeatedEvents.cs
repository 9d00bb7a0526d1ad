using System.Runtime.InteropServices;

namespace Idq.Data;

/// <summary>Tells, among events of one channel and time, which are repeated by another origin.</summary>
/// <param name="columns">The values of all events; the last column says which origin an event is of.</param>
sealed class RepeatedEvents(double[][] columns)
{
    readonly Dictionary<int, Occurrences> found = new(new SameValues(columns));

    /// <summary>Forgets the events before: those that follow are of another channel or time.</summary>
    public void Begin() => found.Clear();

    /// <summary>
    /// True when an event is held already by an origin before its own. Rows are asked in order, those of an origin one after another.
    /// </summary>
    public bool Contains(int row)
    {
        var origin = columns[^1][row];
        // The first of equal rows stands for all of them.
        ref var equal = ref CollectionsMarshal.GetValueRefOrAddDefault(found, row, out var isKnown);
        var inOrigin = isKnown && equal.Origin.Equals(origin) ? equal.InOrigin + 1 : 1;
        var isRepeated = inOrigin <= equal.Kept;
        equal = new(origin, inOrigin, Math.Max(equal.Kept, inOrigin));
        return isRepeated;
    }

    readonly record struct Occurrences(double Origin, int InOrigin, int Kept);

    sealed class SameValues(double[][] columns) : IEqualityComparer<int>
    {
        public bool Equals(int a, int b)
        {
            for (var c = 0; c < columns.Length - 1; c++)
                if (!columns[c][a].Equals(columns[c][b])) return false;
            return true;
        }

        public int GetHashCode(int row)
        {
            var hash = new HashCode();
            for (var c = 0; c < columns.Length - 1; c++) hash.Add(columns[c][row]);
            return hash.ToHashCode();
        }
    }
}
