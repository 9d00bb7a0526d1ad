using System.Text;

namespace Idq.Data.DuckDb.Tables;

/// <summary>Texts; equal texts of one column share one object, since channel names and the like repeat.</summary>
sealed class TextStore : ColumnStore
{
    const int LongestShared = 128;
    const int MostShared = 65_536;

    readonly DuckColumnType type;
    readonly List<string?> values;
    readonly Dictionary<string, string> shared = new(StringComparer.Ordinal);
    readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> lookup;
    bool hasNulls;

    internal TextStore(DuckColumnType type, int capacity)
    {
        this.type = type;
        values = new List<string?>(capacity);
        lookup = shared.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    internal override void Append(DuckChunk chunk, int column)
    {
        for (var row = 0; row < chunk.Count; row++)
        {
            var text = !chunk.IsValid(column, row) ? null
                : type.Id == DuckType.Enum ? chunk.Text(column, row)
                : Share(chunk.Utf8(column, row));
            hasNulls |= text is null;
            values.Add(text);
        }
    }

    internal override string?[] Texts() => [.. values];

    internal override bool[]? Present() => hasNulls ? [.. values.Select(v => v is not null)] : null;

    internal override double[] Doubles() => throw new InvalidOperationException("A column of texts does not convert to numbers.");

    internal override long[] Longs(long? whereNull) =>
        throw new InvalidOperationException("A column of texts does not convert to integers.");

    string Share(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > LongestShared)
            return Encoding.UTF8.GetString(utf8);
        Span<char> chars = stackalloc char[LongestShared];
        ReadOnlySpan<char> text = chars[..Encoding.UTF8.GetChars(utf8, chars)];
        if (lookup.TryGetValue(text, out var known))
            return known;
        var made = text.ToString();
        if (shared.Count < MostShared)
            shared.Add(made, made);
        return made;
    }
}
