namespace Idq.Data;

/// <summary>Segments in a file: segwizard or two-column text, LIGO_LW segment tables, or JSON; plain or gzip.</summary>
/// <remarks>The format is recognised by the content: '&lt;' begins LIGO_LW, '{' or '[' JSON, anything else is text.</remarks>
public static class SegmentFile
{
    /// <summary>The known and active segments of a file, as the file has them.</summary>
    /// <param name="path">The file.</param>
    /// <param name="flag">
    /// "IFO:NAME:VERSION", or "IFO:NAME" for all versions together. Needed only when the file holds more than one flag; text holds none,
    /// and takes any.
    /// </param>
    /// <returns>Text, and JSON without "known", is known for all time.</returns>
    /// <exception cref="DataException">The file is missing or malformed, or lacks the flag; the message lists what it has.</exception>
    public static SegmentQuery Read(string path, string? flag = null) => Select(path, ReadAll(path), flag);

    internal static SegmentQuery Select(string path, IReadOnlyList<(FlagName? Flag, SegmentQuery Segments)> flags, string? flag)
    {
        if (flag is null)
            return flags.Select(f => f.Flag is { } name ? name with { Version = null } : null).Distinct().Count() > 1
                ? throw new DataException($"'{path}' holds several flags; name one of {List(flags)}")
                : SegmentQuery.Merge(flags.Select(f => f.Segments));
        var wanted = FlagName.Parse(flag);
        if (flags is [{ Flag: null }]) return flags[0].Segments;
        var matching = flags.Where(f => f.Flag is { } name && wanted.Covers(name)).Select(f => f.Segments).ToArray();
        return matching.Length > 0
            ? SegmentQuery.Merge(matching)
            : throw new DataException($"'{path}' has no flag '{flag}'; it has {List(flags)}");
    }

    /// <summary>Every flag of a file with every version by itself; the flag is null where the format has no names.</summary>
    /// <exception cref="DataException">The file is missing or malformed.</exception>
    public static IReadOnlyList<(FlagName? Flag, SegmentQuery Segments)> ReadAll(string path)
    {
        var first = FirstCharacter(path);
        if (first == '<') return SegmentTables.Read(path);
        var text = TextBytes.ReadAll(path);
        return first is '{' or '[' ? SegmentJson.Read(path, WithoutMark(text)) : [(null, SegmentText.Read(path, text))];
    }

    static char FirstCharacter(string path) => FileErrors.Guard($"read '{path}'", () =>
    {
        using var stream = TextBytes.Open(path);
        int next;
        do next = stream.ReadByte();
        while (next is ' ' or '\t' or '\r' or '\n' or 0xEF or 0xBB or 0xBF);
        return next < 0 ? '\0' : (char)next;
    });

    static ReadOnlyMemory<byte> WithoutMark(byte[] text) => text is [0xEF, 0xBB, 0xBF, ..] ? text.AsMemory(3) : text;

    static string List(IReadOnlyList<(FlagName? Flag, SegmentQuery Segments)> flags) =>
        string.Join(", ", flags.Select(f => f.Flag?.ToString() ?? "(no name)").Distinct());
}
