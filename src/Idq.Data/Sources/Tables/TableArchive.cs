namespace Idq.Data;

/// <summary>
/// A table too large to keep: read in blocks of time, of which the latest few are kept. Of files that state their span those that appear
/// later are found, those that change are read again, and those that vanish, or are not written to their end, deliver nothing.
/// </summary>
sealed class TableArchive
{
    const int RecentBlocks = 4;
    const long RowsPerBlock = 500_000;

    readonly TableReader reader;
    readonly TableSchema schema;
    readonly bool gainsChannels;
    ChannelDictionary channels;
    ChannelIndex? index;
    readonly string? relation;
    readonly SegmentList delivered;
    readonly FileSelection? selection;
    readonly SortedDictionary<string, Segment> spans = new(StringComparer.Ordinal);
    readonly Dictionary<string, SegmentList> deliveredByFile = new(StringComparer.Ordinal);
    readonly Dictionary<string, FileState> states = new(StringComparer.Ordinal);
    readonly RecentTables<(long Block, string Relation, int Version)> recent = new(RecentBlocks);
    readonly long blockSeconds;
    int version;

    /// <summary>One relation whose coverage is known.</summary>
    public TableArchive(TableReader reader, TableSchema schema, ChannelDictionary channels, string relation, SegmentList delivered,
        Segment extent, long rows)
        : this(reader, schema, channels, extent, rows) => (this.relation, this.delivered) = (relation, delivered);

    /// <summary>Parquet files whose names state their spans.</summary>
    public TableArchive(TableReader reader, TableSchema schema, ChannelDictionary channels, FileSelection selection,
        IReadOnlyList<string> files, bool gainsChannels)
        : this(reader, schema, channels, SpanOf(files[0]), reader.Count(TableRelation.OfFiles([files[0]])))
    {
        this.selection = selection;
        Register(files);
        this.gainsChannels = gainsChannels;
    }

    /// <summary>The channels; where they are not chosen, files that appear later may bring more.</summary>
    public ChannelDictionary Channels => channels;

    TableArchive(TableReader reader, TableSchema schema, ChannelDictionary channels, Segment extent, long rows)
    {
        (this.reader, this.schema, this.channels, delivered) = (reader, schema, channels, SegmentList.Empty);
        index = schema.HasChannels ? new(channels) : null;
        // A power of two of seconds that holds about the wanted number of rows.
        var rate = Math.Max(1, rows) / Math.Max(1e-9, extent.Duration / 1e9);
        blockSeconds = 1L << (int)Math.Clamp(Math.Round(Math.Log2(RowsPerBlock / rate)), 0, 24);
    }

    public EventTable Read(Segment span, CancellationToken cancellationToken)
    {
        if (span.IsEmpty) return EventTable.Empty(span, SegmentList.Empty, channels, schema.Columns);
        // Blocks reach beyond the span.
        if (selection is not null) Review(span.Protract(blockSeconds * GpsTime.NanosecondsPerSecond));
        var covered = Delivered(span);
        if (selection is not null && !covered.Equals(SegmentList.Of(span)))
        {
            Register(selection.List());
            covered = Delivered(span);
        }
        if (covered.IsEmpty && selection is not null) return EventTable.Empty(span, covered, channels, schema.Columns);

        var extent = covered.IsEmpty ? span : covered.Extent;
        var (first, last) = (BlockOf(extent.Start), BlockOf(extent.End - 1));
        var blocks = new List<EventTable>();
        for (var block = first; block <= last; block++) blocks.Add(Block(block, cancellationToken));
        return EventRuns.Join(blocks, span, covered, channels, schema.Columns);
    }

    EventTable Block(long block, CancellationToken cancellationToken)
    {
        var span = Segment.FromSeconds(block * blockSeconds, (block + 1) * blockSeconds);
        var from = relation ?? RelationOf(span);
        return recent.Get((block, from, version), () => from.Length == 0
            ? EventTable.Empty(span, SegmentList.Empty, channels, schema.Columns)
            : reader.Rows(schema, from, span, index, cancellationToken).ToTable(span, SegmentList.Of(span), channels, schema.Columns));
    }

    // Rounded towards the past.
    long BlockOf(GpsTime time) => (time.Seconds - (time.Seconds % blockSeconds + blockSeconds) % blockSeconds) / blockSeconds;

    string RelationOf(Segment span)
    {
        var files = spans.Where(f => f.Value.Protract(EventFileSet.Slack).Intersects(span)).Select(f => f.Key).ToArray();
        return files.Length == 0 ? "" : TableRelation.OfFiles(files);
    }

    SegmentList Delivered(Segment span)
    {
        if (selection is null) return delivered.Clip(span);
        var sum = SegmentList.Empty;
        foreach (var (file, fileSpan) in spans)
        {
            if (!fileSpan.Intersects(span)) continue;
            if (!deliveredByFile.TryGetValue(file, out var stated))
            {
                if (reader.Extent(schema, TableRelation.OfFiles([file])) is { } extent)
                    EventFileSet.RequireInside(extent, fileSpan, file);
                stated = reader.Metadata([file], TableArchiveFile.DeliveredKey) is [var text]
                    ? TableArchiveFile.ParseDelivered(text)
                    : SegmentList.Of(fileSpan);
                deliveredByFile.Add(file, stated);
            }
            sum |= stated;
        }
        return sum.Clip(span);
    }

    // A file that is not written to its end is none yet.
    void Register(IReadOnlyList<string> files)
    {
        foreach (var file in files.Where(f => TableRelation.IsParquet(f) && !spans.ContainsKey(f)))
        {
            var state = FileState.Of(file);
            if (!FileSpan.TryParse(file, out var span, out _) || !ParquetTail.IsWhole(file)) continue;
            (spans[file], states[file]) = (span, state);
            if (gainsChannels && schema.HasChannels) Gain(reader.ChannelsOf(schema, TableRelation.OfFiles([file]), [file]));
        }
    }

    void Gain(IEnumerable<string> names)
    {
        var more = channels.Union(new(names));
        if (ReferenceEquals(more, channels)) return;
        (channels, index) = (more, new(more));
    }

    // Files that changed or vanished are forgotten, with what was read of them.
    void Review(Segment span)
    {
        var changed = spans.Where(f => f.Value.Intersects(span) && FileState.Of(f.Key) != states[f.Key]).Select(f => f.Key).ToArray();
        if (changed.Length == 0) return;
        foreach (var file in changed)
        {
            spans.Remove(file);
            deliveredByFile.Remove(file);
        }
        version++;
        Register(changed);
    }

    static Segment SpanOf(string file) =>
        FileSpan.TryParse(file, out var span, out _) ? span : throw new ArgumentException("no span in the name", nameof(file));
}
