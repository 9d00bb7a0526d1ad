using Idq.Data.DuckDb;

namespace Idq.Data;

/// <summary>Runs the queries of a table source; errors of DuckDB become <see cref="DataException"/>s that name the table.</summary>
sealed class TableReader(DuckConnection connection, string description) : IDisposable
{
    TableRows? scratch;

    /// <summary>What a query or Parquet files hold, and how to select from them.</summary>
    /// <param name="options">What the columns mean, and the query.</param>
    /// <param name="files">The files; none for a query.</param>
    public (TableSchema Schema, string Relation) Describe(TableOptions options, IReadOnlyList<string> files)
    {
        var relation = options.Query is { } query ? TableRelation.OfQuery(query) : TableRelation.OfFiles(files);
        return (new(options, description, Describe(relation)), relation);
    }

    public long Count(string relation) => Guard(() => Convert.ToInt64(connection.Scalar($"SELECT count(*) FROM {relation}")));

    IReadOnlyList<string> Channels(TableSchema schema, string relation) =>
        Texts(schema.SelectChannels(relation)).Select(n => n ?? throw NullChannel()).ToArray();

    /// <summary>The channels of a relation, those without events too where the metadata of all its files name them.</summary>
    public IEnumerable<string> ChannelsOf(TableSchema schema, string relation, IReadOnlyList<string> files)
    {
        var stated = files.Count > 0 ? Metadata(files, TableArchiveFile.ChannelsKey) : [];
        return files.Count > 0 && stated.Count == files.Count
            ? stated.SelectMany(TableArchiveFile.ParseChannels) : Channels(schema, relation);
    }

    public Segment? Extent(TableSchema schema, string relation) => Guard<Segment?>(() =>
    {
        using var result = connection.Query($"SELECT min(t), max(t) FROM (SELECT {schema.Nanoseconds} AS t FROM {relation})");
        foreach (var chunk in result)
            if (chunk.IsValid(0, 0)) return new Segment(new(chunk.Longs(0)[0]), new GpsTime(chunk.Longs(1)[0]) + 1);
        return null;
    });

    /// <summary>The values of a key in the metadata of Parquet files, of those that have it.</summary>
    public IReadOnlyList<string> Metadata(IReadOnlyList<string> files, string key)
    {
        var from = $"parquet_kv_metadata({TableRelation.Literals(files)})";
        return [.. Texts($"SELECT decode(value) FROM {from} WHERE decode(key) = {Sql.Text(key)}").OfType<string>()];
    }

    /// <summary>The rows that may lie inside a span, and perhaps some around it. They are good until the next call.</summary>
    public TableRows Rows(TableSchema schema, string relation, Segment? span, ChannelIndex? channels,
        CancellationToken cancellationToken) => Guard(() =>
    {
        // One more column says which file a row is of.
        var rows = scratch ??= new TableRows(schema.Columns.Count + 1);
        rows.Clear();
        using var result = connection.Query(schema.Select(relation, span), cancellationToken);
        while (result.Next() is { } chunk)
        {
            rows.Reserve(chunk.Count);
            if (chunk.MayHaveNulls(0)) RequireAll(chunk, 0, () => new DataException($"{description} has a row without a time"));
            if (schema.SelectsDoubles) FromSeconds(chunk.Doubles(0), rows.FreeTimes(chunk.Count));
            else chunk.Longs(0).CopyTo(rows.FreeTimes(chunk.Count));
            for (var c = 0; c <= schema.Columns.Count; c++) chunk.ToDoubles(c + 1, rows.FreeColumn(c, chunk.Count));
            if (channels is null) rows.FreeChannels(chunk.Count).Clear();
            else Find(chunk, schema.Columns.Count + 2, channels, rows.FreeChannels(chunk.Count));
            rows.Advance(chunk.Count);
        }
        return rows;
    });

    public void Dispose() => connection.Dispose();

    // The nanosecond nearest to what the number holds: the product is taken of the fraction alone, which is exact.
    void FromSeconds(ReadOnlySpan<double> seconds, Span<long> nanoseconds)
    {
        for (var i = 0; i < seconds.Length; i++)
        {
            var whole = Math.Floor(seconds[i]);
            if (!(Math.Abs(whole) < long.MaxValue / GpsTime.NanosecondsPerSecond))
                throw new DataException($"{description} has a row at {seconds[i]} s, which is no GPS time");
            nanoseconds[i] = (long)whole * GpsTime.NanosecondsPerSecond
                + (long)Math.Round((seconds[i] - whole) * GpsTime.NanosecondsPerSecond);
        }
    }

    void Find(DuckChunk chunk, int column, ChannelIndex channels, Span<int> ids)
    {
        if (chunk.MayHaveNulls(column)) RequireAll(chunk, column, NullChannel);
        // Neighbouring rows are often of one channel. A text of DuckDB is 16 bytes: its length and itself, or where the rest of it lies.
        var texts = chunk.TextKeys(column);
        for (var i = 0; i < ids.Length; i++) ids[i] = i > 0 && texts[i] == texts[i - 1] ? ids[i - 1] : channels.Find(chunk.Utf8(column, i));
    }

    static void RequireAll(DuckChunk chunk, int column, Func<DataException> missing)
    {
        for (var i = 0; i < chunk.Count; i++)
            if (!chunk.IsValid(column, i)) throw missing();
    }

    IReadOnlyList<DuckField> Describe(string relation) => Guard(() =>
    {
        var sql = $"SELECT * FROM {relation} LIMIT 0";
        connection.RequireReading(sql);
        using var result = connection.Query(sql);
        return result.Columns.Where(TableRelation.IsOwn).ToArray();
    });

    List<string?> Texts(string query) => Guard(() =>
    {
        var texts = new List<string?>();
        foreach (var chunk in connection.Query(query))
            for (var row = 0; row < chunk.Count; row++) texts.Add(chunk.Text(0, row));
        return texts;
    });

    DataException NullChannel() => new($"{description} has a row without a channel");

    T Guard<T>(Func<T> query)
    {
        try
        {
            return query();
        }
        catch (DuckException e)
        {
            throw new DataException($"{description}: {e.Summary}", cause: e);
        }
    }
}
