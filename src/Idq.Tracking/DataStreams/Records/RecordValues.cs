using System.Collections;

namespace Idq.Tracking;

/// <summary>The columns of one row: distinct names in order, each with a value. Immutable; rows of one shape share their names.</summary>
public sealed class RecordValues : IReadOnlyList<StreamValue>, IEquatable<RecordValues>
{
    /// <summary>How many columns a row may have.</summary>
    public const int MaxColumns = 16_384;

    /// <summary>How many UTF-8 bytes the name of a column or of a sequence may have.</summary>
    public const int MaxNameBytes = 255;

    readonly StreamValue[] values;
    readonly string[] names;

    internal RecordValues(string[] names, StreamValue[] values) => (this.names, this.values) = (names, values);

    /// <summary>No column.</summary>
    public static RecordValues Empty { get; } = new([], []);

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>How many columns there are.</summary>
    public int Count => values.Length;

    /// <summary>The value of a column by its place.</summary>
    public StreamValue this[int index] => values[index];

    /// <summary>The value of a column by its name; null when there is no such column.</summary>
    public StreamValue this[string name] => Array.IndexOf(names, name) is >= 0 and var index ? values[index] : default;

    /// <summary>The columns given.</summary>
    /// <exception cref="DataStreamException">A name is reserved, empty, too long or given twice, or there are too many.</exception>
    public static RecordValues Of(params IReadOnlyList<KeyValuePair<string, StreamValue>> columns)
    {
        var names = columns.Select(column => column.Key).ToArray();
        CheckNames(names);
        return new RecordValues(names, columns.Select(column => column.Value).ToArray());
    }

    /// <summary>The columns given.</summary>
    /// <exception cref="DataStreamException">A name is reserved, empty, too long or given twice, or there are too many.</exception>
    public static RecordValues Of(params ReadOnlySpan<(string Name, StreamValue Value)> columns)
    {
        var names = new string[columns.Length];
        var values = new StreamValue[columns.Length];
        for (var i = 0; i < columns.Length; i++) (names[i], values[i]) = columns[i];
        CheckNames(names);
        return new RecordValues(names, values);
    }

    /// <summary>The columns as pairs.</summary>
    public IEnumerable<KeyValuePair<string, StreamValue>> Pairs() => names.Zip(values, KeyValuePair.Create);

    /// <inheritdoc/>
    public IEnumerator<StreamValue> GetEnumerator() => ((IEnumerable<StreamValue>)values).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(RecordValues? other) =>
        other is not null && names.AsSpan().SequenceEqual(other.names) && values.AsSpan().SequenceEqual(other.values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RecordValues);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(names.Length, values.Length == 0 ? default : values[0]);

    /// <summary>As a JSON object.</summary>
    public override string ToString() => StreamValueJson.Text(this);

    internal string[] NameArray => names;

    internal ReadOnlySpan<StreamValue> Values => values;

    internal static void CheckNames(ReadOnlySpan<string> names)
    {
        if (names.Length > MaxColumns)
            throw new DataStreamException(DataStreamFailure.InvalidKey, $"a row has {names.Length} columns where {MaxColumns} are allowed");
        for (var i = 0; i < names.Length; i++)
        {
            CheckName(names[i], "column");
            if (names[i] is "idx" or "timestamp")
                throw new DataStreamException(
                    DataStreamFailure.InvalidKey,
                    $"'{names[i]}' cannot be a column: every row has its own, choose another name"
                );
        }

        if (HasRepetition(names) is { } repeated)
            throw new DataStreamException(DataStreamFailure.InvalidKey, $"column '{repeated}' is given twice");
    }

    internal static void CheckName(string name, string what)
    {
        if (string.IsNullOrEmpty(name)) throw new DataStreamException(DataStreamFailure.InvalidKey, $"the name of a {what} is empty");
        // Databases refuse NUL, and other control characters cannot be read.
        if (name.AsSpan().IndexOfAnyInRange('\0', '\u001f') >= 0)
            throw new DataStreamException(DataStreamFailure.InvalidKey, $"the name of a {what} has a control character");
        // Three bytes a character at most.
        if (name.Length * 3 > MaxNameBytes && System.Text.Encoding.UTF8.GetByteCount(name) > MaxNameBytes)
        {
            throw new DataStreamException(
                DataStreamFailure.InvalidKey, $"the name of a {what} has more than {MaxNameBytes} bytes: '{name.AsSpan(0, 40)}…'");
        }
    }

    internal static string? HasRepetition(ReadOnlySpan<string> names)
    {
        if (names.Length <= 8)
        {
            for (var i = 1; i < names.Length; i++)
            {
                if (names[..i].Contains(names[i])) return names[i];
            }

            return null;
        }

        var seen = new HashSet<string>(names.Length, StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (!seen.Add(name)) return name;
        }

        return null;
    }
}
