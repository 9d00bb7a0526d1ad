namespace Idq.Tracking;

/// <summary>Named columns of equal length: a data frame as one value. Immutable.</summary>
public sealed class StreamTable : IEquatable<StreamTable>
{
    readonly KeyValuePair<string, StreamValue[]>[] columns;

    /// <summary>A table over copies of columns.</summary>
    /// <exception cref="DataStreamException">A name is given twice, or the columns differ in length.</exception>
    public StreamTable(params IReadOnlyList<KeyValuePair<string, IReadOnlyList<StreamValue>>> columns)
        : this(columns.Select(column => KeyValuePair.Create(column.Key, column.Value.ToArray())).ToArray())
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, values) in this.columns)
        {
            if (!names.Add(name)) throw new DataStreamException(DataStreamFailure.InvalidKey, $"a table has the column '{name}' twice");
            if (values.Length != Rows)
            {
                throw new DataStreamException(
                    DataStreamFailure.InvalidValue,
                    $"column '{name}' of a table has {values.Length} rows where the first column has {Rows}"
                );
            }
        }
    }

    StreamTable(KeyValuePair<string, StreamValue[]>[] columns) => this.columns = columns;

    /// <summary>How many rows there are; 0 without columns.</summary>
    public int Rows => columns.Length == 0 ? 0 : columns[0].Value.Length;

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Names => columns.Select(column => column.Key).ToArray();

    /// <summary>The values of a column.</summary>
    /// <exception cref="KeyNotFoundException">There is no such column.</exception>
    public IReadOnlyList<StreamValue> this[string name]
    {
        get
        {
            foreach (var (key, values) in columns)
            {
                if (key == name) return values;
            }

            throw new KeyNotFoundException($"the table has no column '{name}'");
        }
    }

    /// <inheritdoc/>
    public bool Equals(StreamTable? other) =>
        other is not null
        && columns.Length == other.columns.Length
        && columns
            .Zip(other.columns)
            .All(pair => pair.First.Key == pair.Second.Key && pair.First.Value.AsSpan().SequenceEqual(pair.Second.Value));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as StreamTable);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(columns.Length, Rows);

    internal IReadOnlyList<KeyValuePair<string, StreamValue[]>> Columns => columns;

    // For columns that were just read and checked.
    internal static StreamTable Owned(KeyValuePair<string, StreamValue[]>[] columns) => new(columns);
}
