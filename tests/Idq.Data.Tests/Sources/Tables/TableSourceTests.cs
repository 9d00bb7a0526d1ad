using FsCheck;
using FsCheck.Fluent;
using Idq.Data.DuckDb;

namespace Idq.Data.Tests.Tables;

public sealed class TableSourceTests
{
    static TableSource Open(params string[] paths) => new(new TableOptions { Paths = paths });

    static Segment Seconds(double start, double end) => new(GpsTime.FromSeconds((decimal)start), GpsTime.FromSeconds((decimal)end));

    static void Sql(string sql)
    {
        using var database = DuckDatabase.Open();
        using var connection = database.Connect();
        connection.Execute(sql);
    }

    [SharedFact]
    public void The_earthquakes_of_the_first_run_are_read_from_CSV()
    {
        using var source = Open(SharedData.Path("lockloss-h1-o1", "triggers.csv"));
        Assert.Equal(3, source.Channels.Count);
        Assert.Equal(["amplitude", "magnitude", "distance_km", "predicted_amplitude", "origin_time"], source.Columns);
        Assert.Equal(15_087, Events.Read(source, Segment.FromSeconds(1_000_000_000, 1_300_000_000)).Count);
    }

    [SharedFact]
    public void The_times_of_a_CSV_file_are_exact()
    {
        using var source = Open(SharedData.Path("lockloss-h1-o1o2", "triggers.csv"));
        var lines = File.ReadLines(SharedData.Path("lockloss-h1-o1o2", "triggers.csv")).Skip(1).Select(l => l.Split(',')).ToArray();
        var table = Events.Read(source, Segment.All);
        Assert.Equal(
            lines
                .Select(l => $"{l[1]} {decimal.ToInt64(decimal.Parse(l[0]) * 1_000_000_000)} {double.Parse(l[2])}")
                .Order(StringComparer.Ordinal),
            Events.Of(table, "amplitude").Order(StringComparer.Ordinal)
        );
        Assert.Equal(new Segment(new(table.Times.ToArray().Min()), new(table.Times.ToArray().Max() + 1)), Assert.Single(table.Delivered));
    }

    [Theory]
    [InlineData("x.csv", "")]
    [InlineData("x.csv.gz", "(COMPRESSION gzip)")]
    [InlineData("x.tsv", "(DELIMITER '\t', FORMAT csv)")]
    [InlineData("x.json", "")]
    [InlineData("x.parquet", "")]
    public void Every_format_gives_the_same_events(string name, string how)
    {
        using var folder = new TemporaryFolder();
        Sql(
            $"COPY (SELECT * FROM (VALUES (1126000001.5, 'B', 7.0, 'x'), (1126000000.25, 'A', 5.5, 'y'), (1126000000.125, 'B', NULL, "
                + $"'z')) t(time, channel, snr, comment)) TO '{folder.File(name)}' {how}"
        );
        using var source = Open(folder.File(name));
        Assert.Equal(["A", "B"], source.Channels.Names);
        Assert.Equal(["snr"], source.Columns);
        Assert.Equal(
            ["A 1126000000250000000 5.5", "B 1126000000125000000 NaN", "B 1126000001500000000 7"],
            Events.Of(Events.Read(source, Segment.FromSeconds(1126000000, 1126000002)))
        );
        Assert.Equal(["B 1126000001500000000 7"], Events.Of(Events.Read(source, Segment.FromSeconds(1126000001, 1126000002))));
        Assert.Equal("[[1126000000.125, 1126000001.500000001)]", Events.Read(source, Segment.All).Delivered.ToString());
    }

    [Theory]
    [InlineData("'1126259462.391000001'", null)]
    [InlineData("1126259462.391000001::DECIMAL(20,9)", null)]
    [InlineData("1126259462391000001", TableTimeUnit.Nanoseconds)]
    [InlineData("1126259462391000001::HUGEINT::BIGINT", TableTimeUnit.Nanoseconds)]
    public void Times_are_exact_to_the_nanosecond(string expression, TableTimeUnit? unit)
    {
        using var source = new TableSource(new() { Query = $"SELECT {expression} AS time, 1.5 AS x", Channel = "C", TimeUnit = unit });
        Assert.Equal(["C 1126259462391000001 1.5"], Events.Of(Events.Read(source, Segment.All)));
    }

    [Theory]
    [InlineData("a.csv", "time,snr\n1126083726.900000001,5\n", 1126083726_900000001)]
    [InlineData("a.tsv", "time\tsnr\n1126083726.9\t5\n", 1126083726_900000000)]
    [InlineData("a.json", "[{\"time\": 1126083726.9, \"snr\": 5}]", 1126083726_900000000)]
    [InlineData("a.jsonl", "{\"time\": 1126083726.123456, \"snr\": 5}\n", 1126083726_123456000)]
    [InlineData("a.ndjson", "{\"time\": \"1126083726.900000001\", \"snr\": 5}\n", 1126083726_900000001)]
    [InlineData("b.csv", "snr,time_ns\n5,1126083726900000001\n", 1126083726_900000001)]
    public void Times_in_text_keep_their_digits(string name, string text, long expected)
    {
        using var folder = new TemporaryFolder();
        using var source = new TableSource(new() { Paths = [folder.Write(name, text)], Channel = "C" });
        Assert.Equal([$"C {expected} 5"], Events.Of(Events.Read(source, Segment.All)));
    }

    [Fact]
    public void Several_CSV_files_are_one_table_and_their_named_spans_are_delivered()
    {
        using var folder = new TemporaryFolder();
        folder.Write("H-X-1000-10.csv", "time,channel,snr\n1003.5,A,1\n");
        folder.Write("H-X-1020-10.csv", "channel,time,snr,q\nB,1027.5,2,3\n");
        using var source = Open(folder.Path);
        var table = Events.Read(source, Segment.FromSeconds(1001, 1100));
        Assert.Equal("[[1001, 1010), [1020, 1030)]", table.Delivered.ToString());
        Assert.Equal(["A 1003500000000 1 NaN", "B 1027500000000 2 3"], Events.Of(table, "snr", "q"));
    }

    [Fact]
    public void Parquet_files_of_different_columns_share_them_all()
    {
        using var folder = new TemporaryFolder();
        Sql($"COPY (SELECT 1003 AS time, 'A' AS channel, 1.5 AS snr) TO '{folder.File("a.parquet")}'");
        Sql($"COPY (SELECT 1004 AS time, 'A' AS channel, 2.5 AS q) TO '{folder.File("b.parquet")}'");
        Assert.Equal(
            ["A 1003000000000 1.5 NaN", "A 1004000000000 NaN 2.5"],
            Events.Of(Events.Read(Open(folder.Path), Segment.All), "snr", "q")
        );
    }

    [Fact]
    public void Numbers_of_every_type_are_features_and_other_columns_are_not()
    {
        using var source = new TableSource(
            new()
            {
                Query =
                    "SELECT 1 AS time, 'A' AS channel, 1::TINYINT AS a, 2::UBIGINT AS b, 2.25::DECIMAL(5,2) AS c, 3.5::FLOAT AS d, "
                        + "4::HUGEINT AS e, true AS f, 'x' AS g, DATE '2020-01-01' AS h, [1] AS i",
            }
        );
        Assert.Equal(["a", "b", "c", "d", "e", "f"], source.Columns);
        Assert.Equal(["A 1000000000 1 2 2.25 3.5 4 1"], Events.Of(Events.Read(source, Segment.All)));
    }

    [Fact]
    public void Times_of_single_precision_are_refused_because_they_are_none()
    {
        var failure = Assert.Throws<DataException>(() =>
            new TableSource(new() { Query = "SELECT 1262304001.5::FLOAT AS time, 'A' AS channel, 1.0 AS x" }));
        Assert.Contains("the column 'time' is FLOAT", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_query_may_end_in_a_comment_and_does_nothing_but_read()
    {
        using var folder = new TemporaryFolder();
        using var source = new TableSource(new() { Query = "SELECT 1 AS time, 'A' AS channel, 1.0 AS x -- all of it" });
        Assert.Equal(1, Events.Read(source, Segment.All).Count);
        var outside = $"SELECT 1 AS time, 'A' AS channel); COPY (SELECT 1) TO '{folder.File("out.csv")}'; (SELECT 1";
        Assert.Throws<DataException>(() => new TableSource(new() { Query = outside }));
        Assert.False(File.Exists(folder.File("out.csv")));
    }

    [Fact]
    public void Events_of_equal_time_keep_their_order()
    {
        using var source = new TableSource(
            new() { Query = "SELECT unnest([2, 1, 1, 1]) AS time, 'A' AS channel, unnest([0, 7, 5, 6]) AS x" }
        );
        Assert.Equal([7, 5, 6, 0], Events.Read(source, Segment.All).Column(0).ToArray());
    }

    [Fact]
    public void A_table_without_rows_is_an_empty_source()
    {
        using var source = new TableSource(new() { Query = "SELECT 1 AS time, 'A' AS channel, 1.0 AS x WHERE false" });
        Assert.Equal(0, source.Channels.Count);
        var table = Events.Read(source, Segment.FromSeconds(0, 10));
        Assert.Equal((0, true), (table.Count, table.Delivered.IsEmpty));
    }

    [Fact]
    public async Task Concurrent_reads_of_an_archive_agree_with_reads_one_by_one()
    {
        using var folder = new TemporaryFolder();
        Sql(
            $"COPY (SELECT 1000 + i / 10 AS time, 'A' AS channel, i AS x FROM range(20000) r(i)) TO "
                + $"'{folder.File("H-X-1000-2000.parquet")}'"
        );
        using var source = Open(folder.Path);
        var spans = Enumerable.Range(0, 40).Select(i => Segment.FromSeconds(1000 + 47 * i % 1900, 1000 + 47 * i % 1900 + 30)).ToArray();
        var expected = spans.Select(s => Events.Of(Events.Read(source, s))).ToArray();
        var actual = await Task.WhenAll(spans.Select(s => Task.Run(() => Events.Of(Events.Read(source, s)))));
        Assert.Equal(expected, actual);
        Assert.All(expected, e => Assert.Equal(300, e.Count));
    }

    [Fact]
    public void Whole_seconds_and_doubles_are_times_too()
    {
        using var whole = new TableSource(new() { Query = "SELECT 1126259462 AS time", Channel = "C" });
        Assert.Equal([1126259462_000000000], Events.Read(whole, Segment.All).Times.ToArray());
        using var number = new TableSource(new() { Query = "SELECT 1126259462.5::DOUBLE AS time", Channel = "C" });
        Assert.Equal([1126259462_500000000], Events.Read(number, Segment.All).Times.ToArray());
    }

    [Fact]
    public void Columns_may_have_other_names()
    {
        using var source = new TableSource(new()
        {
            Query = "SELECT 1.5 AS gps, 'A' AS name, 3 AS rho, 5 AS f, true AS ok", TimeColumn = "gps", ChannelColumn = "name",
            Columns = [new("snr", "rho"), new("frequency", "f"), new("ok")],
        });
        Assert.Equal(["snr", "frequency", "ok"], source.Columns);
        Assert.Equal(["A 1500000000 3 5 1"], Events.Of(Events.Read(source, Segment.All)));
    }

    [Fact]
    public void Channels_may_be_chosen_and_the_span_configured()
    {
        using var source = new TableSource(
            new()
            {
                Query = "SELECT unnest([1, 2, 3]) AS time, unnest(['A', 'B', 'A']) AS channel",
                Channels = ["A", "Z"],
                Span = Segment.FromSeconds(0, 10),
            }
        );
        Assert.Equal(["A", "Z"], source.Channels.Names);
        Assert.Equal(["A 1000000000 ", "A 3000000000 "], Events.Of(Events.Read(source, Segment.All)));
        Assert.Equal(SegmentList.Of(Segment.FromSeconds(4, 10)), Events.Read(source, Segment.FromSeconds(4, 20)).Delivered);
    }

    [Fact]
    public void Files_that_name_their_span_deliver_it_and_new_ones_are_found()
    {
        using var folder = new TemporaryFolder();
        Sql($"COPY (SELECT 1003 AS time, 'A' AS channel, 1.0 AS snr) TO '{folder.File("H-X-1000-10.parquet")}'");
        Sql($"COPY (SELECT 1027 AS time, 'A' AS channel, 2.0 AS snr) TO '{folder.File("H-X-1020-10.parquet")}'");
        using var source = Open(folder.Path);
        var table = Events.Read(source, Segment.FromSeconds(995, 1050));
        Assert.Equal("[[1000, 1010), [1020, 1030)]", table.Delivered.ToString());
        Assert.Equal(["A 1003000000000 1", "A 1027000000000 2"], Events.Of(table));
        Sql($"COPY (SELECT 1033 AS time, 'A' AS channel, 3.0 AS snr) TO '{folder.File("H-X-1030-10.parquet")}'");
        table = Events.Read(source, Segment.FromSeconds(1025, 1050));
        Assert.Equal("[[1025, 1040)]", table.Delivered.ToString());
        Assert.Equal(["A 1027000000000 2", "A 1033000000000 3"], Events.Of(table));
        Assert.Equal(0, Events.Read(source, Segment.FromSeconds(2000, 3000)).Count);
    }

    [Theory]
    [InlineData("SELECT 1 AS t, 'A' AS channel", "the query has no column 'time'; it has t, channel")]
    [InlineData("SELECT 1 AS time", "has no column 'channel'; it has time")]
    [InlineData("SELECT DATE '2020-01-01' AS time, 'A' AS channel", "expected GPS seconds")]
    [InlineData("SELECT now() AS time, 'A' AS channel", "expected GPS seconds")]
    [InlineData("SELECT 1.5::DOUBLE AS time_ns, 'A' AS channel", "not whole nanoseconds")]
    [InlineData("SELECT 'noon' AS time, 'A' AS channel", "noon")]
    [InlineData("SELECT NULL::INTEGER AS time, 'A' AS channel", "a row without a time")]
    [InlineData("SELECT 1 AS time, NULL::VARCHAR AS channel", "a row without a channel")]
    [InlineData("SELEC 1", "the query: ")]
    public void What_cannot_be_read_says_why(string query, string part) =>
        Assert.Contains(part, Assert.Throws<DataException>(() => new TableSource(new() { Query = query })).Message);

    [Fact]
    public void A_feature_must_be_there_and_be_a_number()
    {
        DataException Failure(string column) =>
            Assert.Throws<DataException>(() =>
                new TableSource(new() { Query = "SELECT 1 AS time, 'A' AS channel, 'x' AS text", Columns = [new(column)] })
            );
        Assert.Contains("no column 'snr'", Failure("snr").Message);
        Assert.Contains("'text' is VARCHAR, not numbers", Failure("text").Message);
    }

    [Fact]
    public void Missing_files_unknown_formats_and_mixtures_are_errors()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("/nonexistent.csv", Assert.Throws<DataException>(() => Open("/nonexistent.csv")).Message);
        Assert.Contains("no table", Assert.Throws<DataException>(() => Open(folder.Path)).Message);
        Assert.Contains(
            "no table by its extension",
            Assert.Throws<DataException>(() => Open(folder.Write("a.xyz", "time,channel\n"))).Message
        );
        Assert.Contains(
            "is a database of SQLite, which is not read as a table",
            Assert.Throws<DataException>(() => Open(folder.Write("a.sqlite", "SQLite format 3\0\x10"))).Message
        );
        Assert.Contains(
            "different formats",
            Assert.Throws<DataException>(() => Open(folder.Write("a.csv", "time,channel\n1,A\n"), folder.Write("a.json", "{}"))).Message
        );
        Assert.Contains("broken.parquet", Assert.Throws<DataException>(() => Open(folder.Write("broken.parquet", "nonsense"))).Message);
        Assert.Throws<ArgumentException>(() => new TableSource(new()));
    }

    [Fact]
    public void Special_characters_in_paths_are_no_patterns()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a[1]'s.csv", "time,channel\n1,A\n");
        folder.Write("a1's.csv", "time,channel\n2,A\n");
        Assert.Equal(["A 1000000000 "], Events.Of(Events.Read(Open(folder.File("a[1]'s.csv")), Segment.All)));
    }

    [Theory]
    [InlineData("time", "1126000000 + (i * 7919 % 45000) / 1000.0")]
    [InlineData("time", "(1126000000 + (i * 7919 % 45000) / 1000.0)::DECIMAL(20, 9)")]
    [InlineData("time_ns", "(1126000000000 + i * 7919 % 45000) * 1000000")]
    public void A_large_archive_gives_the_same_events_however_the_span_is_cut(string column, string expression)
    {
        using var folder = new TemporaryFolder();
        // In no order of time.
        Sql($"""
            COPY (SELECT {expression} AS {column}, 'C' || (i % 7) AS channel, i::DOUBLE AS snr FROM range(45000) r(i))
            TO '{folder.File("x.parquet")}'
            """);
        using var source = new TableSource(new() { Paths = [folder.File("x.parquet")], ResidentRows = 1000 });
        using var query = new TableSource(new() { Query = $"FROM '{folder.File("x.parquet")}'", ResidentRows = 1000 });
        Assert.Equal(7, source.Channels.Count);
        var span = Segment.FromSeconds(1126000010, 1126000030);
        var whole = Events.Of(Events.Read(source, span));
        Assert.Equal(20_000, whole.Count);
        Assert.Equal(whole, Events.Of(Events.Read(query, span)));
        Prop.ForAll(
                Gen.Choose(1, 19_999).ListOf().ToArbitrary(),
                milliseconds =>
                {
                    var edges = milliseconds.Distinct().Order().Select(m => m / 1000.0).Prepend(0).Append(20).ToArray();
                    var pieces = edges
                        .Zip(edges.Skip(1))
                        .Reverse()
                        .SelectMany(p => Events.Of(Events.Read(source, Seconds(1126000010 + p.First, 1126000010 + p.Second))));
                    return pieces.Order(StringComparer.Ordinal).SequenceEqual(whole.Order(StringComparer.Ordinal));
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(20));
        Assert.StartsWith(
            "[[1126000000, 1126000044.9990000",
            Events.Read(source, Segment.FromSeconds(1125999000, 1126009000)).Delivered.ToString()
        );
    }

    [Fact]
    public async Task A_cancelled_read_stops() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            using var source = new TableSource(new() { Query = "SELECT 1 AS time, 'A' AS channel" });
            await source.ReadAsync(Segment.All, new CancellationToken(true));
        });
}
