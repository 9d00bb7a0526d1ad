namespace Idq.Data;

/// <summary>Segments in a file: segwizard or two-column text, LIGO_LW segment tables, or JSON; plain or gzip.</summary>
/// <remarks>The format is recognised by the content: '&lt;' begins LIGO_LW, '{' or '[' JSON, anything else is text.</remarks>
public static class SegmentFile
{
    /// <summary>The known and active segments of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="flag">
    /// "IFO:NAME:VERSION", or "IFO:NAME" for all versions together. Needed only when the file holds more than one flag; text holds none,
    /// and takes any.
    /// </param>
    /// <returns>
    /// Active is what lies inside known. A file that does not say what it knows, as text, knows the span in its name (LIGO-T050017) and
    /// where it is active; without a span in its name, all time.
    /// </returns>
    /// <exception cref="DataException">The file is missing or malformed, or lacks the flag; the message lists what it has.</exception>
    public static SegmentQuery Read(string path, string? flag = null) => Select(path, ReadAll(path), flag);

    internal static SegmentQuery Select(string path, IReadOnlyList<(FlagName? Flag, SegmentQuery Segments)> flags, string? flag)
    {
        if (flag is null)
        {
            RequireOne(path, flags);
            return SegmentQuery.Merge(flags.Select(f => f.Segments));
        }
        var wanted = FlagName.Parse(flag);
        if (flags is [{ Flag: null }]) return SegmentQuery.Merge([flags[0].Segments]);
        var matching = flags.Where(f => f.Flag is { } name && wanted.Covers(name)).Select(f => f.Segments).ToArray();
        return matching.Length > 0
            ? SegmentQuery.Merge(matching)
            : throw new DataException($"'{path}' has no flag '{flag}'; it has {List(flags)}");
    }

    /// <exception cref="DataException">There are several flags (versions of one count as one).</exception>
    internal static void RequireOne(string path, IReadOnlyList<(FlagName? Flag, SegmentQuery Segments)> flags)
    {
        if (flags.Select(f => f.Flag is { } name ? name with { Version = null } : null).Distinct().Count() > 1)
            throw new DataException($"'{path}' holds several flags; name one of {List(flags)}");
    }

    /// <summary>Every flag of a file with every version by itself; the flag is null where the format has no names.</summary>
    /// <exception cref="DataException">
    /// The file is missing or malformed; <see cref="DataException.IsTransient"/> when it may be still being written.
    /// </exception>
    public static IReadOnlyList<(FlagName? Flag, SegmentQuery Segments)> ReadAll(string path) =>
        [.. Stated(path).Select(s => (s.Flag, new SegmentQuery(s.Known ?? Unstated(path, s.Active), s.Active)))];

    static IReadOnlyList<StatedSegments> Stated(string path)
    {
        var first = FirstCharacter(path);
        if (first == '<') return SegmentTables.Read(path);
        var text = TextBytes.ReadText(path);
        return first is '{' or '[' ? SegmentJson.Read(path, text) : [SegmentText.Read(path, text)];
    }

    static SegmentList Unstated(string path, SegmentList active) =>
        FileSpan.TryParse(path, out var span, out _) ? SegmentList.Of(span) | active : SegmentList.All;

    static char FirstCharacter(string path) => FileErrors.Guard($"read '{path}'", () =>
    {
        using var stream = TextBytes.Open(path);
        int next;
        do next = stream.ReadByte();
        while (next is ' ' or '\t' or '\r' or '\n' or 0xEF or 0xBB or 0xBF);
        return next < 0 ? '\0' : (char)next;
    });

    static string List(IReadOnlyList<(FlagName? Flag, SegmentQuery Segments)> flags) =>
        string.Join(", ", flags.Select(f => f.Flag?.ToString() ?? "(no name)").Distinct());
}
