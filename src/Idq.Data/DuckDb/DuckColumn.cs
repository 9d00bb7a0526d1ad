using Idq.Data.DuckDb.Columns;

namespace Idq.Data.DuckDb;

/// <summary>
/// A named column to be given to DuckDB. The values are not copied when the column is made: leave them alone until the call that uses it
/// has returned.
/// </summary>
public abstract class DuckColumn
{
    private protected DuckColumn(string name, int length)
    {
        Name = name;
        Length = length;
    }

    /// <summary>The column's name; any text, unique in its table without regard to case.</summary>
    public string Name { get; }

    /// <summary>Rows.</summary>
    public int Length { get; }

    /// <summary>The format string of the Arrow C data interface.</summary>
    internal abstract string Format { get; }

    /// <summary>The format of a dictionary's words or a list's elements, if it has such.</summary>
    internal virtual string? InnerFormat => null;

    /// <summary>A BIGINT column.</summary>
    /// <param name="name">The name.</param>
    /// <param name="values">One value a row.</param>
    /// <param name="present">Where false the row is NULL; empty means that no row is.</param>
    public static DuckColumn Longs(string name, ReadOnlyMemory<long> values, ReadOnlyMemory<bool> present = default) =>
        new NumberColumn<long>(name, "l", values, present);

    /// <summary>A DOUBLE column; NaN, infinities and -0 are kept as they are.</summary>
    /// <inheritdoc cref="Longs"/>
    public static DuckColumn Doubles(string name, ReadOnlyMemory<double> values, ReadOnlyMemory<bool> present = default) =>
        new NumberColumn<double>(name, "g", values, present);

    /// <summary>A FLOAT column.</summary>
    /// <inheritdoc cref="Longs"/>
    public static DuckColumn Floats(string name, ReadOnlyMemory<float> values, ReadOnlyMemory<bool> present = default) =>
        new NumberColumn<float>(name, "f", values, present);

    /// <summary>An INTEGER column.</summary>
    /// <inheritdoc cref="Longs"/>
    public static DuckColumn Ints(string name, ReadOnlyMemory<int> values, ReadOnlyMemory<bool> present = default) =>
        new NumberColumn<int>(name, "i", values, present);

    /// <summary>A UTINYINT column.</summary>
    /// <inheritdoc cref="Longs"/>
    public static DuckColumn Bytes(string name, ReadOnlyMemory<byte> values, ReadOnlyMemory<bool> present = default) =>
        new NumberColumn<byte>(name, "C", values, present);

    /// <summary>A BOOLEAN column.</summary>
    /// <inheritdoc cref="Longs"/>
    public static DuckColumn Bools(string name, ReadOnlyMemory<bool> values, ReadOnlyMemory<bool> present = default) =>
        new BoolColumn(name, values, present);

    /// <summary>A VARCHAR column; null is NULL. Text that is no valid UTF-16 gets replacement characters.</summary>
    public static DuckColumn Texts(string name, IReadOnlyList<string?> values) => new TextColumn(name, values);

    /// <summary>A VARCHAR column of few distinct words: each row holds the index of its word, -1 is NULL.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A code has no word.</exception>
    public static DuckColumn Words(string name, ReadOnlyMemory<int> codes, IReadOnlyList<string> words) =>
        new WordColumn(name, codes, words);

    /// <summary>A LIST(DOUBLE) column: row i holds <paramref name="values"/>[<paramref name="offsets"/>[i] .. offsets[i + 1]].</summary>
    /// <param name="name">The name.</param>
    /// <param name="offsets">One more than there are rows, not descending.</param>
    /// <param name="values">The elements of all rows.</param>
    /// <exception cref="ArgumentException">The offsets descend or leave the values.</exception>
    public static DuckColumn DoubleLists(string name, ReadOnlyMemory<long> offsets, ReadOnlyMemory<double> values) =>
        new DoubleListColumn(name, offsets, values);

    /// <summary>Fixes the values in memory, in the form that Arrow wants, until the result is disposed of.</summary>
    internal abstract ColumnBuffers Fix();

    /// <summary>
    /// True when the column holds doubles that are equal and yet not the same bits: zeros of either sign, different NaNs. A dictionary would make
    /// them one.
    /// </summary>
    internal virtual bool HasTwins => false;

    /// <summary>Looks for such doubles.</summary>
    internal static bool HasTwinsIn(ReadOnlySpan<double> values)
    {
        const long NegativeZero = long.MinValue;
        long? nan = null;
        foreach (var value in values)
        {
            var bits = BitConverter.DoubleToInt64Bits(value);
            if (bits == NegativeZero) return true;
            if (!double.IsNaN(value)) continue;
            if (nan is { } other && other != bits) return true;
            nan = bits;
        }
        return false;
    }
}
