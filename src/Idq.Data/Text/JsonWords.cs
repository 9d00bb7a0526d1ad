using System.Text.Json;

namespace Idq.Data;

/// <summary>JSON as Python and people write it: the words Infinity, -Infinity and NaN, which are no JSON, become texts.</summary>
static class JsonWords
{
    /// <summary>One value after another, commas before a closing bracket, and comments.</summary>
    public static JsonReaderOptions Lenient { get; } = new()
    {
        AllowMultipleValues = true, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip,
    };

    static ReadOnlySpan<byte> Infinity => "Infinity"u8;

    static ReadOnlySpan<byte> NaN => "NaN"u8;

    /// <summary>The text with the words in quotes; the text itself when there are none.</summary>
    public static ReadOnlyMemory<byte> Quote(ReadOnlyMemory<byte> text)
    {
        var source = text.Span;
        if (source.IndexOf(Infinity) < 0 && source.IndexOf(NaN) < 0) return text;
        var quoted = new List<byte>(source.Length + 64);
        var isInside = false;
        for (var at = 0; at < source.Length;)
        {
            var rest = source[at..];
            var sign = !isInside && rest[0] == '-' ? 1 : 0;
            var word = isInside ? 0 : rest[sign..].StartsWith(Infinity) ? sign + Infinity.Length : rest.StartsWith(NaN) ? NaN.Length : 0;
            if (word > 0)
            {
                quoted.Add((byte)'"');
                quoted.AddRange(rest[..word]);
                quoted.Add((byte)'"');
                at += word;
                continue;
            }
            if (rest[0] == '"') isInside = !isInside;
            // A character behind a backslash ends no text.
            var length = isInside && rest[0] == '\\' && rest.Length > 1 ? 2 : 1;
            quoted.AddRange(rest[..length]);
            at += length;
        }
        return quoted.ToArray();
    }

    /// <summary>Sees that no escape stands for half of a character ("\ud800"), so that every name and text can be read.</summary>
    /// <param name="json">Valid UTF-8.</param>
    /// <exception cref="JsonException">One does, or the text is no JSON.</exception>
    public static void RequireTexts(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf("\\u"u8) < 0) return;
        var reader = new Utf8JsonReader(json, Lenient);
        try
        {
            while (reader.Read())
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped) _ = reader.GetString();
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException(e.Message, e);
        }
    }
}
