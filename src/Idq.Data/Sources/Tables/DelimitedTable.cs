using System.Text;

namespace Idq.Data;

/// <summary>
/// Delimited text (CSV): a line of names, then a line a row. The delimiter is the one of comma, tab, semicolon and bar that the names are
/// separated by, else blanks. Fields in double quotes may hold delimiters, ends of lines, and quotes written twice. Empty lines, and lines
/// that begin with '#', are passed over.
/// </summary>
static class DelimitedTable
{
    public static DecodedFile Read(string path, ReadOnlySpan<byte> text, TableOptions options)
    {
        var reader = new Lines(path, text);
        if (!reader.Next()) throw new DataException($"'{path}' has no line with the names of columns", isTransient: true);
        var names = new List<string>();
        var known = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var c = 0; c < reader.Count; c++) names.Add(Unique(known, Encoding.UTF8.GetString(reader[c])));
        var rows = new TextRows(path, options, names, "line");
        while (reader.Next())
        {
            if (reader.Count != names.Count)
                throw new DataException($"'{path}', line {reader.Line}: {reader.Count} columns instead of {names.Count}"
                    + (reader.IsOpen ? "; the file is torn, or is being written" : ""), isTransient: reader.IsOpen);
            for (var c = 0; c < names.Count; c++) rows.Read(c, reader[c], reader.Line);
            rows.End(reader.Line);
        }
        return rows.ToFile();
    }

    // A second column of one name gets another one, so that both can be asked for.
    static string Unique(HashSet<string> known, string name)
    {
        while (name.Length > 0 && !known.Add(name)) name += "_1";
        return name;
    }

    /// <summary>The lines of a text and the fields of the current one, without white space around them.</summary>
    ref struct Lines(string path, ReadOnlySpan<byte> text)
    {
        readonly ReadOnlySpan<byte> text = text;
        readonly List<Range> fields = [];
        byte[] unquoted = [];
        int unquotedLength, at, next = 1;
        byte delimiter;

        /// <summary>Where the current line begins, from 1.</summary>
        public int Line { get; private set; }

        /// <summary>How many fields it has.</summary>
        public readonly int Count => fields.Count;

        /// <summary>True for a last line without its end.</summary>
        public bool IsOpen { get; private set; }

        // Fields with quotes inside were copied; a range that starts from the end tells them.
        public readonly ReadOnlySpan<byte> this[int index] =>
            fields[index] is { Start.IsFromEnd: true } copy
                ? unquoted.AsSpan(copy.Start.Value..copy.End.Value) : text[fields[index]].Trim(" \t\r"u8);

        /// <summary>Moves to the next line with content; false at the end.</summary>
        public bool Next()
        {
            while (at < text.Length)
            {
                Line = next;
                var rest = text[at..];
                var length = rest.IndexOf((byte)'\n') is >= 0 and var end ? end : rest.Length;
                var content = rest[..length].Trim(" \t\r"u8);
                if (content.IsEmpty || content[0] == '#')
                {
                    at += length + 1;
                    next++;
                    continue;
                }
                if (delimiter == 0) delimiter = DelimiterOf(content);
                fields.Clear();
                unquotedLength = 0;
                if (rest[..length].Contains((byte)'"')) SplitQuoted();
                else
                {
                    Split(at, at + length);
                    IsOpen = at + length == text.Length;
                    at += length + 1;
                    next++;
                }
                return true;
            }
            return false;
        }

        readonly void Split(int start, int end)
        {
            if (delimiter == ' ')
            {
                foreach (var range in text[start..end].SplitAny(" \t\r"u8))
                    if (range.Start.Value < range.End.Value) fields.Add((start + range.Start.Value)..(start + range.End.Value));
                return;
            }
            foreach (var range in text[start..end].Split(delimiter)) fields.Add((start + range.Start.Value)..(start + range.End.Value));
        }

        void SplitQuoted()
        {
            for (var isLast = false; !isLast;)
            {
                SkipBlanks();
                if (at < text.Length && text[at] == '"') ReadQuoted();
                else
                {
                    var rest = text[at..];
                    var length = rest.IndexOfAny(delimiter, (byte)'\n') is >= 0 and var stop ? stop : rest.Length;
                    fields.Add(at..(at + length));
                    at += length;
                }
                SkipBlanks();
                isLast = at >= text.Length || text[at] == '\n';
                if (!isLast && delimiter == ' ') continue;
                if (!isLast && text[at] != delimiter)
                    throw new DataException($"'{path}', line {next}: '{(char)text[at]}' follows a closed quote");
                at++;
            }
            IsOpen = at > text.Length;
            next++;
        }

        void SkipBlanks()
        {
            while (at < text.Length && " \t\r"u8.Contains(text[at]) && (text[at] != delimiter || delimiter == ' ')) at++;
        }

        void ReadQuoted()
        {
            var start = unquotedLength;
            for (at++; ; at++)
            {
                if (at >= text.Length)
                    throw new DataException($"'{path}', line {Line}: a quote is not closed; the file is torn, or is being written", true);
                if (text[at] == '\n') next++;
                if (text[at] == '"' && (++at >= text.Length || text[at] != '"')) break;
                if (unquotedLength == unquoted.Length) Array.Resize(ref unquoted, 2 * unquotedLength + 64);
                unquoted[unquotedLength++] = text[at];
            }
            fields.Add(new(new(start, fromEnd: true), unquotedLength));
        }

        static byte DelimiterOf(ReadOnlySpan<byte> names)
        {
            var (best, most) = ((byte)' ', 0);
            foreach (var candidate in ",\t;|"u8)
                if (names.Count(candidate) is var count && count > most) (best, most) = (candidate, count);
            return best;
        }
    }
}
