using Idq.Data.DuckDb.Native;

namespace Idq.Data.DuckDb.Tables;

/// <summary>Which rows are NULL; costs nothing while none is.</summary>
sealed class RowMask
{
    readonly List<int> nulls = [];

    internal bool HasNulls => nulls.Count > 0;

    internal void Append(VectorView vector, int start, int count)
    {
        if (!vector.MayHaveNulls)
            return;
        for (var row = 0; row < count; row++)
        {
            if (!vector.IsValid(row))
                nulls.Add(start + row);
        }
    }

    /// <summary>A bit for each row, set where a value is there; null where all are.</summary>
    internal ulong[]? Words(int count)
    {
        if (!HasNulls)
            return null;
        var words = new ulong[(count + 63) / 64];
        Array.Fill(words, ulong.MaxValue);
        foreach (var row in nulls)
            words[row >> 6] &= ~(1ul << (row & 63));
        return words;
    }

    internal bool[]? Present(int count)
    {
        if (!HasNulls)
            return null;
        var present = new bool[count];
        Array.Fill(present, true);
        foreach (var row in nulls)
            present[row] = false;
        return present;
    }
}
