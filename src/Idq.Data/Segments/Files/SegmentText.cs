using System.Text;

namespace Idq.Data;

/// <summary>
/// Segments as text: segwizard ("index start stop duration"), or "start stop", with '#' comments, and perhaps a first line of these names.
/// </summary>
static class SegmentText
{
    public static StatedSegments Read(string path, ReadOnlySpan<byte> text)
    {
        var segments = new List<Segment>();
        var (line, width) = (0, 0);
        Span<Range> fields = stackalloc Range[6];
        foreach (var range in text.Split((byte)'\n'))
        {
            line++;
            var content = text[range];
            if (content.IndexOf((byte)'#') is >= 0 and var hash) content = content[..hash];
            content = content.Trim(" \t\r\uFEFF"u8);
            if (content.IsEmpty) continue;
            var count = TextBytes.Split(content, " \t,"u8, fields);
            var isFirst = width == 0;
            if (isFirst) width = count;
            if (count != width || count is < 2 or > 4)
                throw Malformed(path, line, content,
                    width is < 2 or > 4 ? "'start stop' or 'index start stop duration'" : $"{width} columns as above");

            var first = count == 4 ? 1 : 0;
            if (isFirst && IsNames(content[fields[first]], content[fields[first + 1]])) continue;
            var (start, stop) = (Time(content, fields[first]), Time(content, fields[first + 1]));
            if (stop < start) throw Malformed(path, line, content, "a stop that is not before the start");
            var segment = new Segment(new(start), new(stop));
            if (count > 2 && !Fits(content[fields[first + 2]], segment))
                throw Malformed(path, line, content, $"the duration {Duration(segment)}");
            segments.Add(segment);
        }
        return new(null, null, SegmentList.Coalesce(segments));

        long Time(ReadOnlySpan<byte> content, Range field) => GpsText.TryParse(content[field], out var time) ? time
            : throw Malformed(path, line, content, $"a GPS time instead of '{Encoding.UTF8.GetString(content[field])}'");
    }

    // The line of names of a CSV file.
    static bool IsNames(ReadOnlySpan<byte> start, ReadOnlySpan<byte> stop) =>
        Begins(start, "start") && (Begins(stop, "stop") || Begins(stop, "end"));

    static bool Begins(ReadOnlySpan<byte> field, string word) =>
        field.Length >= word.Length && Ascii.EqualsIgnoreCase(field[..word.Length], word);

    static string Duration(Segment segment) => segment.Start.IsFinite && segment.End.IsFinite ? GpsSeconds.Format(segment.Duration) : "inf";

    // A duration may be rounded, so a difference of up to a second is allowed; a larger one means that the column is no duration.
    static bool Fits(ReadOnlySpan<byte> text, Segment segment) =>
        GpsText.TryParse(text, out var duration) && (duration == long.MaxValue ? Duration(segment) == "inf"
            : Math.Abs((decimal)duration - segment.Duration) <= GpsTime.NanosecondsPerSecond);

    static DataException Malformed(string path, int line, ReadOnlySpan<byte> text, string expected) =>
        new($"'{path}', line {line}: '{Encoding.UTF8.GetString(text)}' is no segment; expected {expected}");
}
