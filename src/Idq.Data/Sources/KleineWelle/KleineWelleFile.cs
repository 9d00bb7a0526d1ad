using System.Globalization;
using System.Text;

namespace Idq.Data;

/// <summary>Reads one KleineWelle file.</summary>
static class KleineWelleFile
{
    const int Single = 8, Multiple = 9;

    public static IReadOnlyList<string> Columns { get; } =
        ["frequency", "unnormalized_energy", "normalized_energy", "npix", "significance", "duration", "snr"];

    public static DecodedFile Read(string path)
    {
        ReadOnlySpan<byte> text = TextBytes.ReadAll(path);
        var file = new DecodedFile(Columns);
        var single = ChannelOf(path);
        var line = 0;
        Span<Range> fields = stackalloc Range[Multiple + 1];
        foreach (var range in text.Split((byte)'\n'))
        {
            line++;
            var content = text[range].Trim(" \t\r"u8);
            if (content.IsEmpty || content[0] == '#') continue;
            if (Parse(content, fields, file, single) is { } problem)
                throw new DataException($"'{path}', line {line}: {problem} in '{Encoding.UTF8.GetString(content)}'");
        }
        // An empty file whose name states no span is named after its channel: the channel exists and has no triggers.
        if (file.Times.Count == 0 && !FileSpan.TryParse(path, out _, out _)) file.Channel(single);
        return file;
    }

    // Adds the event of a line, or says what is wrong with it.
    static string? Parse(ReadOnlySpan<byte> line, Span<Range> fields, DecodedFile file, string single)
    {
        var count = TextBytes.Split(line, " \t"u8, fields);
        if (count is not (Single or Multiple))
            return $"{(count > Multiple ? "more than 9" : count)} columns instead of 8, or 9 with a channel,";
        if (!GpsText.TryParse(line[fields[0]], out var start)) return "the start is no time";
        if (!GpsText.TryParse(line[fields[1]], out var stop)) return "the stop is no time";
        if (!GpsText.TryParse(line[fields[2]], out var time) || !new GpsTime(time).IsFinite) return "the central time is no time";
        Span<double> values = stackalloc double[Columns.Count];
        for (var i = 0; i < 5; i++)
            if (!double.TryParse(line[fields[3 + i]], NumberStyles.Float, CultureInfo.InvariantCulture, out values[i]))
                return $"'{Encoding.UTF8.GetString(line[fields[3 + i]])}' is no number";
        values[5] = (new GpsTime(stop) - new GpsTime(start)) / 1e9;
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
