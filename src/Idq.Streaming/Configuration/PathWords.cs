namespace Idq.Streaming;

/// <summary>Splits the value of an option that names files.</summary>
/// <remarks>
/// Paths are separated by blanks or commas, and the list may stand in brackets. A path with a blank, a comma or a bracket stands in single
/// or double quotes.
/// </remarks>
static class PathWords
{
    /// <summary>The paths; null when a quote is not closed.</summary>
    public static IReadOnlyList<string>? Split(string value)
    {
        var text = value.AsSpan().Trim();
        if (text is ['[', .., ']']) text = text[1..^1];
        var words = new List<string>();
        while (true)
        {
            text = text.TrimStart(" \t\r\n,");
            if (text.IsEmpty) return words;
            var isQuoted = text[0] is '\'' or '"';
            var length = isQuoted ? text[1..].IndexOf(text[0]) : text.IndexOfAny(" \t\r\n,");
            if (isQuoted && length < 0) return null;
            var word = isQuoted ? text.Slice(1, length) : length < 0 ? text : text[..length];
            if (!word.IsEmpty) words.Add(word.ToString());
            text = text[(word.Length + (isQuoted ? 2 : 0))..];
        }
    }

    /// <summary>A single path, without the quotes around it.</summary>
    public static string Unquote(string value) => value is ['\'', .., '\''] or ['"', .., '"'] ? value[1..^1] : value;
}
