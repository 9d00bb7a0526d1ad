using System.Text;

namespace Idq.Data.DuckDb.Tables;

/// <summary>Texts; equal texts of one column share one object, since channel names and the like repeat.</summary>
internal sealed class TextStore : ColumnStore
{
    private const int LongestShared = 128;
    private const int MostShared = 65_536;

    private readonly DuckColumnType _type;
    private readonly List<string?> _values;
    private readonly Dictionary<string, string> _shared = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private bool _hasNulls;

    internal TextStore(DuckColumnType type, int capacity)
    {
        _type = type;
        _values = new List<string?>(capacity);
        _lookup = _shared.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    internal override void Append(DuckChunk chunk, int column)
    {
        for (var row = 0; row < chunk.Count; row++)
        {
            var text = !chunk.IsValid(column, row) ? null
                : _type.Id == DuckType.Enum ? chunk.Text(column, row)
                : Share(chunk.Utf8(column, row));
            _hasNulls |= text is null;
            _values.Add(text);
        }
    }

    internal override string?[] Texts() => [.. _values];

    internal override bool[]? Present() => _hasNulls ? [.. _values.Select(v => v is not null)] : null;

    internal override double[] Doubles() => throw new InvalidOperationException("A column of texts does not convert to numbers.");

    internal override long[] Longs(long? whereNull) => throw new InvalidOperationException("A column of texts does not convert to integers.");

    private string Share(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > LongestShared)
            return Encoding.UTF8.GetString(utf8);
        Span<char> chars = stackalloc char[LongestShared];
        ReadOnlySpan<char> text = chars[..Encoding.UTF8.GetChars(utf8, chars)];
        if (_lookup.TryGetValue(text, out var known))
            return known;
        var made = text.ToString();
        if (_shared.Count < MostShared)
            _shared.Add(made, made);
        return made;
    }
}
