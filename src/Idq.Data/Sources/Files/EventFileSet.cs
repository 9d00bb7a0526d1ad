namespace Idq.Data;

/// <summary>
/// Many event files as one source. Files whose name states a span (LIGO-T050017) are read when the span is asked for; the others are
/// read once and kept.
/// </summary>
/// <remarks>
/// Delivered is what a file says that it covers (a search_summary table), else the span in its name, else the configured span,
/// else the time from the first event of all such files to the last. Files that appear later are found, if their names state a span.
/// An event may lie up to <see cref="Slack"/> outside the span in its file's name; further out the file is an error.
/// </remarks>
/// <threadsafety>Safe for concurrent reads.</threadsafety>
sealed class EventFileSet
{
    const int RecentFiles = 8;

    /// <summary>
    /// How far an event may lie outside the span in its file's name, in nanoseconds: a trigger that begins in one file may peak in the
    /// next.
    /// </summary>
    public const long Slack = 2 * GpsTime.NanosecondsPerSecond;

    readonly FileSelection selection;
    readonly Func<string, DecodedFile> decode;
    readonly Lock changing = new();
    readonly List<EventTable> resident = [];
    readonly HashSet<string> residentPaths = new(StringComparer.Ordinal);
    readonly SegmentList residentDelivered;
    readonly Dictionary<string, Segment> spanned = new(StringComparer.Ordinal);
    readonly RecentTables<string> recent = new(RecentFiles);

    /// <param name="selection">The files.</param>
    /// <param name="decode">Reads one file.</param>
    /// <param name="channels">The channels to read, or null for those that the files have now.</param>
    /// <param name="columns">The columns to read, or null for those that the files have now.</param>
    /// <param name="span">What files without a span in their name cover, or null to take it from their content.</param>
    public EventFileSet(FileSelection selection, Func<string, DecodedFile> decode, IReadOnlyList<string>? channels,
        IReadOnlyList<string>? columns, Segment? span)
    {
        (this.selection, this.decode) = (selection, decode);
        var files = selection.List();
        if (files.Count == 0) throw new DataException($"there is no event file in {selection.Description}");

        var plain = new List<DecodedFile>();
        var first = new List<(string Path, DecodedFile File)>();
        var foundChannels = new HashSet<string>(StringComparer.Ordinal);
        var foundColumns = new List<string>();
        foreach (var file in files)
        {
            var isSpanned = Register(file);
            if (isSpanned && channels is not null && columns is not null) continue;
            var decoded = decode(file);
            foundChannels.UnionWith(decoded.Channels);
            foundColumns.AddRange(decoded.Columns.Except(foundColumns));
            if (isSpanned)
            {
                // The first files are kept in memory, so that the first reads do not decode them again.
                if (first.Count < RecentFiles) first.Add((file, decoded));
                continue;
            }
            plain.Add(decoded);
            residentPaths.Add(file);
        }
        Channels = new(channels ?? [.. foundChannels]);
        Columns = columns ?? foundColumns;
        residentDelivered = DeliveredBy(plain, span);
        foreach (var file in plain)
            if (file.Extent() is { } extent) resident.Add(file.ToTable(extent, SegmentList.Of(extent), Channels, Columns));
        foreach (var (path, file) in first) recent.Get(path, () => ToTable(file, path, spanned[path]));
    }

    public ChannelDictionary Channels { get; }

    public IReadOnlyList<string> Columns { get; }

    public EventTable Read(Segment span, CancellationToken cancellationToken)
    {
        lock (changing)
        {
            var asked = SegmentList.Of(span);
            if (!(asked - residentDelivered - SegmentList.Coalesce(spanned.Values.Where(s => s.Intersects(span)))).IsEmpty) Refresh();
            var delivered = residentDelivered;
            var tables = new List<EventTable>(resident.Where(t => t.Span.Intersects(span)));
            var wide = span.Protract(Slack);
            var touched = spanned.Where(f => f.Value.Intersects(wide));
            foreach (var (path, fileSpan) in touched.OrderBy(f => f.Value).ThenBy(f => f.Key, StringComparer.Ordinal))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var table = recent.Get(path, () => ToTable(decode(path), path, fileSpan));
                delivered |= table.Delivered;
                tables.Add(table);
            }
            return EventRuns.Join(tables, span, delivered.Clip(span), Channels, Columns);
        }
    }

    EventTable ToTable(DecodedFile decoded, string path, Segment span)
    {
        var wide = span.Protract(Slack);
        if (decoded.Extent() is { } extent && !wide.Contains(extent))
        {
            var outside = extent.Start < wide.Start ? extent.Start : extent.End - 1;
            throw new DataException($"'{path}' has an event at {outside}, outside the span {span} in its name");
        }
        return decoded.ToTable(wide, (decoded.Coverage ?? SegmentList.All).Clip(span), Channels, Columns);
    }

    void Refresh()
    {
        foreach (var file in selection.List())
            if (!residentPaths.Contains(file)) Register(file);
    }

    bool Register(string file)
    {
        if (!FileSpan.TryParse(file, out var span, out _)) return false;
        spanned[file] = span;
        return true;
    }

    static SegmentList DeliveredBy(List<DecodedFile> files, Segment? span)
    {
        if (files.Count == 0) return SegmentList.Empty;
        if (span is { } configured) return SegmentList.Of(configured);
        var stated = files.Aggregate(SegmentList.Empty, (sum, f) => f.Coverage is { } coverage ? sum | coverage : sum);
        var extents = files.Where(f => f.Coverage is null).Select(f => f.Extent()).OfType<Segment>().ToArray();
        // One hull around all files: a channel without triggers at the edges counts as delivered there.
        return extents.Length == 0 ? stated : stated | SegmentList.Of(extents.Aggregate((a, b) => a.Hull(b)));
    }
}
