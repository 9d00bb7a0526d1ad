using Idq.Data.DuckDb;

namespace Idq.Data;

/// <summary>Events in tables: Parquet files, text (CSV, JSON), or whatever a query in SQL gives.</summary>
/// <remarks>
/// A table in text is read as <see cref="TextRows"/> says. A small table is read once and kept. A larger Parquet archive or query is read
/// block of time by block of time, and only the row groups that a block needs, so that memory does not grow with the length of the range.
/// Files whose names state their span (LIGO-T050017) are opened only when it is asked for, and such files that appear later are found.
/// Delivered is the configured span, else what the files' metadata say ("idq.delivered", as <see cref="TableArchiveFile"/> writes it),
/// else the spans in their names, else the time from the first event to the last.
/// </remarks>
/// <threadsafety>Safe for concurrent reads.</threadsafety>
public sealed class TableSource : IEventSource
{
    readonly DuckDatabase? database;
    readonly TableReader? reader;
    readonly Lock reading = new();
    readonly TableSchema? schema;
    readonly ChannelDictionary channels;
    readonly EventTable? resident;
    readonly TableArchive? archive;
    readonly EventFileSet? texts;

    /// <summary>Opens a table.</summary>
    /// <exception cref="DataException">A file or a column is missing, or of the wrong type.</exception>
    public TableSource(TableOptions options)
    {
        if ((options.Query is null) == (options.Paths.Count == 0)) throw new ArgumentException("either paths or a query", nameof(options));
        var selection = new FileSelection(options.Paths, [.. TableRelation.Extensions]);
        var files = selection.List();
        if (files.Count == 0 && options.Query is null) throw new DataException($"there is no table in {selection.Description}");
        TableRelation.RequireOneFormat(files);
        if (files.Count > 0 && !TableRelation.IsParquet(files[0]))
        {
            texts = new(selection, path => TextTable.Read(path, options), options.Channel is { } single ? [single] : options.Channels,
                options.Columns?.Select(c => c.Name).ToArray(), options.Span, readsNames: options.Span is null);
            (channels, Columns, Warnings) = (texts.Channels, texts.Columns, texts.Warnings);
            return;
        }

        database = DuckDatabase.Open();
        var connection = database.Connect();
        if (options.Folder is not null) connection.Execute($"SET file_search_path = {Sql.Text(options.Folder)}");
        ReadTextToItsEnd(connection);
        reader = new(connection, options.Query is null ? $"'{string.Join("', '", options.Paths)}'" : "the query");
        try
        {
            var whole = files.Where(ParquetTail.IsWhole).ToArray();
            Warnings = [.. files.Except(whole).Select(f => $"'{f}' does not end as a Parquet file does: it is torn, or is being written")];
            var areAllNamed = options.Span is null && files.All(f => FileSpan.TryParse(f, out _, out _));
            if (Warnings.Count > 0 && (whole.Length == 0 || !areAllNamed))
                throw new DataException(Warnings[0], isTransient: true);
            (schema, channels, resident, archive) = Open(reader, options, selection, whole);
            Columns = schema.Columns;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public ChannelDictionary Channels => texts?.Channels ?? archive?.Channels ?? channels;

    public IReadOnlyList<string> Columns { get; }

    public IReadOnlyList<string> Warnings { get; } = [];

    public string? WhyMissing(string column) => texts is null ? schema!.WhyMissing(column) : texts.WhyMissing(column);

    public ValueTask<EventTable> ReadAsync(Segment span, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (texts is not null) return new(texts.Read(span, cancellationToken));
        if (resident is not null) return new(EventRuns.Join([resident], span, resident.Delivered.Clip(span), channels, Columns));
        lock (reading) return new(archive!.Read(span, cancellationToken));
    }

    public void Dispose()
    {
        reader?.Dispose();
        database?.Dispose();
    }

    // A text that a query names, FROM 'x.csv', is read by these functions, which guess types from the first 20 480 rows and would round
    // what does not fit later. These look at all rows.
    static void ReadTextToItsEnd(DuckConnection connection)
    {
        foreach (var reads in new[] { "read_csv", "read_json" })
            connection.Execute($"CREATE TEMP MACRO {reads}_auto(files) AS TABLE SELECT * FROM {reads}(files, sample_size = -1)");
    }

    // A larger query or Parquet archive is read piece by piece.
    static (TableSchema, ChannelDictionary, EventTable?, TableArchive?) Open(
        TableReader reader, TableOptions options, FileSelection selection, IReadOnlyList<string> files)
    {
        var isParquet = files.Count > 0;
        var (schema, relation) = reader.Describe(options, files);
        var channels = new ChannelDictionary(options.Channel is { } single ? [single]
            : options.Channels ?? reader.ChannelsOf(schema, relation, files));
        if (isParquet && options.Span is null && files.All(f => FileSpan.TryParse(f, out _, out _)))
            return (schema, channels, null, new(reader, schema, channels, selection, files, options.Channels is null));

        var delivered = options.Span is { } span ? SegmentList.Of(span) : isParquet ? Stated(reader, files) : null;
        var rows = reader.Count(relation);
        if (rows <= options.ResidentRows)
        {
            var found = reader.Rows(schema, relation, null, schema.HasChannels ? new ChannelIndex(channels) : null, CancellationToken.None);
            delivered ??= found.Extent() is { } range ? SegmentList.Of(range) : SegmentList.Empty;
            return (schema, channels, found.ToTable(Segment.All, delivered, channels, schema.Columns), null);
        }
        var extent = (isParquet ? null : options.Span) ?? reader.Extent(schema, relation)!.Value;
        return (schema, channels, null, new(reader, schema, channels, relation, delivered ?? SegmentList.Of(extent), extent, rows));
    }

    static SegmentList? Stated(TableReader reader, IReadOnlyList<string> files) =>
        reader.Metadata(files, TableArchiveFile.DeliveredKey) is var lists && lists.Count == files.Count
            ? lists.Aggregate(SegmentList.Empty, (sum, list) => sum | TableArchiveFile.ParseDelivered(list))
            : null;
}
