using Idq.Data.DuckDb;

namespace Idq.Data;

/// <summary>Events in tables: whatever DuckDB reads.</summary>
/// <remarks>
/// A small table is read once and kept. A larger Parquet archive or query is read block of time by block of time, and only the row groups
/// that a block needs, so that memory does not grow with the length of the range. Parquet files whose names state their span
/// (LIGO-T050017) are opened only when it is asked for, and such files that appear later are found.
/// Delivered is the configured span, else what the files' metadata say ("idq.delivered", as <see cref="TableArchiveFile"/> writes it),
/// else the spans in their names, else the time from the first event to the last.
/// </remarks>
/// <threadsafety>Safe for concurrent reads.</threadsafety>
public sealed class TableSource : IEventSource
{
    readonly DuckDatabase database;
    readonly TableReader reader;
    readonly Lock reading = new();
    readonly EventTable? resident;
    readonly TableArchive? archive;

    /// <summary>Opens a table.</summary>
    /// <exception cref="DataException">A file or a column is missing, or of the wrong type.</exception>
    public TableSource(TableOptions options)
    {
        if ((options.Query is null) == (options.Paths.Count == 0)) throw new ArgumentException("either paths or a query", nameof(options));
        var description = options.Query is null ? $"'{string.Join("', '", options.Paths)}'" : "the query";
        database = DuckDatabase.Open();
        var connection = database.Connect();
        if (options.Folder is not null) connection.Execute($"SET file_search_path = {Sql.Text(options.Folder)}");
        reader = new(connection, description);
        try
        {
            (Schema, Channels, resident, archive) = Open(options);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public ChannelDictionary Channels { get; }

    public IReadOnlyList<string> Columns => Schema.Columns;

    TableSchema Schema { get; }

    public ValueTask<EventTable> ReadAsync(Segment span, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (resident is not null) return new(EventRuns.Join([resident], span, resident.Delivered.Clip(span), Channels, Columns));
        lock (reading) return new(archive!.Read(span, cancellationToken));
    }

    public void Dispose()
    {
        reader.Dispose();
        database.Dispose();
    }

    // A text is always kept; a larger query or Parquet archive is read piece by piece.
    (TableSchema, ChannelDictionary, EventTable?, TableArchive?) Open(TableOptions options)
    {
        var (schema, relation, selection, files) = reader.Describe(options);
        var isParquet = files.Count > 0 && files.All(TableRelation.IsParquet);
        var stated = isParquet ? reader.Metadata(files, TableArchiveFile.ChannelsKey) : [];
        var channels = new ChannelDictionary(options.Channel is { } single ? [single] : options.Channels
            ?? (isParquet && stated.Count == files.Count ? stated.SelectMany(TableArchiveFile.ParseChannels)
                : reader.Channels(schema, relation)));
        if (isParquet && options.Span is null && files.All(f => FileSpan.TryParse(f, out _, out _)))
            return (schema, channels, null, new(reader, schema, channels, selection, files));

        var delivered = options.Span is { } span ? SegmentList.Of(span) : isParquet ? Stated(files) : SpansOf(files);
        var rows = files.Count > 0 && !isParquet ? 0 : reader.Count(relation);
        if (rows <= options.ResidentRows)
        {
            var all = reader.Rows(schema, relation, null, schema.HasChannels ? new ChannelIndex(channels) : null, CancellationToken.None);
            delivered ??= all.Extent() is { } range ? SegmentList.Of(range) : SegmentList.Empty;
            return (schema, channels, all.ToTable(Segment.All, delivered, channels, schema.Columns), null);
        }
        var extent = (isParquet ? null : options.Span) ?? reader.Extent(schema, relation)!.Value;
        return (schema, channels, null, new(reader, schema, channels, relation, delivered ?? SegmentList.Of(extent), extent, rows));
    }

    SegmentList? Stated(IReadOnlyList<string> files) =>
        reader.Metadata(files, TableArchiveFile.DeliveredKey) is var lists && lists.Count == files.Count
            ? lists.Aggregate(SegmentList.Empty, (sum, list) => sum | TableArchiveFile.ParseDelivered(list))
            : null;

    static SegmentList? SpansOf(IReadOnlyList<string> files)
    {
        var spans = new List<Segment>();
        foreach (var file in files)
            if (FileSpan.TryParse(file, out var span, out _)) spans.Add(span);
        return files.Count > 0 && spans.Count == files.Count ? SegmentList.Coalesce(spans) : null;
    }
}
