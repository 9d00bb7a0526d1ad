using Idq.Data.DuckDb;
using Idq.Data.Parquet;

namespace Idq.Data.Tests.Parquet;

/// <summary>Files that somebody else wrote: other versions of the format, other types, other tools' queries.</summary>
public sealed class ForeignFilesTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly DuckDatabase database = DuckDatabase.Open();
    readonly DuckConnection connection;
    readonly ParquetReader reader;

    public ForeignFilesTests()
    {
        connection = database.Connect();
        reader = new ParquetReader(database);
    }

    public void Dispose()
    {
        reader.Dispose();
        connection.Dispose();
        database.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("COMPRESSION snappy")]
    [InlineData("COMPRESSION gzip")]
    [InlineData("COMPRESSION lz4_raw")]
    [InlineData("COMPRESSION brotli")]
    [InlineData("PARQUET_VERSION v1, ROW_GROUP_SIZE 2048")]
    public void Any_codec_and_version_is_read(string options)
    {
        var path = Copy("SELECT i AS time, 'ch' || i % 3 AS channel, i / 8 AS snr FROM range(5000) t(i)", options);
        var table = reader.Read(path);
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => (long)i), table.Longs("time"));
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => i / 8.0), table.Doubles("snr"));
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => $"ch{i % 3}"), table.Texts("channel"));
    }

    [Fact]
    public void Columns_of_unknown_types_become_what_is_asked_for()
    {
        var path = Copy(
            "SELECT 1126083726.9::DECIMAL(28,9) AS gps, 7::SMALLINT AS n, true AS ok, TIMESTAMP '2015-09-14 09:50:45' AS utc, 1.5::FLOAT AS f",
            "COMPRESSION zstd"
        );
        var table = reader.Read(path);
        Assert.Equal([1126083726.9], table.Doubles("gps"));
        Assert.Equal([7.0], table.Doubles("n"));
        Assert.Equal([1L], table.Longs("ok"));
        Assert.Equal([1442224245_000_000_000], table.Longs("utc"));
        Assert.Equal([1.5], table.Doubles("f"));
    }

    [Theory]
    [InlineData("DECIMAL(28,9)", 1126083726900000000)]
    [InlineData("VARCHAR", 1126083726900000000)]
    [InlineData("DOUBLE", 1126083726900000095)]
    public void Gps_seconds_in_a_file_become_nanoseconds_whatever_their_type(string type, long nanoseconds)
    {
        var path = Copy($"SELECT '1126083726.9'::{type} AS gps FROM range(3000)", "COMPRESSION zstd");
        var times = connection.Table($"SELECT {Sql.GpsNanoseconds("gps")} AS t FROM read_parquet({Sql.Text(path)})").Longs("t");
        Assert.Equal(3000, times.Length);
        Assert.All(times, t => Assert.Equal(nanoseconds, t));
    }

    [Fact]
    public void Json_lines_are_read_too()
    {
        var path = folder.File("events.json");
        File.WriteAllLines(path, ["""{"gps": "1126083726.9", "snr": 5.5}""", """{"gps": "1126083727", "snr": null}"""]);
        var table = connection.Table($"SELECT {Sql.GpsNanoseconds("gps")} AS t, snr FROM read_json({Sql.Text(path)})");
        Assert.Equal([1126083726_900_000_000, 1126083727_000_000_000], table.Longs("t"));
        Assert.Equal([5.5, double.NaN], table.Doubles("snr"));
    }

    [Fact]
    public void A_query_joins_files_with_tables_that_live_in_memory()
    {
        var path = Copy("SELECT i AS time, i % 2 AS label, i / 10.0 AS rank FROM range(10) t(i)", "COMPRESSION zstd");
        connection.CreateParquetView("quivers", [path], [("time", "BIGINT")]);
        connection.CreateTable("products", [DuckColumn.Longs("seq", new long[] { 1, 2 }), DuckColumn.Texts("kind", ["clean", "glitch"])]);
        var rows = connection
            .Query("SELECT kind, count(*), max(rank) FROM quivers JOIN products ON label + 1 = seq GROUP BY kind ORDER BY kind")
            .Rows()
            .ToArray();
        Assert.Equal(["clean", 5L, 0.8], rows[0]);
        Assert.Equal(["glitch", 5L, 0.9], rows[1]);
    }

    [Fact]
    public void A_wide_file_is_read_by_the_few_columns_that_are_wanted()
    {
        var path = folder.File("wide.parquet");
        using var writer = new ParquetWriter(database);
        writer.Write(
            path,
            [.. Enumerable.Range(0, 500).Select(i => DuckColumn.Doubles($"feature {i}", Enumerable.Repeat((double)i, 20).ToArray()))]
        );
        var table = reader.Read(path, ["feature 499", "FEATURE 7"]);
        Assert.Equal(Enumerable.Repeat(499.0, 20), table.Doubles("feature 499"));
        Assert.Equal(Enumerable.Repeat(7.0, 20), table.Doubles("feature 7"));
        Assert.Equal(500, reader.Summarise(path).Columns.Count);
    }

    string Copy(string query, string options)
    {
        var path = folder.File("foreign.parquet");
        connection.Execute($"COPY ({query}) TO {Sql.Text(path)} (FORMAT parquet, {options})");
        return path;
    }
}
