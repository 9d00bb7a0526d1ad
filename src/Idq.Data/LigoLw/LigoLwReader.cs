using System.Globalization;
using System.Xml;

namespace Idq.Data;

/// <summary>
/// Reads the tables of a LIGO_LW document row after row, without holding the document: plain or gzip, with today's column names or with
/// the table's name in front, with integer ids or "table:column:7" ids, with empty fields for NULL.
/// </summary>
/// <remarks>
/// The document type declaration is skipped: nothing is fetched and no entity is expanded. A row of a table is what lies between
/// as many delimiters as there are columns; a delimiter after the last row is optional unless its last field is NULL.
/// </remarks>
/// <threadsafety>One thread at a time.</threadsafety>
public sealed class LigoLwReader : IDisposable
{
    readonly Stream stream;
    readonly XmlReader xml;
    readonly List<LigoLwColumn> columns = [];
    readonly char[] chunk = new char[8192];
    int at, filled, line;
    char delimiter = ',';
    bool inStream, endsWithDelimiter;

    char[] row = new char[256];
    (int Start, int Length, bool IsNull)[] fields = [];
    int rowLength;

    LigoLwReader(string path, Stream stream)
    {
        (Path, this.stream) = (path, stream);
        xml = XmlReader.Create(stream, new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Ignore,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            CheckCharacters = false,
        });
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The name of the current table, without "group:" in front and ":table" behind.</summary>
    public string Table { get; private set; } = "";

    /// <summary>The columns of the current table.</summary>
    public IReadOnlyList<LigoLwColumn> Columns => columns;

    /// <summary>Opens a document.</summary>
    /// <exception cref="DataException">The file is missing or cannot be opened.</exception>
    public static LigoLwReader Open(string path) => new(path, TextBytes.Open(path));

    /// <summary>Moves to the next table that has rows or could have; false at the end of the document.</summary>
    /// <exception cref="DataException">The document is malformed.</exception>
    public bool NextTable() => Guard(() =>
    {
        while (inStream && NextRowCore())
        {
        }
        inStream = false;
        columns.Clear();
        while (xml.Read())
        {
            if (xml.NodeType != XmlNodeType.Element) continue;
            if (xml.LocalName == "Table") columns.Clear();
            if (xml.LocalName == "Column") columns.Add(new(Last(xml.GetAttribute("Name") ?? ""), xml.GetAttribute("Type") ?? "lstring"));
            if (xml.LocalName != "Stream" || columns.Count == 0) continue;
            OpenStream();
            return true;
        }
        return false;
    });

    /// <summary>Moves to the next row of the current table; false after the last.</summary>
    /// <exception cref="DataException">The row is torn.</exception>
    public bool NextRow() => inStream && Guard(NextRowCore);

    /// <summary>The index of a column by name, or −1.</summary>
    public int FindColumn(string name) => columns.FindIndex(c => c.Name == name);

    /// <summary>The index of a column by name.</summary>
    /// <exception cref="DataException">There is none.</exception>
    public int RequireColumn(string name)
    {
        var names = string.Join(", ", columns.Select(c => c.Name));
        return FindColumn(name) is >= 0 and var column ? column
            : throw new DataException($"'{Path}': the table {Table} has no column '{name}' (it has {names})");
    }

    /// <summary>True when the field of the current row is empty.</summary>
    public bool IsNull(int column) => fields[column].IsNull;

    /// <summary>The characters of a field of the current row, quotes and escapes removed; empty when NULL.</summary>
    public ReadOnlySpan<char> Characters(int column) => row.AsSpan(fields[column].Start, fields[column].Length);

    /// <summary>A field of the current row as text, or null.</summary>
    public string? Text(int column) => IsNull(column) ? null : Characters(column).ToString();

    /// <summary>A field of the current row as a number; NaN when NULL.</summary>
    /// <exception cref="DataException">It is no number.</exception>
    public double Double(int column)
    {
        if (IsNull(column)) return double.NaN;
        return NumberText.TryParse(Characters(column), out var value) ? value : throw Malformed(column, "a number");
    }

    /// <summary>A field of the current row as an integer.</summary>
    /// <exception cref="DataException">It is NULL or no integer.</exception>
    public long Int64(int column) =>
        long.TryParse(Characters(column), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw Malformed(column, "a whole number");

    /// <summary>The number of an id, "7" or "table:column:7"; −1 when NULL.</summary>
    /// <exception cref="DataException">It does not end in a whole number.</exception>
    public long Id(int column)
    {
        if (IsNull(column)) return -1;
        var text = Characters(column);
        return long.TryParse(text[(text.LastIndexOf(':') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw Malformed(column, "an id");
    }

    /// <summary>The instant of a seconds column and a nanoseconds column; the latter may be absent (−1) or NULL.</summary>
    /// <exception cref="DataException">A field is no whole number, or the instant is unbounded or out of range.</exception>
    public GpsTime Time(int seconds, int nanoseconds) =>
        Bound(seconds, nanoseconds) is { IsFinite: true } time ? time : throw Malformed(seconds, "a GPS time");

    /// <summary>As <see cref="Time"/>, and the unbounded ends as ligo.lw writes them.</summary>
    /// <exception cref="DataException">A field is no whole number, or the instant is out of range.</exception>
    public GpsTime Bound(int seconds, int nanoseconds)
    {
        const long MaxInt32 = int.MaxValue, MaxUInt32 = uint.MaxValue, Limit = long.MaxValue / GpsTime.NanosecondsPerSecond - 1;
        var whole = Int64(seconds);
        var rest = nanoseconds < 0 || IsNull(nanoseconds) ? 0 : Int64(nanoseconds);
        // All bits of the nanoseconds are set. A column of 32 bits with a sign shows them as −1.
        if (rest is -1 or MaxUInt32 && whole == MaxInt32) return GpsTime.MaxValue;
        if (rest is -1 or MaxUInt32 && whole is -1 or MaxUInt32) return GpsTime.MinValue;
        if (whole is < -Limit or > Limit) throw Malformed(seconds, "a GPS time");
        if (rest is <= -GpsTime.NanosecondsPerSecond or >= GpsTime.NanosecondsPerSecond || (rest < 0 && whole > 0))
            throw Malformed(nanoseconds, "nanoseconds of a second");
        return GpsTime.FromSeconds(whole) + rest;
    }

    /// <summary>A segment whose ends are such instants.</summary>
    /// <exception cref="DataException">An end is none, or the segment ends before it starts.</exception>
    public Segment Segment(int start, int startNanoseconds, int end, int endNanoseconds)
    {
        var (from, to) = (Bound(start, startNanoseconds), Bound(end, endNanoseconds));
        return from <= to ? new(from, to) : throw Malformed(end, $"an end that is not before the start {from}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        xml.Dispose();
        stream.Dispose();
    }

    void OpenStream()
    {
        var name = xml.GetAttribute("Name") ?? "";
        Table = Last(name.EndsWith(":table", StringComparison.Ordinal) ? name[..^":table".Length] : name);
        delimiter = xml.GetAttribute("Delimiter") is [var d, ..] ? d : ',';
        if (fields.Length < columns.Count) fields = new (int, int, bool)[columns.Count];
        (at, filled, endsWithDelimiter) = (0, 0, false);
        inStream = !xml.IsEmptyElement;
        if (inStream && !xml.Read()) throw new DataException($"'{Path}' ends inside the table {Table}");
    }

    bool NextRowCore()
    {
        rowLength = 0;
        for (var c = 0; c < columns.Count; c++)
        {
            if (ReadField(c)) continue;
            inStream = false;
            if (c == 0) return false;
            if (c == columns.Count - 1 && endsWithDelimiter)
            {
                fields[c] = (rowLength, 0, true);
                return true;
            }
            throw new DataException($"'{Path}', line {line}: the last row of the table {Table} has {c} fields instead of {columns.Count}; "
                + "the file is torn or not what it says");
        }
        return true;
    }

    // Reads a field and the delimiter behind it; false at the end of the stream.
    bool ReadField(int c)
    {
        var character = Skip();
        if (character < 0) return false;
        var start = rowLength;
        var isQuoted = character == '"';
        if (isQuoted)
        {
            while ((character = Next()) != '"')
            {
                if (character == '\\') character = Next();
                if (character < 0) throw new DataException($"'{Path}', line {line}: a quote is not closed in the table {Table}");
                Keep((char)character);
            }
            fields[c] = (start, rowLength - start, false);
            character = Skip();
        }
        else
        {
            for (; character >= 0 && character != delimiter; character = Next()) Keep((char)character);
            while (rowLength > start && char.IsWhiteSpace(row[rowLength - 1])) rowLength--;
            fields[c] = (start, rowLength - start, rowLength == start);
        }
        endsWithDelimiter = character == delimiter;
        if (endsWithDelimiter || character < 0) return true;
        throw new DataException(
            $"'{Path}', line {line}: '{(char)character}' follows a closed quote in the table {Table}; expected '{delimiter}'");
    }

    void Keep(char character)
    {
        if (rowLength == row.Length) Array.Resize(ref row, 2 * row.Length);
        row[rowLength++] = character;
    }

    int Skip()
    {
        int character;
        do character = Next();
        while (character >= 0 && char.IsWhiteSpace((char)character) && character != delimiter);
        return character;
    }

    int Next()
    {
        if (at == filled && !Fill()) return -1;
        var character = chunk[at++];
        if (character == '\n') line++;
        return character;
    }

    bool Fill()
    {
        while (true)
        {
            switch (xml.NodeType)
            {
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace:
                    if (at == 0 && filled == 0) line = ((IXmlLineInfo)xml).LineNumber;
                    (at, filled) = (0, xml.ReadValueChunk(chunk, 0, chunk.Length));
                    if (filled > 0) return true;
                    break;
                case XmlNodeType.EndElement:
                    return false;
                default:
                    throw new DataException(
                        $"'{Path}', line {((IXmlLineInfo)xml).LineNumber}: <{xml.Name}> stands inside the rows of the table {Table}");
            }
            if (!xml.Read()) throw new DataException($"'{Path}' ends inside the table {Table}");
        }
    }

    bool Guard(Func<bool> read)
    {
        try
        {
            return read();
        }
        catch (XmlException e)
        {
            var isTorn = IsTorn();
            var why = isTorn ? $"it has no </LIGO_LW> at its end, so it is torn, or is being written ({e.Message})" : e.Message;
            throw new DataException($"'{Path}' is no well-formed LIGO_LW document: {why}", isTorn, e);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new DataException($"cannot read '{Path}': {e.Message}", e is InvalidDataException, e);
        }
    }

    bool IsTorn()
    {
        var text = TextBytes.ReadAll(Path).AsSpan().Trim(" \t\r\n\uFEFF"u8);
        return text.IsEmpty || (text[0] == '<' && !text.EndsWith("</LIGO_LW>"u8));
    }

    DataException Malformed(int column, string expected) =>
        new($"'{Path}', line {line}: '{Characters(column)}' in column {columns[column].Name} of the table {Table} is not {expected}");

    static string Last(string name) => name[(name.LastIndexOf(':') + 1)..];
}
