using System.Diagnostics;
using Idq.Data.DuckDb;
using Idq.Data.Parquet;
using Idq.Data.Tests.Parquet;

namespace Idq.Data.Tests.DuckDb;

/// <summary>What goes wrong only after many repetitions, or when the collector or another thread steps in.</summary>
[Collection(Alone.Name)]
public sealed class EnduranceTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly DuckDatabase database = DuckDatabase.Open();

    public void Dispose()
    {
        database.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Columns_stay_where_they_are_while_the_collector_moves_everything_else()
    {
        using var stop = new CancellationTokenSource();
        var collector = Task.Run(() =>
            {
                while (!stop.IsCancellationRequested)
                {
                    var garbage = Enumerable.Range(0, 100).Select(i => new byte[1000 + i]).ToArray();
                    var started = Stopwatch.GetTimestamp();
                    GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
                    GC.KeepAlive(garbage);
                    // As long a pause: with a large heap nobody else would get a turn.
                    Thread.Sleep(Stopwatch.GetElapsedTime(started));
                }
            });
        using var writer = new ParquetWriter(database);
        using var reader = new ParquetReader(database);
        for (var round = 0; round < 12; round++)
        {
            var sample = new Sample(20 + (round * 601));
            writer.Write(folder.File("moving.parquet"), sample.Columns());
            sample.AssertEqual(reader.Read(folder.File("moving.parquet")));
        }

        await stop.CancelAsync();
        await collector.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void Writing_and_reading_give_their_memory_back()
    {
        var texts = Enumerable.Range(0, 20_000).Select(i => $"a text of some length, number {i}").ToArray();
        var lists = Enumerable.Range(0, 20_001).Select(i => i * 4L).ToArray();
        DuckColumn[] columns =
        [
            DuckColumn.Texts("t", texts),
            DuckColumn.Bools("b", new bool[20_000]),
            DuckColumn.DoubleLists("l", lists, new double[80_000]),
        ];
        using var writer = new ParquetWriter(database);
        using var reader = new ParquetReader(database);
        void Round(int rounds)
        {
            for (var i = 0; i < rounds; i++)
            {
                writer.Write(folder.File("leak.parquet"), columns);
                Assert.Equal(20_000, reader.Read(folder.File("leak.parquet")).Count);
            }
        }

        Round(20);
        var before = Resident();
        Round(100);
        // A leak of the texts alone would be 90 MB, one of the results as much again.
        Assert.InRange(Resident() - before, long.MinValue, 60_000_000);
    }

    [Fact]
    public void However_a_statement_is_cancelled_it_ends_or_is_cancelled_and_the_connection_goes_on()
    {
        using var connection = database.Connect();
        var outcomes = new HashSet<bool>();
        for (var round = 0; round < 60; round++)
        {
            using var cancellation = new CancellationTokenSource();
            cancellation.CancelAfter(TimeSpan.FromTicks(round * 3000L));
            try
            {
                Assert.Equal(
                    2_000_000L,
                    connection.Table("SELECT count(*) AS n FROM range(2000000) t(i) WHERE sin(i) < 2", cancellation.Token).Longs("n")[0]
                );
                outcomes.Add(true);
            }
            catch (OperationCanceledException)
            {
                outcomes.Add(false);
            }

            Assert.Equal((long)round, connection.Scalar("SELECT ?", round));
        }

        Assert.Contains(false, outcomes);
    }

    [Fact]
    public void A_write_that_is_under_way_is_cancelled_soon_and_the_next_one_is_whole()
    {
        var values = new double[8_000_000];
        for (var i = 0; i < values.Length; i++)
            values[i] = Math.Sin(i);
        DuckColumn[] columns = [DuckColumn.Doubles("a", values), DuckColumn.Doubles("b", values), DuckColumn.Doubles("c", values)];
        using var writer = new ParquetWriter(database);
        using var reader = new ParquetReader(database);
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        var watch = Stopwatch.StartNew();
        Assert.Throws<OperationCanceledException>(() =>
            writer.Write(folder.File("big.parquet"), columns, cancellationToken: cancellation.Token)
        );
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"took {watch.Elapsed}");

        DuckColumn[] small =
        [
            DuckColumn.Doubles("a", values.AsMemory(0, 10)),
            DuckColumn.Doubles("b", values.AsMemory(0, 10)),
            DuckColumn.Doubles("c", values.AsMemory(0, 10)),
        ];
        writer.Write(folder.File("big.parquet"), small);
        Assert.Equal(values[..10], reader.Read(folder.File("big.parquet")).Doubles("c"));
    }

    [Fact]
    public void Connections_come_and_go_while_others_work()
    {
        Parallel.For(
            0,
            200,
            i =>
            {
                using var connection = database.Connect();
                connection.CreateTable(
                    $"t{i}",
                    [DuckColumn.Texts("x", [$"value {i}", null]), DuckColumn.Words("w", new[] { 0, -1 }, [$"word {i}"])]
                );
                var rows = connection.Query($"FROM t{i}").Rows().ToArray();
                Assert.Equal([$"value {i}", $"word {i}"], rows[0]);
                Assert.Equal([null, null], rows[1]);
                connection.Execute($"DROP TABLE t{i}");
            }
        );
        using var last = database.Connect();
        Assert.Empty(last.Table("SHOW ALL TABLES").Texts("name"));
        Assert.Equal(0L, last.Scalar("SELECT count(*) FROM duckdb_views() WHERE NOT internal"));
    }

    static long Resident()
    {
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
