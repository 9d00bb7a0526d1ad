using Idq.Data.DuckDb.Tables;

namespace Idq.Data.DuckDb;

/// <summary>
/// The rows of a query as columns. Columns are asked for by name (case does not count); those of the natural type are handed out without
/// conversion and, where nothing is NULL, without a copy: the caller owns them and this table should then be let go.
/// </summary>
public sealed class DuckTable
{
    const int SmallestCapacity = 2048;

    readonly ColumnStore[] stores;
    readonly Dictionary<string, int> index = new(StringComparer.OrdinalIgnoreCase);

    DuckTable(IReadOnlyList<DuckField> columns, int capacity)
    {
        Columns = columns;
        stores = new ColumnStore[columns.Count];
        for (var i = 0; i < stores.Length; i++)
        {
            stores[i] = ColumnStore.For(columns[i].Type, capacity);
            index.TryAdd(columns[i].Name, i);
        }
    }

    /// <summary>No columns and no rows.</summary>
    public static DuckTable Empty { get; } = new([], 0);

    /// <summary>Names and types, in order.</summary>
    public IReadOnlyList<DuckField> Columns { get; }

    /// <summary>Rows.</summary>
    public int Count { get; private set; }

    /// <summary>Collects all rows of a result.</summary>
    /// <param name="result">A result of which nothing was taken yet.</param>
    public static DuckTable Read(DuckResult result)
    {
        var table = new DuckTable(result.Columns, result.KnownRows > 0 ? result.KnownRows : SmallestCapacity);
        while (result.Next() is { } chunk)
        {
            for (var column = 0; column < table.stores.Length; column++)
                table.stores[column].Append(chunk, column);
            table.Count += chunk.Count;
        }

        return table;
    }

    /// <summary>Whether there is a column of that name.</summary>
    public bool Has(string name) => index.ContainsKey(name);

    /// <summary>The type of a column.</summary>
    public DuckColumnType TypeOf(string name) => Columns[Index(name)].Type;

    /// <summary>
    /// A column of any numeric, DECIMAL, BOOLEAN or timestamp type as doubles. NULL becomes NaN, timestamps and dates become Unix seconds.
    /// </summary>
    /// <exception cref="KeyNotFoundException">There is no such column (so for all of these methods).</exception>
    /// <exception cref="InvalidOperationException">The column's type does not convert (so for all of these methods).</exception>
    public double[] Doubles(string name) => Store(name, s => s.Doubles());

    /// <summary>
    /// A column of any numeric, DECIMAL, BOOLEAN or timestamp type as integers: fractions round to the nearest (ties to even), timestamps
    /// and dates become Unix nanoseconds.
    /// </summary>
    /// <param name="name">The column.</param>
    /// <param name="whereNull">Stands for NULL; <see langword="null"/> makes a NULL an error.</param>
    /// <exception cref="OverflowException">A value does not fit into 64 bits.</exception>
    public long[] Longs(string name, long? whereNull = null) => Store(name, s => s.Longs(whereNull));

    /// <summary>An INTEGER column without NULL.</summary>
    public int[] Ints(string name) => Raw<int>(name, "INTEGER");

    /// <summary>A UTINYINT column without NULL.</summary>
    public byte[] Bytes(string name) => Raw<byte>(name, "UTINYINT");

    /// <summary>A FLOAT column without NULL.</summary>
    public float[] Floats(string name) => Raw<float>(name, "FLOAT");

    /// <summary>A BOOLEAN column without NULL.</summary>
    public bool[] Bools(string name) => Raw<bool>(name, "BOOLEAN");

    /// <summary>A VARCHAR or ENUM column; NULL is null. Equal texts are mostly one object.</summary>
    public string?[] Texts(string name) => Store(name, s => s.Texts() ?? throw Mismatch(name, "VARCHAR"));

    /// <summary>A LIST(DOUBLE) column.</summary>
    public DoubleLists DoubleLists(string name) => Store(name, s => s.Lists() ?? throw Mismatch(name, "DOUBLE[]"));

    /// <summary>Which rows are not NULL; <see langword="null"/> where none is NULL.</summary>
    public bool[]? Present(string name) => Store(name, s => s.Present());

    T[] Raw<T>(string name, string wanted) => Store(name, s => s.Raw<T>() ?? throw Mismatch(name, wanted));

    T Store<T>(string name, Func<ColumnStore, T> read)
    {
        try
        {
            return read(stores[Index(name)]);
        }
        catch (OverflowException overflow)
        {
            throw new OverflowException($"Column '{name}' ({TypeOf(name)}) holds a value beyond 64 bits.", overflow);
        }
    }

    int Index(string name) => this.index.TryGetValue(name, out var index)
        ? index
        : throw new KeyNotFoundException($"There is no column '{name}' among {string.Join(", ", Columns.Take(50).Select(c => c.Name))}.");

    InvalidOperationException Mismatch(string name, string wanted) =>
        new($"Column '{name}' is {TypeOf(name)}{(Present(name) is null ? "" : " with NULLs")}, not {wanted}.");
}
