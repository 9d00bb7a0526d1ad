using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Idq.Data;

/// <summary>Objects in JSON, a row each: an array of them, or one after another. Numbers are read digit by digit.</summary>
static class JsonTable
{
    public static DecodedFile Read(string path, ReadOnlyMemory<byte> text, TableOptions options)
    {
        text = JsonWords.Quote(text);
        if (!Utf8.IsValid(text.Span)) throw new DataException($"'{path}' is no text in UTF-8");
        try
        {
            JsonWords.RequireTexts(text.Span);
            var names = new List<string>();
            var known = new Dictionary<string, int>(StringComparer.Ordinal);
            Walk(path, text.Span, (name, _, _) =>
            {
                if (known.TryAdd(name, names.Count)) names.Add(name);
            }, _ => { });
            if (names.Count == 0)
                return text.Span.Trim(" \t\r\n"u8).IsEmpty ? throw new DataException($"'{path}' is empty", isTransient: true) : new([]);
            var rows = new TextRows(path, options, names, "row");
            Walk(path, text.Span, (name, value, row) => rows.Read(known[name], value, row), rows.End);
            return rows.ToFile();
        }
        catch (JsonException e)
        {
            var end = text.Span.TrimEnd(" \t\r\n"u8);
            var isTorn = end.IsEmpty || end[^1] is not ((byte)']' or (byte)'}');
            throw new DataException($"'{path}' is no well-formed JSON{(isTorn ? ": it is torn, or is being written" : "")}: {e.Message}",
                isTorn, e);
        }
    }

    delegate void FieldReader(string name, ReadOnlySpan<byte> value, int row);

    static void Walk(string path, ReadOnlySpan<byte> text, FieldReader field, Action<int> endRow)
    {
        var reader = new Utf8JsonReader(text, JsonWords.Lenient);
        var row = 0;
        var isInArray = false;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray when !isInArray: isInArray = true; break;
                case JsonTokenType.EndArray: isInArray = false; break;
                case JsonTokenType.StartObject:
                    row++;
                    while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                    {
                        var name = reader.GetString()!;
                        reader.Read();
                        field(name, Value(ref reader), row);
                    }
                    endRow(row);
                    break;
                default: throw new DataException($"'{path}' holds something else than objects after row {row}; expected an object a row");
            }
        }
    }

    static ReadOnlySpan<byte> Value(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null: return [];
            case JsonTokenType.String when !reader.ValueIsEscaped: return reader.ValueSpan.Trim(" \t"u8);
            case JsonTokenType.String: return Encoding.UTF8.GetBytes(reader.GetString()!);
            case JsonTokenType.StartArray or JsonTokenType.StartObject:
                reader.Skip();
                return "[…]"u8;
            default: return reader.ValueSpan;
        }
    }
}
