using FsCheck;
using FsCheck.Fluent;
using Idq.Data.DuckDb;
using Idq.Data.Parquet;

namespace Idq.Data.Tests.Parquet;

public sealed class ParquetReaderTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly DuckDatabase database = DuckDatabase.Open(new DuckOptions { Threads = 2 });
    readonly ParquetWriter writer;
    readonly ParquetReader reader;

    public ParquetReaderTests()
    {
        writer = new ParquetWriter(database, new ParquetOptions { RowGroupSize = 2048 });
        reader = new ParquetReader(database);
    }

    public void Dispose()
    {
        writer.Dispose();
        reader.Dispose();
        database.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Files_are_read_one_after_the_other_in_the_order_given()
    {
        string[] paths = [Write("c", 0, 3000), Write("a", 3000, 1), Write("empty", 0, 0), Write("b", 3001, 5000)];
        Assert.Equal(Enumerable.Range(0, 8001).Select(i => (long)i), reader.Read(paths, ["time"]).Longs("time"));
        Assert.Equal(8001, reader.CountRows(paths));
    }

    [Fact]
    public void The_same_file_twice_counts_twice()
    {
        var path = Write("a", 0, 10);
        Assert.Equal(20, reader.Read([path, path]).Count);
        Assert.Equal(20, reader.CountRows([path, path]));
    }

    [Fact]
    public void Only_the_columns_asked_for_come_in_the_order_asked_for()
    {
        var table = reader.Read(Write("a", 0, 10), ["snr", "time"]);
        Assert.Equal(["snr", "time"], table.Columns.Select(c => c.Name));
    }

    [Fact]
    public void A_missing_column_is_named()
    {
        var failure = Assert.Throws<DuckException>(() => reader.Read(Write("a", 0, 10), ["frequency"]));
        Assert.Contains("\"frequency\"", failure.Summary);
    }

    [Fact]
    public void Files_that_share_the_wanted_columns_may_differ_in_others()
    {
        var first = Write("a", 0, 10);
        var second = folder.File("other.parquet");
        writer.Write(second, [DuckColumn.Texts("extra", ["x"]), DuckColumn.Longs("time", new long[] { 99 })]);
        Assert.Equal([.. Enumerable.Range(0, 10).Select(i => (long)i), 99], reader.Read([first, second], ["time"]).Longs("time"));
        Assert.Throws<DuckException>(() => reader.Read([first, second], ["time", "snr"]));
    }

    [Fact]
    public void No_files_make_an_empty_table()
    {
        var table = reader.Read([]);
        Assert.Equal(0, table.Count);
        Assert.Empty(table.Columns);
        Assert.Equal(0, reader.CountRows([]));
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var failure = Assert.Throws<DuckException>(() => reader.Read([Write("a", 0, 10), folder.File("gone.parquet")]));
        Assert.Contains("gone.parquet", failure.Summary);
    }

    [Fact]
    public void A_broken_file_is_named()
    {
        var path = folder.File("broken.parquet");
        File.WriteAllText(path, "this is not Parquet at all");
        var failure = Assert.Throws<DuckException>(() => reader.Read(path));
        Assert.Contains("broken.parquet", failure.Summary);
    }

    [Fact]
    public void A_truncated_file_is_an_error()
    {
        var path = Write("a", 0, 10_000);
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
        Assert.Throws<DuckException>(() => reader.Read(path));
    }

    [Fact]
    public void A_file_that_was_replaced_is_read_anew()
    {
        var path = Write("a", 0, 10);
        Assert.Equal(10, reader.Read(path).Count);
        var written = File.GetLastWriteTimeUtc(path);
        Write("a", 5, 10);
        File.SetLastWriteTimeUtc(path, written);
        Assert.Equal(5, reader.Read(path).Longs("time")[0]);
    }

    [Fact]
    public void A_range_is_half_open_whatever_it_cuts() => Prop.ForAll<int, int>((a, b) =>
    {
        var path = folder.File("range.parquet");
        if (!File.Exists(path))
            Write("range", -5000, 10_000);
        var (start, end) = (a * 100L % 7000, b * 100L % 7000);
        var found = reader.Read(path, ["time"], new ParquetRange("time", start, end)).Longs("time");
        return found.SequenceEqual(Enumerable.Range(-5000, 10_000).Select(i => (long)i).Where(t => t >= start && t < end));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_range_may_be_on_a_column_that_is_not_read()
    {
        var table = reader.Read(Write("a", 0, 10), ["snr"], new ParquetRange("time", long.MinValue, 3));
        Assert.Equal([0, 0.5, 1], table.Doubles("snr"));
    }

    [Fact]
    public void A_summary_reads_the_footer()
    {
        var path = folder.File("sum.parquet");
        writer.Write(path, new Sample(5000).Columns(), new Dictionary<string, string> { ["span"] = "[1, 2)" });
        var summary = reader.Summarise(path);
        Assert.Equal(5000, summary.Rows);
        Assert.Equal(
            "long BIGINT, double DOUBLE, float FLOAT, int INTEGER, byte UTINYINT, bool BOOLEAN, text VARCHAR, word VARCHAR, list DOUBLE[], sparse BIGINT",
            string.Join(", ", summary.Columns.Select(c => $"{c.Name} {c.Type}")));
        Assert.Equal("[1, 2)", Assert.Single(summary.Metadata).Value);
    }

    [Fact]
    public void A_file_without_metadata_has_none() => Assert.Empty(reader.Metadata(Write("a", 0, 1)));

    [Fact]
    public void A_stream_gives_the_rows_of_a_read()
    {
        string[] paths = [Write("a", 0, 50_000), Write("b", 50_000, 70_000)];
        var expected = 1000L;
        foreach (var chunk in reader.Stream(paths, ["time"], new ParquetRange("time", 1000, 110_000)))
        {
            foreach (var time in chunk.Longs(0))
                Assert.Equal(expected++, time);
        }

        Assert.Equal(110_000, expected);
    }

    [Fact]
    public void A_thousand_small_files_are_one_call()
    {
        var paths = Enumerable.Range(0, 1000).Select(i => Write($"small{i}", i * 3, 3)).ToArray();
        Assert.Equal(Enumerable.Range(0, 3000).Select(i => (long)i), reader.Read(paths).Longs("time"));
    }

    [Fact]
    public void A_view_over_files_fills_in_what_one_of_them_lacks()
    {
        using var connection = database.Connect();
        var first = Write("a", 0, 2);
        var second = folder.File("b.parquet");
        writer.Write(second, [DuckColumn.Longs("time", new long[] { 7 }), DuckColumn.Texts("note", ["new"])]);
        connection.CreateParquetView("events", [first, second], [("time", "BIGINT")], fileNameColumn: "file");
        var rows = connection.Query("SELECT time, snr, note, file FROM events ORDER BY time").Rows().ToArray();
        Assert.Equal([0L, 0.0, null, first], rows[0]);
        Assert.Equal([7L, null, "new", second], rows[2]);
    }

    [Fact]
    public void A_view_over_no_files_is_empty_and_typed()
    {
        using var connection = database.Connect();
        connection.CreateParquetView("events", [], [("time", "BIGINT"), ("snr", "DOUBLE")], fileNameColumn: "file");
        using var result = connection.Query("FROM events");
        Assert.Equal("time BIGINT, snr DOUBLE, file VARCHAR", string.Join(", ", result.Columns.Select(c => $"{c.Name} {c.Type}")));
        Assert.Null(result.Next());
    }

    string Write(string name, int first, int rows)
    {
        var path = folder.File(name + ".parquet");
        writer.Write(
            path,
            [
                DuckColumn.Longs("time", Enumerable.Range(first, rows).Select(i => (long)i).ToArray()),
                DuckColumn.Doubles("snr", Enumerable.Range(first, rows).Select(i => i / 2.0).ToArray()),
            ]);
        return path;
    }
}
