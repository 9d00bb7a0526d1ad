namespace Idq.Data;

/// <summary>
/// Many event files as one source. Files whose name states a span (LIGO-T050017) are read when the span is asked for; the others are
/// read once and kept.
/// </summary>
/// <remarks>
/// <para>Delivered is what a file says that it covers (a search_summary table), else the span in its name, else the configured span,
/// else the time from the first event of all such files to the last. An event may lie up to <see cref="Slack"/> outside the span in its
/// file's name; further out the file is an error. An event that several files hold is one event.</para>
/// <para>Files that appear later are found, files that change are read again, and files that vanish are forgotten: those that state a span
/// whenever they are asked, the others when somebody asks for time that nothing delivers. A file that states a span and is torn, because
/// it is being written or was not written to its end, delivers nothing until it is whole.</para>
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
    readonly Segment? span;
    readonly bool readsNames, gainsChannels;
    readonly Lock changing = new();
    readonly SortedDictionary<string, ResidentFile> residents = new(StringComparer.Ordinal);
    readonly Dictionary<string, Segment> spanned = new(StringComparer.Ordinal);
    readonly RecentTables<(string Path, FileState State)> recent = new(RecentFiles);
    readonly Dictionary<string, string> textColumns = new(StringComparer.Ordinal);
    SegmentList residentDelivered = SegmentList.Empty;

    /// <param name="selection">The files.</param>
    /// <param name="decode">Reads one file.</param>
    /// <param name="channels">The channels to read, or null for those that the files have now.</param>
    /// <param name="columns">The columns to read, or null for those that the files have now.</param>
    /// <param name="span">What files without a span in their name cover, or null to take it from their content.</param>
    /// <param name="readsNames">False takes no span from a name.</param>
    public EventFileSet(FileSelection selection, Func<string, DecodedFile> decode, IReadOnlyList<string>? channels,
        IReadOnlyList<string>? columns, Segment? span, bool readsNames = true)
    {
        (this.selection, this.decode, this.span, this.readsNames) = (selection, decode, span, readsNames);
        gainsChannels = channels is null;
        var files = selection.List();
        if (files.Count == 0) throw new DataException($"there is no event file in {selection.Description}");

        var decoded = new List<(string Path, FileState State, DecodedFile File)>();
        var torn = new List<DataException>();
        var foundChannels = new HashSet<string>(StringComparer.Ordinal);
        var foundColumns = new List<string>();
        var recentCount = 0;
        foreach (var path in files)
        {
            var isSpanned = Register(path);
            if (isSpanned && channels is not null && columns is not null) continue;
            var state = FileState.Of(path);
            if (Decode(path, isSpanned, torn.Add) is not { } file) continue;
            foundChannels.UnionWith(file.Channels);
            foundColumns.AddRange(file.Columns.Except(foundColumns));
            foreach (var (column, where) in file.TextColumns) textColumns.TryAdd(column, $"it is text in '{path}', {where}");
            // The first files are kept in memory, so that the first reads do not decode them again.
            if (!isSpanned || recentCount++ < RecentFiles) decoded.Add((path, state, file));
        }
        if (torn.Count > 0 && foundColumns.Count == 0) throw torn[0];
        Warnings = [.. torn.Select(e => e.Message)];
        Channels = new(channels ?? [.. foundChannels]);
        Columns = columns ?? [.. foundColumns.Where(c => !textColumns.ContainsKey(c))];
        if (columns is not null && channels is null && columns.Except(foundColumns).FirstOrDefault() is { } missing)
            throw new DataException(textColumns.TryGetValue(missing, out var why) ? $"the column '{missing}' holds no numbers: {why}"
                : $"{selection.Description} has no column '{missing}'; it has {string.Join(", ", foundColumns)}");
        foreach (var (path, state, file) in decoded)
        {
            if (spanned.TryGetValue(path, out var own)) recent.Get((path, state), () => ToTable(file, path, own));
            else residents.Add(path, ToResident(file, path, state));
        }
        residentDelivered = DeliveredByResidents();
    }

    /// <summary>The channels; where they are not chosen, files that appear later may bring more.</summary>
    public ChannelDictionary Channels { get; private set; }

    public IReadOnlyList<string> Columns { get; }

    /// <summary>What is wrong with files that delivered nothing when the set was opened.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Why a column of the files is none of <see cref="Columns"/>; null when they have no such column.</summary>
    public string? WhyMissing(string column) => textColumns.GetValueOrDefault(column);

    public EventTable Read(Segment span, CancellationToken cancellationToken)
    {
        lock (changing)
        {
            var tables = Collect(span, cancellationToken, out var delivered);
            if (!delivered.Contains(span) && Refresh()) tables = Collect(span, cancellationToken, out delivered);
            return EventRuns.Join(tables, span, delivered.Clip(span), Channels, Columns);
        }
    }

    List<EventTable> Collect(Segment span, CancellationToken cancellationToken, out SegmentList delivered)
    {
        delivered = residentDelivered;
        var tables = residents.Values.Select(r => r.Table).OfType<EventTable>().Where(t => t.Span.Intersects(span)).ToList();
        var wide = span.Protract(Slack);
        var touched = spanned.Where(f => f.Value.Intersects(wide));
        foreach (var (path, fileSpan) in touched.OrderBy(f => f.Value).ThenBy(f => f.Key, StringComparer.Ordinal).ToArray())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var state = FileState.Of(path);
            if (!state.Exists) spanned.Remove(path);
            else if (recent.Find((path, state)) is { } known) Add(known, ref delivered);
            else if (Decode(path, true, _ => { }) is { } file)
                Add(recent.Get((path, state), () => ToTable(file, path, fileSpan)), ref delivered);
        }
        return tables;

        void Add(EventTable table, ref SegmentList delivered)
        {
            delivered |= table.Delivered;
            tables.Add(table);
        }
    }

    // Null when the file is torn or has vanished and may be: it delivers nothing for now.
    DecodedFile? Decode(string path, bool mayBeTorn, Action<DataException> torn)
    {
        try
        {
            return decode(path);
        }
        catch (DataException e) when (mayBeTorn && (e.IsTransient || !File.Exists(path)))
        {
            torn(e);
            return null;
        }
    }

    /// <summary>Sees that the events of a file lie inside the span in its name, or no further outside than <see cref="Slack"/>.</summary>
    /// <exception cref="DataException">One does not.</exception>
    public static void RequireInside(Segment events, Segment span, string path)
    {
        var wide = span.Protract(Slack);
        if (wide.Contains(events)) return;
        var outside = events.Start < wide.Start ? events.Start : events.End - 1;
        throw new DataException($"'{path}' has an event at {outside}, outside the span {span} in its name");
    }

    EventTable ToTable(DecodedFile decoded, string path, Segment span)
    {
        if (decoded.Extent() is { } extent) RequireInside(extent, span, path);
        return ToTable(decoded, path, span.Protract(Slack), (decoded.Coverage ?? SegmentList.All).Clip(span));
    }

    EventTable ToTable(DecodedFile decoded, string path, Segment span, SegmentList delivered)
    {
        if (Columns.FirstOrDefault(decoded.TextColumns.ContainsKey) is { } text)
            throw new DataException($"the column '{text}' holds no numbers: it is text in '{path}', {decoded.TextColumns[text]}");
        if (gainsChannels) Channels = Channels.Union(new(decoded.Channels));
        return decoded.ToTable(span, delivered, Channels, Columns);
    }

    ResidentFile ToResident(DecodedFile file, string path, FileState state)
    {
        var extent = file.Extent();
        return new(state, file.Coverage, extent, extent is { } e ? ToTable(file, path, e, SegmentList.Of(e)) : null);
    }

    // True when there is something else to read than before.
    bool Refresh()
    {
        var files = selection.List().ToHashSet(StringComparer.Ordinal);
        var isChanged = false;
        foreach (var gone in spanned.Keys.Where(f => !files.Contains(f)).ToArray()) spanned.Remove(gone);
        foreach (var gone in residents.Keys.Where(f => !files.Contains(f)).ToArray()) isChanged |= residents.Remove(gone);
        foreach (var path in files.Where(f => !spanned.ContainsKey(f)))
        {
            if (Register(path))
            {
                isChanged = true;
                continue;
            }
            var state = FileState.Of(path);
            if (residents.TryGetValue(path, out var resident) && resident.State == state) continue;
            // One that is being rewritten stays what it was.
            if (Decode(path, resident is not null, _ => { }) is not { } file) continue;
            residents[path] = ToResident(file, path, state);
            isChanged = true;
        }
        if (isChanged) residentDelivered = DeliveredByResidents();
        return isChanged;
    }

    bool Register(string file)
    {
        if (!readsNames || !FileSpan.TryParse(file, out var own, out _)) return false;
        spanned[file] = own;
        return true;
    }

    SegmentList DeliveredByResidents()
    {
        if (residents.Count == 0) return SegmentList.Empty;
        if (span is { } configured) return SegmentList.Of(configured);
        var stated = residents.Values.Aggregate(SegmentList.Empty, (sum, f) => f.Coverage is { } coverage ? sum | coverage : sum);
        var extents = residents.Values.Where(f => f.Coverage is null).Select(f => f.Extent).OfType<Segment>().ToArray();
        // One hull around all files: a channel without triggers at the edges counts as delivered there.
        return extents.Length == 0 ? stated : stated | SegmentList.Of(extents.Aggregate((a, b) => a.Hull(b)));
    }

    // Table is null when the file has no event.
    sealed record ResidentFile(FileState State, SegmentList? Coverage, Segment? Extent, EventTable? Table);
}
