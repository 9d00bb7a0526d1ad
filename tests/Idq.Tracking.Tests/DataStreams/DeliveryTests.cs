using System.Diagnostics;
using Xunit.Abstractions;

namespace Idq.Tracking.Tests;

public sealed class DeliveryTests(ITestOutputHelper output) : StreamFixture
{
    [Fact]
    public async Task One_record_arrives()
    {
        var store = new InMemorySequenceStore([Run]);
        await using var server = await ServeAsync(Unix, store);
        await using var client = Connect(Unix);
        Assert.True(client.Append(Run, "loss", 0, 17, RecordValues.Of(("value", 0.5), ("note", "a"))));
        Assert.True((await client.FlushAsync(Patience)).IsComplete);
        await server.Ready.WaitAsync(Patience);
        await server.Received.WaitAsync(Patience);
        await server.Persisted.WaitAsync(Patience);
        var row = Assert.Single(await AllAsync(store, Run, "loss"));
        Assert.Equal((0, 17), (row.Idx, row.TimestampUs));
        Assert.Equal(Clock.GetCurrentInstant().ToUnixTimeTicks() / 10, row.ReceivedUs);
        Assert.Equal(RecordValues.Of(("value", 0.5), ("note", "a")), row.Values);
    }

    [Theory]
    [InlineData(DataStreamKind.Unix)]
    [InlineData(DataStreamKind.Inet)]
    public async Task A_hundred_thousand_records_all_arrive(DataStreamKind kind)
    {
        const int count = 100_000;
        var store = new InMemorySequenceStore([Run]);
        await using var server = await ServeAsync(kind == DataStreamKind.Unix ? Unix : Inet, store);
        await using var client = Connect((kind == DataStreamKind.Unix ? Unix : Inet) with { CliAddress = server.Address });
        var values = Enumerable.Range(0, count).Select(i => Row(i)).ToArray();
        long start = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++) client.Append(Run, "loss", i, 1_700_000_000_000_000 + (10 * i), values[i]);
        var appended = Stopwatch.GetElapsedTime(start);
        var outcome = await client.FlushAsync(Patience);
        var acknowledged = Stopwatch.GetElapsedTime(start);
        await server.PersistedAsync(count).WaitAsync(Patience);
        output.WriteLine(
            $"{kind}: appended in {appended}, acknowledged in {acknowledged}: {count / acknowledged.TotalSeconds:F0} records/s; "
                + $"{client.Statistics}"
        );
        output.WriteLine(server.Statistics.ToString());
        Assert.True(outcome.IsComplete);
        var rows = await AllAsync(store, Run, "loss");
        Assert.Equal(Enumerable.Range(0, count).Select(i => (long)i), rows.Select(row => row.Idx));
        Assert.All(rows, row => Assert.Equal((double)row.Idx, row.Values["value"].AsDouble()));
        Assert.Equal(0, client.Statistics.DroppedRecords);
    }

    [Fact]
    public async Task Over_a_bad_network_every_record_arrives_once()
    {
        const int count = 20_000;
        var store = new InMemorySequenceStore([Run]);
        await using var server = await ServeAsync(Inet, store);
        await using var relay = new LossyRelay(server.Address, seed: 11);
        await using var client = Connect(Inet with { CliAddress = relay.Address, LimitInet = 512 });
        for (var i = 0; i < count; i++) client.Append(Run, "loss", i, i, Row(i));
        var outcome = await client.FlushAsync(Patience);
        output.WriteLine($"{relay.Mischief}; {client.Statistics}");
        Assert.True(outcome.IsComplete);
        Assert.True(relay.Mischief is { Dropped: > 10, Repeated: > 10, Swapped: > 10, Damaged: > 0 });
        await server.PersistedAsync(count).WaitAsync(Patience);
        var rows = await AllAsync(store, Run, "loss");
        Assert.Equal(Enumerable.Range(0, count).Select(i => (long)i), rows.Select(row => row.Idx));
        Assert.All(rows, row => Assert.Equal((double)row.Idx, row.Values["value"].AsDouble()));
        var statistics = server.Statistics;
        Assert.True(statistics.DuplicateMessages > 0);
        Assert.Equal(0, statistics.DuplicateRecords);
        Assert.Equal(count, statistics.Records);
        Assert.True(
            statistics.Refused[MessageFailure.Checksum]
                + statistics.Refused[MessageFailure.NotAMessage]
                + statistics.Refused[MessageFailure.Version]
                > 0
        );
        Assert.Equal((0, 0), (statistics.MissingMessages, statistics.LostMessages));
        Assert.True(client.Statistics.LostMessages > 0);
    }

    [Theory]
    [InlineData(DataStreamKind.Unix)]
    [InlineData(DataStreamKind.Inet)]
    public async Task What_does_not_fit_a_datagram_takes_the_stream(DataStreamKind kind)
    {
        var options = kind == DataStreamKind.Unix ? Unix : Inet;
        var store = new InMemorySequenceStore([Run]);
        await using var server = await ServeAsync(options, store);
        await using var client = Connect(options with { CliAddress = server.Address });
        var large = Enumerable.Range(0, 500_000).Select(i => (double)i).ToArray();
        client.Append(Run, "loss", 0, 0, Row(0));
        client.Append(Run, "loss", 1, 0, RecordValues.Of(("value", large)));
        client.Append(Run, "loss", 2, 0, RecordValues.Of(("value", new byte[5000])));
        client.Append(Run, "loss", 3, 0, Row(3));
        Assert.True((await client.FlushAsync(Patience)).IsComplete);
        await server.PersistedAsync(4).WaitAsync(Patience);
        var rows = await AllAsync(store, Run, "loss");
        Assert.Equal([0, 1, 2, 3], rows.Select(row => row.Idx));
        Assert.Equal(large, rows[1].Values["value"].AsArray().ToDoubles());
        Assert.Equal(2, client.Statistics.StreamMessages);
        Assert.Equal(2, server.Statistics.StreamMessages);
    }

    [Theory]
    [InlineData(DataStreamKind.Unix, 4096)]
    [InlineData(DataStreamKind.Inet, 1500)]
    public async Task Without_the_stream_a_record_that_does_not_fit_is_refused_with_both_sizes(DataStreamKind kind, int limit)
    {
        var options = (kind == DataStreamKind.Unix ? Unix : Inet with { CliAddress = "127.0.0.1:9" }) with
        {
            Stream = false,
            CliCloseTimeout = TimeSpan.Zero,
        };
        await using var client = Connect(options);
        var overhead = Message.Overhead(false) + 1 + 16 + 5 + 1 + 6 + 1 + 1 + 1 + 1 + 2;
        Assert.True(client.Append(Run, "loss", 0, 0, RecordValues.Of(("value", new byte[limit - overhead]))));
        var e = Assert.Throws<DataStreamException>(() =>
            client.Append(Run, "loss", 0, 0, RecordValues.Of(("value", new byte[limit - overhead + 1])))
        );
        Assert.Equal(DataStreamFailure.TooBig, e.Failure);
        Assert.Equal($"Too much data to send: {limit + 1} > {limit} (solution: reduce the contents of the sequence)", e.Message);
        Assert.Equal(1, client.Statistics.Records);
    }

    [Fact]
    public async Task A_record_that_fits_only_when_compressed_goes_in_a_datagram()
    {
        var options = Unix with { Stream = false, Compress = true };
        var store = new InMemorySequenceStore([Run]);
        await using var server = await ServeAsync(options with { Compress = false }, store);
        await using var client = Connect(options);
        string text = new('x', 50_000);
        client.Append(Run, "loss", 0, 0, RecordValues.Of(("text", text)));
        Assert.True((await client.FlushAsync(Patience)).IsComplete);
        await server.PersistedAsync(1).WaitAsync(Patience);
        Assert.Equal(text, (await AllAsync(store, Run, "loss"))[0].Values["text"].AsText());
        Assert.Equal(0, client.Statistics.StreamMessages);
    }

    [Fact]
    public async Task Stopping_right_after_sending_keeps_all()
    {
        for (var round = 0; round < 20; round++)
        {
            var options = Unix with { SrvWal = InFolder("wal" + round) };
            var store = new DurableStore();
            var server = await ServeAsync(options with { SrvThrottlePersist = TimeSpan.FromSeconds(3) }, store);
            var client = Connect(options with { CliCloseTimeout = TimeSpan.FromMilliseconds(1) });
            for (var i = 0; i < 2000; i++) client.Append(Run, "loss", i, i, Row(i));
            await UntilAsync(() => client.Statistics.Messages > round % 5);
            var stopped = await server.StopAsync();
            Assert.Equal(0, stopped.Unpersisted);
            long acknowledged = client.Statistics.AcknowledgedRecords;
            await client.DisposeAsync();
            var rows = await AllAsync(store, Run, "loss");
            Assert.True(rows.Count >= acknowledged);
            Assert.Equal(server.Statistics.Records, rows.Count);
            Assert.False(File.Exists(options.SrvAddress));
            Assert.Empty(Directory.GetFiles(options.SrvWal, "*.log"));
        }
    }

    [Fact]
    public async Task Records_wait_for_a_server_that_comes_later_and_for_one_that_comes_back()
    {
        var store = new InMemorySequenceStore([Run]);
        await using var client = Connect(Unix);
        for (var i = 0; i < 1000; i++) client.Append(Run, "loss", i, i, Row(i));
        var outcome = await client.FlushAsync(TimeSpan.FromMilliseconds(300));
        Assert.Equal(1000, outcome.Unacknowledged);
        Assert.False(outcome.IsComplete);
        for (var start = 1; start <= 3; start++)
        {
            var server = await ServeAsync(Unix, store);
            Assert.True((await client.FlushAsync(Patience)).IsComplete);
            await server.StopAsync();
            for (var i = start * 1000; i < (start + 1) * 1000; i++) client.Append(Run, "loss", i, i, Row(i));
        }

        Assert.Equal(3000, (await AllAsync(store, Run, "loss")).Count);
        Assert.True(client.Statistics.Errors > 0);
        await using var last = await ServeAsync(Unix, store);
        Assert.True((await client.FlushAsync(Patience)).IsComplete);
        await last.PersistedAsync(4000).WaitAsync(Patience);
        Assert.Equal(Enumerable.Range(0, 4000).Select(i => (long)i), (await AllAsync(store, Run, "loss")).Select(row => row.Idx));
    }

    [Fact]
    public async Task Many_clients_and_threads_at_once_lose_nothing()
    {
        var store = new InMemorySequenceStore([Run]);
        await using var server = await ServeAsync(Unix, store);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(c => Task.Run(async () =>
        {
            await using var client = Connect(Unix);
            await Task.WhenAll(Enumerable.Range(0, 3).Select(t => Task.Run(() =>
            {
                for (var i = 0; i < 2000; i++) client.Append(Run, $"loss {c} {t}", i, i, Row(i));
            })));
            Assert.True((await client.FlushAsync(Patience)).IsComplete);
        })));
        await server.PersistedAsync(36_000).WaitAsync(Patience);
        foreach (var name in await store.SequencesAsync(Run, CancellationToken.None))
            Assert.Equal(
                Enumerable.Range(0, 2000).Select(i => (double)i),
                (await AllAsync(store, Run, name)).Select(row => row.Values["value"].AsDouble())
            );
        Assert.Equal(36_000, store.Count);
    }
}

/// <summary>A store in memory that says that it survives: the log is cut as for a database.</summary>
public sealed class DurableStore : ISequenceStore
{
    readonly InMemorySequenceStore inner = new();

    /// <summary>What the next calls throw; null: nothing.</summary>
    public Func<IReadOnlyList<SequenceBatch>, Exception?>? Failing { get; set; }

    public bool IsDurable => true;

    public InMemorySequenceStore Inner => inner;

    public ValueTask<bool> KnowsRunAsync(Guid run, CancellationToken cancellationToken) => inner.KnowsRunAsync(run, cancellationToken);

    public ValueTask<AppendOutcome> AppendAsync(IReadOnlyList<SequenceBatch> batches, CancellationToken cancellationToken) =>
        Failing?.Invoke(batches) is { } e ? throw e : inner.AppendAsync(batches, cancellationToken);

    public ValueTask<AppendOutcome> ReconcileAsync(
        Guid run,
        string sequence,
        IReadOnlyList<SequenceRow> rows,
        CancellationToken cancellationToken
    ) => inner.ReconcileAsync(run, sequence, rows, cancellationToken);

    public ValueTask<IReadOnlyList<string>> SequencesAsync(Guid run, CancellationToken cancellationToken) =>
        inner.SequencesAsync(run, cancellationToken);

    public ValueTask<IReadOnlyList<SequenceRow>> RowsAsync(
        Guid run,
        string sequence,
        long fromIdx,
        int limit,
        CancellationToken cancellationToken
    ) => inner.RowsAsync(run, sequence, fromIdx, limit, cancellationToken);

    public ValueTask<IReadOnlyList<IdxRange>> GapsAsync(Guid run, string sequence, CancellationToken cancellationToken) =>
        inner.GapsAsync(run, sequence, cancellationToken);
}
