namespace Idq.Data.DuckDb;

/// <summary>A column of lists: the elements of row i are <see cref="Values"/>[<see cref="Offsets"/>[i] .. Offsets[i + 1]].</summary>
/// <param name="Offsets">One more than there are rows.</param>
/// <param name="Values">The elements of all rows; a NULL element is NaN, a NULL list is empty.</param>
public sealed record DoubleLists(long[] Offsets, double[] Values)
{
    /// <summary>Rows.</summary>
    public int Count => Offsets.Length - 1;

    /// <summary>The elements of a row.</summary>
    public ReadOnlySpan<double> this[int row] => Values.AsSpan((int)Offsets[row], (int)(Offsets[row + 1] - Offsets[row]));
}
