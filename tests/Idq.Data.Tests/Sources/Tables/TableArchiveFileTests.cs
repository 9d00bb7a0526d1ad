using Idq.Data.DuckDb;
using Idq.Data.Parquet;
using Idq.Data.Tests.DuckDb;

namespace Idq.Data.Tests.Tables;

public sealed class TableArchiveFileTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly DuckDatabase database = DuckDatabase.Open();
    readonly DuckConnection connection;

    public TableArchiveFileTests() => connection = database.Connect();

    public void Dispose()
    {
        connection.Dispose();
        database.Dispose();
        folder.Dispose();
    }

    static EventTable Dense(int perChannel)
    {
        var builder = new EventTableBuilder(new(["H1:A", "H1:B", "H1:SILENT"]), ["snr"]);
        for (var i = 0; i < perChannel; i++)
        {
            builder.Add(0, (1000 * GpsTime.NanosecondsPerSecond) + (i * 1_000_000L), [i % 5 == 0 ? double.NaN : i]);
            builder.Add(1, (1000 * GpsTime.NanosecondsPerSecond) + (i * 1_000_000L) + 1, [-0.0]);
        }
        return builder.Build(Segment.FromSeconds(1000, 1000 + (perChannel / 1000) + 1), SegmentList.All);
    }

    string File(EventTable table, string name = "x.parquet", ParquetCompression compression = ParquetCompression.Snappy)
    {
        TableArchiveFile.Write(table, folder.File(name), compression);
        return Sql.Text(folder.File(name));
    }

    [Fact]
    public void The_columns_are_the_documented_ones()
    {
        using var result = connection.Query($"FROM {File(Dense(10))}");
        Assert.Equal("time_ns BIGINT, channel VARCHAR, snr DOUBLE", string.Join(", ", result.Columns.Select(c => $"{c.Name} {c.Type}")));
    }

    [Fact]
    public void The_metadata_names_delivered_time_and_every_channel()
    {
        var file = File(Dense(10));
        Assert.Equal((string?[])["idq.channels", "idq.delivered"],
            connection.Texts($"SELECT decode(key) FROM parquet_kv_metadata({file}) ORDER BY 1"));
        using var reader = new ParquetFileReader(folder.File("x.parquet"));
        Assert.Equal("[\"H1:A\",\"H1:B\",\"H1:SILENT\"]", reader.Metadata["idq.channels"]);
        Assert.Equal(SegmentList.Of(Segment.FromSeconds(1000, 1001)), TableArchiveFile.ParseDelivered(reader.Metadata["idq.delivered"]));
        Assert.Equal(["H1:A", "H1:B", "H1:SILENT"], TableArchiveFile.ParseChannels(reader.Metadata["idq.channels"]));
    }

    [Fact]
    public void Row_groups_are_blocks_of_time_that_do_not_overlap()
    {
        var file = File(Dense(200_000));
        var groups = connection.Rows(
            "SELECT stats_min_value::BIGINT, stats_max_value::BIGINT, row_group_num_rows "
                + $"FROM parquet_metadata({file}) WHERE path_in_schema = 'time_ns' ORDER BY row_group_id");
        Assert.True(groups.Length >= 4);
        Assert.All(groups, g => Assert.InRange((long)g[2]!, 1, ParquetFile.RowsPerGroup));
        foreach (var (before, after) in groups.Zip(groups.Skip(1))) Assert.True((long)before[1]! < (long)after[0]!);
        Assert.Equal(400_000L, connection.Scalar($"SELECT count(*) FROM {file}"));
    }

    [Fact]
    public void A_condition_on_time_channel_or_feature_finds_its_rows()
    {
        var file = File(Dense(200_000));
        Assert.Equal(200_000L, connection.Scalar($"SELECT count(*) FROM {file} WHERE channel = 'H1:B'"));
        Assert.Equal(40_000L, connection.Scalar($"SELECT count(*) FROM {file} WHERE isnan(snr)"));
        Assert.Equal(200_000L, connection.Scalar($"SELECT count(*) FROM {file} WHERE snr = 0"));
        // DuckDB takes NaN for greater than every number.
        Assert.Equal(40_000L + 8, connection.Scalar($"SELECT count(*) FROM {file} WHERE snr > 199989"));
        Assert.Equal(2000L, connection.Scalar($"SELECT count(*) FROM {file} WHERE time_ns >= 1100000000000 AND time_ns < 1101000000000"));
    }

    [Theory]
    [InlineData(ParquetCompression.None)]
    [InlineData(ParquetCompression.Zstd)]
    public void Every_compression_gives_the_same_events(ParquetCompression compression)
    {
        var table = Dense(3000);
        File(table, compression: compression);
        using var source = new TableSource(new() { Paths = [folder.File("x.parquet")] });
        Assert.Equal(Events.Of(table), Events.Of(Events.Read(source, table.Span), "snr"));
    }

    [Fact]
    public void The_same_events_give_the_same_bytes()
    {
        File(Dense(70_000), "a.parquet");
        File(Dense(70_000), "b.parquet");
        Assert.Equal(System.IO.File.ReadAllBytes(folder.File("a.parquet")), System.IO.File.ReadAllBytes(folder.File("b.parquet")));
    }

    [Fact]
    public void An_archive_of_an_earlier_version_is_read()
    {
        // Written by DuckDB then.
        connection.Execute(
            "COPY (SELECT 1000000000000 + i * 1000000 AS time_ns, 'H1:' || chr((65 + i % 2)::INTEGER) AS channel, i / 2.0::DOUBLE AS snr "
                + $"FROM range(1000) t(i)) TO {Sql.Text(folder.File("old.parquet"))} "
                + "(FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, KV_METADATA "
                + "{\"idq.channels\": '[\"H1:A\",\"H1:B\",\"H1:SILENT\"]', \"idq.delivered\": '[[\"1000\", \"1002\"]]'})");
        using var source = new TableSource(new() { Paths = [folder.File("old.parquet")] });
        var table = Events.Read(source, Segment.FromSeconds(990, 1010));
        Assert.Equal(["H1:A", "H1:B", "H1:SILENT"], source.Channels.Names);
        Assert.Equal(SegmentList.Of(Segment.FromSeconds(1000, 1002)), table.Delivered);
        Assert.Equal(1000, table.Count);
        Assert.Equal([0, 1, 2], table.Run(0).Column(0)[..3].ToArray());
    }

    [Fact]
    public void A_cancelled_archive_leaves_no_file()
    {
        Assert.Throws<OperationCanceledException>(() =>
            TableArchiveFile.Write(Dense(10), folder.File("x.parquet"), cancellationToken: new CancellationToken(true)));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Metadata_that_is_no_list_of_names_is_told() => Assert.Contains("idq.channels",
        Assert.Throws<DataException>(() => TableArchiveFile.ParseChannels("{")).Message, StringComparison.Ordinal);
}
