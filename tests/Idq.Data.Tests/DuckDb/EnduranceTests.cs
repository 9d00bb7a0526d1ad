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
    public async Task Spans_stay_where_they_are_while_the_collector_moves_everything_else()
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
        using var connection = database.Connect();
        for (var round = 0; round < 12; round++)
        {
            var sample = new Sample(20 + (round * 601));
            ParquetFile.Write(folder.File("moving.parquet"), sample.Columns());
            sample.AssertEqual(connection, folder.File("moving.parquet"));
        }

        await stop.CancelAsync();
        await collector.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void Writing_and_reading_give_their_memory_back()
    {
        using var connection = database.Connect();
        var sample = new Sample(20_000);
        void Round(int rounds)
        {
            for (var i = 0; i < rounds; i++)
            {
                ParquetFile.Write(folder.File("leak.parquet"), sample.Columns());
                sample.AssertRead(folder.File("leak.parquet"));
                Assert.Equal(20_000, connection.Rows($"FROM {Sql.Text(folder.File("leak.parquet"))}").Length);
                // A result of which only a part was taken is given back too.
                foreach (var chunk in connection.Query("SELECT i, 'a text of some length ' || i FROM range(20000) t(i)"))
                {
                    Assert.NotNull(chunk.Text(1, 7));
                    break;
                }
            }
        }

        Round(20);
        var before = Resident();
        Round(60);
        // A leak of one column of a round would be 10 MB, of the texts 50 MB.
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
                using var result = connection.Query("SELECT count(*) FROM range(2000000) t(i) WHERE sin(i) < 2", cancellation.Token);
                Assert.Equal(2_000_000L, result.Next()!.Longs(0)[0]);
                outcomes.Add(true);
            }
            catch (OperationCanceledException)
            {
                outcomes.Add(false);
            }

            Assert.Equal((long)round, connection.Scalar($"SELECT {round}"));
        }

        Assert.Contains(false, outcomes);
    }

    [Fact]
    public void A_write_that_is_under_way_is_cancelled_soon_and_leaves_no_file()
    {
        using var cancellation = new CancellationTokenSource();
        var values = new double[100_000];
        var parts = 0;
        IEnumerable<IReadOnlyList<ParquetColumn>> Endless()
        {
            while (true)
            {
                if (++parts == 3) cancellation.Cancel();
                yield return [ParquetColumn.Doubles("a", values), ParquetColumn.Doubles("b", values)];
            }
        }

        Assert.Throws<OperationCanceledException>(() =>
            ParquetFile.Write(folder.File("big.parquet"), Endless(), null, ParquetCompression.Snappy, cancellation.Token));
        Assert.Equal(3, parts);
        Assert.False(File.Exists(folder.File("big.parquet")));
    }

    [Fact]
    public void Connections_come_and_go_while_others_work()
    {
        Parallel.For(0, 200, i =>
        {
            using var connection = database.Connect();
            connection.Execute($"CREATE TABLE t{i} (x VARCHAR, n BIGINT)");
            using (var rows = connection.Append($"t{i}"))
            {
                rows.Add($"value {i}").Add(i).EndRow();
                rows.Add((string?)null).Add((long?)null).EndRow();
                rows.Close();
            }
            var read = connection.Rows($"FROM t{i}");
            Assert.Equal([$"value {i}", (long)i], read[0]);
            Assert.Equal([null, null], read[1]);
            connection.Execute($"DROP TABLE t{i}");
        });
        using var last = database.Connect();
        Assert.Empty(last.Texts("SELECT name FROM (SHOW ALL TABLES)"));
    }

    static long Resident()
    {
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
