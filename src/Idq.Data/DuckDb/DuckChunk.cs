using System.Text;
using DuckDB.NET.Native;
using static DuckDB.NET.Native.NativeMethods;

namespace Idq.Data.DuckDb;

/// <summary>
/// Some consecutive rows of a result, column by column, as DuckDB holds them: the spans look into its memory and are valid only until the
/// next chunk is asked for. Where a value is NULL the span holds anything: ask <see cref="IsValid"/>.
/// </summary>
public sealed class DuckChunk
{
    readonly IReadOnlyList<DuckField> columns;
    readonly DuckVector[] vectors;
    DuckDBDataChunk? held;

    internal DuckChunk(IReadOnlyList<DuckField> columns) => (this.columns, vectors) = (columns, new DuckVector[columns.Count]);

    /// <summary>Rows in this chunk, at least 1 and at most 2048.</summary>
    public int Count { get; private set; }

    /// <summary>Whether a value is there.</summary>
    public bool IsValid(int column, int row) => vectors[column].IsValid(Checked(row));

    /// <summary>Whether the column may hold NULLs in this chunk; if not, none of its rows needs to be asked.</summary>
    public bool MayHaveNulls(int column) => vectors[column].MayHaveNulls;

    /// <summary>A DOUBLE column.</summary>
    /// <exception cref="InvalidOperationException">The column has another type (so for all of the typed members).</exception>
    public ReadOnlySpan<double> Doubles(int column) => Typed(column, DuckDBType.Double).Span<double>(Count);

    /// <summary>A BIGINT column.</summary>
    public ReadOnlySpan<long> Longs(int column) => Typed(column, DuckDBType.BigInt).Span<long>(Count);

    /// <summary>The bytes of a VARCHAR value, without a copy.</summary>
    public ReadOnlySpan<byte> Utf8(int column, int row) => Typed(column, DuckDBType.Varchar).Utf8(Checked(row));

    /// <summary>A VARCHAR value; <see langword="null"/> where it is NULL.</summary>
    public string? Text(int column, int row) => IsValid(column, row) ? Encoding.UTF8.GetString(Utf8(column, row)) : null;

    /// <summary>
    /// Converts a column of any numeric, DECIMAL, BOOLEAN or timestamp type. NULL becomes NaN, timestamps and dates become Unix seconds,
    /// other values the nearest double.
    /// </summary>
    /// <param name="column">The column.</param>
    /// <param name="target">Receives <see cref="Count"/> values.</param>
    public void ToDoubles(int column, Span<double> target)
    {
        var (vector, type) = (vectors[column], columns[column].Type);
        if (!type.IsNumeric) throw new InvalidOperationException($"A column of type {type} does not convert to numbers.");
        if (type.Id == DuckDBType.Double) vector.Span<double>(Count).CopyTo(target);
        else for (var row = 0; row < Count; row++) target[row] = DuckValues.Number(vector, type, row);
        if (!vector.MayHaveNulls) return;
        for (var row = 0; row < Count; row++)
            if (!vector.IsValid(row)) target[row] = double.NaN;
    }

    /// <summary>
    /// A value as an object: null, bool, long (all integers that fit), <see cref="System.Numerics.BigInteger"/>, double, decimal (text
    /// beyond 28 digits), string (also UUIDs, ISO dates and times, blobs in hexadecimal), object?[] for lists, dictionary for structures
    /// and maps.
    /// </summary>
    public object? Value(int column, int row) => DuckValues.Value(vectors[column], columns[column].Type, Checked(row));

    /// <summary>The 16 bytes of each VARCHAR value: equal bytes are equal texts, and different bytes may be equal texts too.</summary>
    internal ReadOnlySpan<Int128> TextKeys(int column) => Typed(column, DuckDBType.Varchar).Span<Int128>(Count);

    /// <summary>Takes the place of the chunk before, which is freed; null frees only.</summary>
    internal void Hold(DuckDBDataChunk? chunk)
    {
        held?.Dispose();
        held = chunk;
        Count = chunk is null ? 0 : (int)DataChunks.DuckDBDataChunkGetSize(chunk);
        for (var i = 0; i < vectors.Length; i++) vectors[i] = chunk is null ? default : new(DataChunks.DuckDBDataChunkGetVector(chunk, i));
    }

    int Checked(int row) => (uint)row < (uint)Count ? row : throw new ArgumentOutOfRangeException(nameof(row));

    DuckVector Typed(int column, DuckDBType type) => columns[column].Type.Id == type ? vectors[column]
        : throw new InvalidOperationException($"Column '{columns[column].Name}' is {columns[column].Type}, which is not what is read.");
}
