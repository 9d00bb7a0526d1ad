using Idq.Data.DuckDb.Native;

namespace Idq.Data.DuckDb;

/// <summary>
/// Some consecutive rows of a result, column by column, as DuckDB holds them: the spans look into its memory and are valid only until the
/// next chunk is asked for. Where a value is NULL the span holds anything: ask <see cref="IsValid"/>.
/// </summary>
public sealed class DuckChunk
{
    readonly DuckField[] columns;
    readonly VectorView[] vectors;
    ChunkHandle? handle;

    internal DuckChunk(DuckField[] columns)
    {
        this.columns = columns;
        vectors = new VectorView[columns.Length];
    }

    /// <summary>Rows in this chunk, at least 1 and at most 2048.</summary>
    public int Count { get; private set; }

    /// <summary>Whether a value is there.</summary>
    public bool IsValid(int column, int row) => vectors[column].IsValid(Checked(row));

    /// <summary>Whether the column may hold NULLs in this chunk; if not, none of its rows needs to be asked.</summary>
    public bool MayHaveNulls(int column) => vectors[column].MayHaveNulls;

    /// <summary>A DOUBLE column.</summary>
    /// <exception cref="InvalidOperationException">The column has another type (so for all of the typed spans).</exception>
    public ReadOnlySpan<double> Doubles(int column) => Span<double>(column, DuckType.Double);

    /// <summary>A BIGINT column, or a timestamp column in its own unit.</summary>
    public ReadOnlySpan<long> Longs(int column) =>
        columns[column].Type.IsTimestamp ? vectors[column].Span<long>(0, Count) : Span<long>(column, DuckType.BigInt);

    /// <summary>An INTEGER column.</summary>
    public ReadOnlySpan<int> Ints(int column) => Span<int>(column, DuckType.Integer);

    /// <summary>A FLOAT column.</summary>
    public ReadOnlySpan<float> Floats(int column) => Span<float>(column, DuckType.Float);

    /// <summary>A UTINYINT column.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => Span<byte>(column, DuckType.UTinyInt);

    /// <summary>A BOOLEAN column.</summary>
    public ReadOnlySpan<bool> Bools(int column) => Span<bool>(column, DuckType.Boolean);

    /// <summary>A VARCHAR or ENUM value; <see langword="null"/> where it is NULL.</summary>
    public string? Text(int column, int row)
    {
        var vector = vectors[column];
        var type = columns[column].Type;
        return !vector.IsValid(Checked(row)) ? null
            : type.Id == DuckType.Enum ? type.EnumNames[VectorValues.EnumCode(vector, type, row)]
            : Typed(column, DuckType.Varchar).Text(row);
    }

    /// <summary>The bytes of a VARCHAR value, without a copy.</summary>
    public ReadOnlySpan<byte> Utf8(int column, int row) => Typed(column, DuckType.Varchar).Utf8(Checked(row));

    /// <summary>The elements of a LIST(DOUBLE) value, without a copy; empty where it is NULL.</summary>
    public ReadOnlySpan<double> DoubleList(int column, int row)
    {
        var vector = Typed(column, DuckType.List);
        if (columns[column].Type.Element!.Id != DuckType.Double)
            throw Mismatch(column, "DOUBLE[]");
        if (!vector.IsValid(Checked(row)))
            return [];
        var (offset, count) = vector.Entry(row);
        return vector.ListChild().Span<double>(offset, count);
    }

    /// <summary>
    /// Converts a column of any numeric, DECIMAL, BOOLEAN or timestamp type. NULL becomes NaN, timestamps and dates become Unix seconds,
    /// other values the nearest double.
    /// </summary>
    /// <param name="column">The column.</param>
    /// <param name="target">Receives <see cref="Count"/> values.</param>
    public void ToDoubles(int column, Span<double> target) =>
        VectorNumbers.ToDoubles(vectors[column], columns[column].Type, Count, target[..Count]);

    /// <summary>
    /// Converts a column of any numeric, DECIMAL, BOOLEAN or timestamp type. Fractions round to the nearest integer (ties to even);
    /// timestamps and dates become Unix nanoseconds.
    /// </summary>
    /// <param name="column">The column.</param>
    /// <param name="target">Receives <see cref="Count"/> values.</param>
    /// <param name="whereNull">Stands for NULL; <see langword="null"/> makes a NULL an error.</param>
    /// <exception cref="OverflowException">A value does not fit into 64 bits.</exception>
    public void ToLongs(int column, Span<long> target, long? whereNull = null) =>
        VectorNumbers.ToLongs(vectors[column], columns[column].Type, Count, target[..Count], whereNull);

    /// <summary>
    /// A value as an object: null, bool, long (all integers that fit), <see cref="System.Numerics.BigInteger"/>, double, decimal (text beyond
    /// 28 digits), string (also UUIDs, ISO dates and times, blobs in hexadecimal), object?[] for lists, dictionary for structures and maps.
    /// </summary>
    public object? Value(int column, int row) => VectorValues.Value(vectors[column], columns[column].Type, Checked(row));

    internal void Hold(ChunkHandle handle)
    {
        this.handle = handle;
        Count = (int)DuckNative.ChunkSize(handle.Raw);
        for (var i = 0; i < vectors.Length; i++)
            vectors[i] = new VectorView(DuckNative.ChunkVector(handle.Raw, (ulong)i));
    }

    internal void Release()
    {
        handle?.Dispose();
        handle = null;
        Count = 0;
        Array.Clear(vectors);
    }

    /// <summary>The child values of a LIST(DOUBLE) column, and each row's number of them.</summary>
    internal VectorView Vector(int column) => vectors[column];

    int Checked(int row) => (uint)row < (uint)Count ? row : throw new ArgumentOutOfRangeException(nameof(row));

    ReadOnlySpan<T> Span<T>(int column, DuckType type)
        where T : unmanaged => Typed(column, type).Span<T>(0, Count);

    VectorView Typed(int column, DuckType type) =>
        columns[column].Type.Id == type ? vectors[column] : throw Mismatch(column, type.ToString().ToUpperInvariant());

    InvalidOperationException Mismatch(int column, string wanted) =>
        new($"Column '{columns[column].Name}' is {columns[column].Type}, not {wanted}.");
}
