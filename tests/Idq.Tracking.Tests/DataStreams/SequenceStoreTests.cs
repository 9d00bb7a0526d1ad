using NodaTime;

namespace Idq.Tracking.Tests;

public sealed class SequenceStoreTestsOnSqlite() : SequenceStoreTests(TestEngine.Sqlite);

public sealed class SequenceStoreTestsOnPostgres() : SequenceStoreTests(TestEngine.Postgres);

/// <summary>The store of sequences in a database and the one in memory answer alike.</summary>
public abstract class SequenceStoreTests(TestEngine engine) : StoreFixture(engine)
{
    static readonly Guid Unknown = new("ffffffff-ffff-ffff-ffff-ffffffffffff");

    ISequenceStore[] Both(out Guid run)
    {
        var made = Store.CreateRun(Store.GetOrCreateExperiment("streams").Id, new RunDraft("run"));
        run = Guid.ParseExact(made.Uid, "N");
        return [Store, new InMemorySequenceStore([run])];
    }

    static SequenceRow Row(long idx, long timestamp = 5, long received = 9, double value = 0.5) =>
        new(idx, timestamp, received, RecordValues.Of(("value", value)));

    static ValueTask<AppendOutcome> Append(ISequenceStore store, Guid run, params SequenceRow[] rows) =>
        store.AppendAsync([new SequenceBatch(run, "loss", rows)], CancellationToken.None);

    static async Task<IReadOnlyList<SequenceRow>> All(ISequenceStore store, Guid run) =>
        await store.RowsAsync(run, "loss", 0, int.MaxValue, CancellationToken.None);

    [Fact]
    public async Task Rows_come_back_in_order_with_every_kind_of_value()
    {
        foreach (var store in Both(out var run))
        {
            var values = RecordValues.Of(
                ("none", StreamValue.Null),
                ("yes", true),
                ("n", long.MinValue),
                ("x", double.NaN),
                ("text", "q\0\u00e9\U0001f600'\""),
                ("bytes", new byte[] { 0, 255 }),
                ("when", Instant.FromUtc(2026, 1, 2, 3, 4, 5)),
                ("id", run),
                ("list", StreamValue.List(1, "a", 2.0)),
                ("$odd", StreamValue.Map(KeyValuePair.Create("$set", (StreamValue)1))),
                ("array", new[] { 1.5, double.NegativeInfinity }),
                ("table", new StreamTable(new KeyValuePair<string, IReadOnlyList<StreamValue>>("c", [1, 2.0])))
            );
            var row = new SequenceRow(1, 5, 9, values);
            Assert.Equal(new AppendOutcome(2, 0, 0), await Append(store, run, row, Row(0)));
            Assert.Equal([Row(0), row], await All(store, run));
            Assert.Equal(["loss"], await store.SequencesAsync(run, CancellationToken.None));
            Assert.Equal([row], await store.RowsAsync(run, "loss", 1, 5, CancellationToken.None));
            Assert.Equal([Row(0)], await store.RowsAsync(run, "loss", 0, 1, CancellationToken.None));
        }
    }

    [Fact]
    public async Task A_number_that_is_there_stays_as_it_is_and_counts_as_a_duplicate()
    {
        foreach (var store in Both(out var run))
        {
            await Append(store, run, Row(0, value: 1));
            Assert.Equal(new AppendOutcome(1, 2, 0), await Append(store, run, Row(0, value: 2), Row(1), Row(1)));
            Assert.Equal([Row(0, value: 1), Row(1)], await All(store, run));
        }
    }

    [Fact]
    public async Task Rows_of_unknown_and_deleted_runs_are_refused_and_the_others_kept()
    {
        foreach (var store in Both(out var run))
        {
            Assert.True(await store.KnowsRunAsync(run, CancellationToken.None));
            Assert.False(await store.KnowsRunAsync(Unknown, CancellationToken.None));
            var outcome = await store.AppendAsync(
                [new SequenceBatch(Unknown, "loss", [Row(0), Row(1)]), new SequenceBatch(run, "loss", [Row(0)])], CancellationToken.None);
            Assert.Equal(new AppendOutcome(1, 0, 2), outcome);
            Assert.Empty(await All(store, Unknown));
            Assert.Empty(await store.SequencesAsync(Unknown, CancellationToken.None));
            Assert.Equal(new AppendOutcome(0, 0, 1), await store.ReconcileAsync(Unknown, "loss", [Row(0)], CancellationToken.None));
        }

        Sql("UPDATE runs SET lifecycle = 'deleted'");
        Assert.False(await Store.KnowsRunAsync(Guid.ParseExact(Store.FindRun(1)!.Uid, "N"), CancellationToken.None));
    }

    [Fact]
    public async Task Gaps_are_listed_from_zero_to_the_largest_number()
    {
        foreach (var store in Both(out var run))
        {
            Assert.Empty(await store.GapsAsync(run, "loss", CancellationToken.None));
            await Append(store, run, Row(7), Row(2), Row(3), Row(9));
            Assert.Equal([new(0, 1), new(4, 6), new IdxRange(8, 8)], await store.GapsAsync(run, "loss", CancellationToken.None));
            await Append(store, run, Row(0), Row(1), Row(4), Row(5), Row(6), Row(8));
            Assert.Empty(await store.GapsAsync(run, "loss", CancellationToken.None));
        }
    }

    [Fact]
    public async Task A_full_persist_repairs_gaps_wins_over_the_stream_and_leaves_late_rows_no_chance()
    {
        foreach (var store in Both(out var run))
        {
            await Append(store, run, Row(1, timestamp: 1, received: 77, value: -1), Row(9));
            SequenceRow[] full = [Row(0, received: 0), Row(1, received: 0), Row(2, received: 0)];
            Assert.Equal(new AppendOutcome(2, 1, 0), await store.ReconcileAsync(run, "loss", full, CancellationToken.None));
            IReadOnlyList<SequenceRow> expected = [full[0], full[1] with { ReceivedUs = 77 }, full[2], Row(9)];
            Assert.Equal(expected, await All(store, run));
            // Again, and then a record that the network had kept back.
            Assert.Equal(new AppendOutcome(0, 3, 0), await store.ReconcileAsync(run, "loss", full, CancellationToken.None));
            Assert.Equal(new AppendOutcome(0, 1, 0), await Append(store, run, Row(2, value: -5)));
            Assert.Equal(expected, await All(store, run));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(1000)]
    public async Task Any_number_of_rows_goes_in_at_once(int count)
    {
        foreach (var store in Both(out var run))
        {
            var rows = Enumerable.Range(0, count).Select(i => Row(i, timestamp: i, value: i)).ToArray();
            Assert.Equal(new AppendOutcome(count, 0, 0), await Append(store, run, rows));
            Assert.Equal(rows, await All(store, run));
        }
    }

    [Fact]
    public async Task Rows_are_a_sign_of_life_and_plain_sql_reads_their_columns()
    {
        var run = Guid.ParseExact(Store.CreateRun(Store.GetOrCreateExperiment("streams").Id, new RunDraft("run")).Uid, "N");
        Clock.Advance(Duration.FromHours(1));
        await Append(Store, run, Row(0, value: 3), Row(1, value: 4));
        Assert.Equal(Clock.GetCurrentInstant(), Store.FindRun(1)!.Updated);
        string sum =
            Engine == TestEngine.Sqlite ? "sum(json_extract(value_json, '$.value'))" : "sum((value_json::json ->> 'value')::numeric)";
        Assert.Equal(7, Sql($"SELECT CAST({sum} AS BIGINT) FROM sequence_rows"));
    }

    [Fact]
    public async Task A_stream_ends_up_in_the_database_and_what_is_lost_is_repaired_by_the_full_persist()
    {
        var run = Guid.ParseExact(Store.CreateRun(Store.GetOrCreateExperiment("streams").Id, new RunDraft("run")).Uid, "N");
        var options = new DataStreamOptions { SrvAddress = InFolder("s"), CliAddress = InFolder("s"), SrvWal = InFolder("wal") };
        var sequence = new Sequence(run, "loss", Clock);
        await using (var server = await DataStreamServer.StartAsync(options, Store, Clock))
        await using (var client = DataStreamClient.Connect(options))
        {
            sequence.Append(("value", -1.0));
            using (client.Link(sequence))
            {
                for (var i = 1; i < 5000; i++) sequence.Append(("value", (double)i), ("late", i > 2500 ? "yes" : StreamValue.Null));
            }

            client.Append(Unknown, "loss", 0, 0, RecordValues.Of(("value", 1)));
            Assert.Equal(new FlushOutcome(0, 0, 1), await client.FlushAsync(TimeSpan.FromSeconds(60)));
            Assert.Equal(0, (await server.StopAsync()).Unpersisted);
        }

        Assert.Equal([new IdxRange(0, 0)], await Store.GapsAsync(run, "loss", CancellationToken.None));
        Assert.Equal(new AppendOutcome(1, 4999, 0), await Store.ReconcileAsync(run, "loss", sequence.Rows(), CancellationToken.None));
        Assert.Equal(
            sequence.Rows().Select(row => (row.Idx, row.TimestampUs, row.Values)),
            (await All(Store, run)).Select(row => (row.Idx, row.TimestampUs, row.Values))
        );
        Assert.Empty(Directory.GetFiles(options.SrvWal, "*.log"));
    }

    [Fact]
    public async Task A_failed_append_leaves_nothing()
    {
        var run = Guid.ParseExact(Store.CreateRun(Store.GetOrCreateExperiment("streams").Id, new RunDraft("run")).Uid, "N");
        await Assert.ThrowsAsync<DataStreamException>(async () =>
            await Store.AppendAsync(
                [
                    new SequenceBatch(run, "loss", [Row(0)]),
                    new SequenceBatch(run, "bad", [new SequenceRow(0, 0, 0, RecordValues.Of(("x", "\ud800")))]),
                ],
                CancellationToken.None
            )
        );
        Assert.Empty(await All(Store, run));
    }
}
