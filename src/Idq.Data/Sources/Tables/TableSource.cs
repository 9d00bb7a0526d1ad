using Idq.Data.DuckDb;

namespace Idq.Data;

/// <summary>Events in tables: whatever DuckDB reads.</summary>
/// <remarks>
/// A small table is read once and kept. A larger Parquet archive or query is read block of time by block of time, and only the row groups
/// that a block needs, so that memory does not grow with the length of the range. Parquet files whose names state their span
/// (LIGO-T050017) are opened only when it is asked for, and such files that appear later are found.
/// Delivered is the configured span, else what the files' metadata say ("idq.delivered", as <see cref="TableArchiveFile"/> writes it), else the
/// spans in their names, else the time from the first event to the last.
/// </remarks>
/// <threadsafety>Safe for concurrent reads.</threadsafety>
public sealed class TableSource : IEventSource
{
    readonly DuckDatabase? own;
    readonly TableReader reader;
    readonly Lock reading = new();
    readonly EventTable? resident;
    readonly TableArchive? archive;

    /// <summary>Opens a table.</summary>
    /// <param name="options">What is read.</param>
    /// <param name="database">The database whose threads read; null opens one.</param>
    /// <exception cref="DataException">A file or a column is missing, or of the wrong type.</exception>
    public TableSource(TableOptions options, DuckDatabase? database = null)
    {
        if ((options.Query is null) == (options.Paths.Count == 0)) throw new ArgumentException("either paths or a query", nameof(options));
        own = database is null ? DuckDatabase.Open() : null;
        var description = options.Query is null ? $"'{string.Join("', '", options.Paths)}'" : "the query";
        var connection = (database ?? own!).Connect();
        if (options.Folder is not null) connection.Execute($"SET file_search_path = {Sql.Text(options.Folder)}");
        reader = new(connection, description);
        try
        {
            if (options.Query is not null) (Schema, Channels, resident, archive) = OpenQuery(options, description);
            else
            {
                var selection = new FileSelection(options.Paths, [.. TableRelation.Extensions]);
                var files = selection.List();
                if (files.Count == 0) throw new DataException($"there is no table in {selection.Description}");
                (Schema, Channels, resident, archive) = files.All(TableRelation.IsParquet)
                    ? OpenParquet(options, description, selection, files)
                    : OpenText(options, description, files);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ChannelDictionary Channels { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Columns => Schema.Columns;

    TableSchema Schema { get; }

    /// <inheritdoc/>
    public ValueTask<EventTable> ReadAsync(Segment span, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (resident is not null) return new(EventRuns.Join([resident], span, resident.Delivered.Clip(span), Channels, Columns));
        lock (reading) return new(archive!.Read(span, cancellationToken));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        reader.Dispose();
        own?.Dispose();
    }

    (TableSchema, ChannelDictionary, EventTable?, TableArchive?) OpenQuery(TableOptions options, string description)
    {
        var relation = TableRelation.OfQuery(options.Query!);
        var schema = new TableSchema(options, description, reader.Describe(relation));
        var channels = ChannelsOf(options, schema, relation);
        if (reader.Count(relation) <= options.ResidentRows)
            return (schema, channels, Load(options, schema, relation, channels, null), null);
        var extent = options.Span ?? reader.Extent(schema, relation);
        return (schema, channels, null,
            new(reader, schema, channels, relation, DeliveredBy(extent), extent!.Value, reader.Count(relation)));
    }

    // The time of a text is read as text, so that no digit is lost.
    (TableSchema, ChannelDictionary, EventTable?, TableArchive?) OpenText(TableOptions options, string description,
        IReadOnlyList<string> files)
    {
        var (schema, relation) = reader.DescribeFiles(options, description, files);
        var channels = ChannelsOf(options, schema, relation);
        return (schema, channels, Load(options, schema, relation, channels, SpansOf(files)), null);
    }

    (TableSchema, ChannelDictionary, EventTable?, TableArchive?) OpenParquet(TableOptions options, string description,
        FileSelection selection, IReadOnlyList<string> files)
    {
        var (schema, relation) = reader.DescribeFiles(options, description, files);
        var stated = reader.Metadata(files, TableArchiveFile.ChannelsKey);
        var channels =
            options.Channel is null && options.Channels is null && stated.Count == files.Count
                ? new ChannelDictionary(stated.SelectMany(TableArchiveFile.ParseChannels))
                : ChannelsOf(options, schema, relation);
        if (options.Span is null && files.All(f => FileSpan.TryParse(f, out _, out _)))
            return (schema, channels, null, new(reader, schema, channels, selection, files));

        var delivered = reader.Metadata(files, TableArchiveFile.DeliveredKey) is var lists && lists.Count == files.Count
            ? lists.Aggregate(SegmentList.Empty, (sum, list) => sum | TableArchiveFile.ParseDelivered(list))
            : null;
        var rows = reader.Count(relation);
        if (rows <= options.ResidentRows) return (schema, channels, Load(options, schema, relation, channels, delivered), null);
        var extent = reader.Extent(schema, relation)!.Value;
        return (schema, channels, null,
            new(reader, schema, channels, relation, options.Span is { } span ? SegmentList.Of(span) : delivered ?? SegmentList.Of(extent),
                extent, rows));
    }

    ChannelDictionary ChannelsOf(TableOptions options, TableSchema schema, string relation) =>
        new(options.Channel is { } single ? [single] : options.Channels ?? reader.Channels(schema, relation));

    EventTable Load(TableOptions options, TableSchema schema, string relation, ChannelDictionary channels, SegmentList? stated)
    {
        var rows = reader.Rows(schema, relation, null, schema.HasChannels ? new ChannelIndex(channels) : null, CancellationToken.None);
        var delivered = options.Span is { } span ? SegmentList.Of(span) : stated ?? DeliveredBy(rows.Extent());
        return rows.ToTable(Segment.All, delivered, channels, schema.Columns);
    }

    static SegmentList? SpansOf(IReadOnlyList<string> files)
    {
        var spans = new List<Segment>();
        foreach (var file in files)
        {
            if (!FileSpan.TryParse(file, out var span, out _)) return null;
            spans.Add(span);
        }
        return SegmentList.Coalesce(spans);
    }

    static SegmentList DeliveredBy(Segment? extent) => extent is { } e ? SegmentList.Of(e) : SegmentList.Empty;
}
