using System.Text;
using System.Text.Unicode;

namespace Idq.Data;

/// <summary>Reads one KleineWelle file.</summary>
static class KleineWelleFile
{
    const int Single = 8, Multiple = 9;

    public static IReadOnlyList<string> Columns { get; } =
        ["frequency", "unnormalized_energy", "normalized_energy", "npix", "significance", "duration", "snr"];

    /// <param name="path">The file.</param>
    /// <param name="isLive">True when files are being written: a last line without its end is not complete.</param>
    public static DecodedFile Read(string path, bool isLive)
    {
        ReadOnlySpan<byte> text = TextBytes.ReadText(path);
        var file = new DecodedFile(Columns);
        var single = ChannelOf(path);
        var (line, width) = (0, 0);
        Span<Range> fields = stackalloc Range[Multiple + 1];
        foreach (var range in text.Split((byte)'\n'))
        {
            line++;
            var content = text[range].Trim(" \t\r"u8);
            if (content.IsEmpty || content[0] == '#') continue;
            var count = TextBytes.Split(content, " \t"u8, fields);
            var isOpen = range.End.Value == text.Length;
            var problem = isOpen && isLive ? "the line has no end"
                : isOpen && width > 0 && count != width ? $"{count} columns instead of {width}"
                : Parse(content, fields, count, file, single);
            if (problem is not null)
                throw new DataException($"'{path}', line {line}: {problem} in '{Encoding.UTF8.GetString(content)}'"
                    + (isOpen ? "; the file is torn, or is being written" : ""), isTransient: isOpen);
            width = count;
        }
        // An empty file whose name states no span is named after its channel: the channel exists and has no triggers.
        if (file.Times.Count == 0 && !FileSpan.TryParse(path, out _, out _)) file.Channel(single);
        return file;
    }

    // Adds the event of a line, or says what is wrong with it.
    static string? Parse(ReadOnlySpan<byte> line, ReadOnlySpan<Range> fields, int count, DecodedFile file, string single)
    {
        if (count is not (Single or Multiple))
            return $"{(count > Multiple ? "more than 9" : count)} columns instead of 8, or 9 with a channel,";
        if (!GpsText.TryParse(line[fields[0]], out var start)) return "the start is no time";
        if (!GpsText.TryParse(line[fields[1]], out var stop)) return "the stop is no time";
        if (stop < start) return "the stop is before the start";
        if (!GpsText.TryParse(line[fields[2]], out var time) || !new GpsTime(time).IsFinite) return "the central time is no time";
        Span<double> values = stackalloc double[Columns.Count];
        for (var i = 0; i < 5; i++)
            if (!NumberText.TryParse(line[fields[3 + i]], out values[i]))
                return $"'{Encoding.UTF8.GetString(line[fields[3 + i]])}' is no number";
        if (count == Multiple && !Utf8.IsValid(line[fields[8]])) return "the channel is no UTF-8";
        var isFinite = new GpsTime(start).IsFinite && new GpsTime(stop).IsFinite;
        values[5] = isFinite ? (new GpsTime(stop) - new GpsTime(start)) / 1e9 : double.PositiveInfinity;
        values[6] = Math.Sqrt(Math.Max(0, values[2] - values[3]));

        file.ChannelIds.Add(count == Single ? file.Channel(single) : Channel(line[fields[8]], file));
        file.Times.Add(time);
        for (var c = 0; c < values.Length; c++) file.Values[c].Add(values[c]);
        return null;
    }

    static int Channel(ReadOnlySpan<byte> name, DecodedFile file)
    {
        Span<char> characters = stackalloc char[name.Length];
        return file.Channel(characters[..Encoding.UTF8.GetChars(name, characters)]);
    }

    static string ChannelOf(string path)
    {
        if (FileSpan.TryParse(path, out _, out var name)) return name;
        var file = Path.GetFileName(path);
        foreach (var extension in new[] { ".gz", ".trg" })
            if (file.EndsWith(extension, StringComparison.OrdinalIgnoreCase)) file = file[..^extension.Length];
        return file;
    }
}
