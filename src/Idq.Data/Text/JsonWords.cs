namespace Idq.Data;

/// <summary>JSON as Python writes it: the words Infinity, -Infinity and NaN, which are no JSON, become texts.</summary>
static class JsonWords
{
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
}
