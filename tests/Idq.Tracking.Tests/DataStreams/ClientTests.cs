using System.Diagnostics;

namespace Idq.Tracking.Tests;

public sealed class ClientTests : StreamFixture
{
    // Nobody listens: everything waits.
    DataStreamOptions Small => Unix with { CliBuffer = 1 << 16, CliCloseTimeout = TimeSpan.Zero };

    static readonly RecordValues Kilobyte = RecordValues.Of(("value", new byte[1000]));

    [Fact]
    public async Task A_full_buffer_gives_up_the_oldest_and_counts_them()
    {
        var store = new InMemorySequenceStore();
        await using var client = Connect(Small);
        for (var i = 0; i < 200; i++) Assert.True(client.Append(Run, "loss", i, i, Kilobyte));
        var statistics = client.Statistics;
        Assert.InRange(statistics.DroppedRecords, 130, 145);
        Assert.Equal(200, statistics.DroppedRecords + statistics.WaitingRecords);
        await using var server = await ServeAsync(Unix, store);
        await client.FlushAsync(Patience);
        await server.PersistedAsync(200 - statistics.DroppedRecords).WaitAsync(Patience);
        // The newest are there, and the gap says what is not.
        Assert.Equal([new IdxRange(0, statistics.DroppedRecords - 1)], await store.GapsAsync(Run, "loss", CancellationToken.None));
        Assert.Equal(199, (await AllAsync(store, Run, "loss"))[^1].Idx);
    }

    [Fact]
    public async Task A_full_buffer_can_give_up_the_newest()
    {
        await using var client = Connect(Small with { CliOverflow = StreamOverflow.DropNewest });
        var taken = Enumerable.Range(0, 200).Count(i => client.Append(Run, "loss", i, i, Kilobyte));
        Assert.InRange(taken, 55, 70);
        Assert.Equal((200 - taken, taken), (client.Statistics.DroppedRecords, client.Statistics.WaitingRecords));
        Assert.False(client.Append(Run, "loss", 200, 0, Kilobyte));
    }

    [Fact]
    public async Task A_full_buffer_can_make_the_caller_wait()
    {
        await using var client = Connect(Small with { CliOverflow = StreamOverflow.Block });
        var appending = Task.Run(() =>
        {
            for (var i = 0; i < 300; i++) Assert.True(client.Append(Run, "loss", i, i, Kilobyte));
        });
        await UntilAsync(() => client.Statistics.Records > 50);
        await Task.Delay(100);
        Assert.False(appending.IsCompleted);
        var store = new InMemorySequenceStore();
        await using var server = await ServeAsync(Unix, store);
        await appending.WaitAsync(Patience);
        Assert.True((await client.FlushAsync(Patience)).IsComplete);
        await server.PersistedAsync(300).WaitAsync(Patience);
        Assert.Empty(await store.GapsAsync(Run, "loss", CancellationToken.None));
    }

    [Fact]
    public async Task Closing_ends_the_wait_of_a_caller()
    {
        var client = Connect(Small with { CliOverflow = StreamOverflow.Block });
        var appending = Task.Run(() =>
        {
            for (var i = 0; i < 300; i++) client.Append(Run, "loss", i, i, Kilobyte);
        });
        await UntilAsync(() => client.Statistics.Records > 50);
        await client.CloseAsync(TimeSpan.Zero).WaitAsync(Patience);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => appending.WaitAsync(Patience));
    }

    [Fact]
    public async Task The_spool_brings_what_was_not_acknowledged_to_the_next_client()
    {
        var options = Small with { CliSpool = InFolder("spool") };
        await using (var first = Connect(options))
        {
            // More than the buffer holds: the spool has room.
            for (var i = 0; i < 500; i++) first.Append(Run, "loss", i, i, Kilobyte);
            Assert.Throws<DataStreamException>(() => Connect(options));
            var outcome = await first.CloseAsync(TimeSpan.Zero);
            Assert.Equal(new FlushOutcome(500, 0, 0), outcome);
        }

        var store = new InMemorySequenceStore();
        await using var server = await ServeAsync(Unix, store);
        await using (var second = Connect(options))
        {
            second.Append(Run, "loss", 500, 0, Kilobyte);
            Assert.True((await second.FlushAsync(Patience)).IsComplete);
        }

        await server.PersistedAsync(501).WaitAsync(Patience);
        Assert.Equal(501, store.Count);
        Assert.Empty(Directory.GetFiles(InFolder("spool"), "*.log"));
        await using var third = Connect(options);
        Assert.Equal(0, third.Statistics.WaitingRecords);
    }

    [Fact]
    public async Task Append_does_not_wait_for_anybody()
    {
        await using var client = Connect(Unix with { CliCloseTimeout = TimeSpan.Zero, CliThrottleSend = TimeSpan.FromMilliseconds(50) });
        long start = Stopwatch.GetTimestamp();
        for (var i = 0; i < 20_000; i++) client.Append(Run, "loss", i, i, Row(i));
        // One message would take 50 ms; these are about sixty.
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task The_throttle_of_sending_holds()
    {
        await using var server = await ServeAsync(Unix, new InMemorySequenceStore());
        await using var client = Connect(Unix with { CliThrottleSend = TimeSpan.FromMilliseconds(20) });
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < 40; i++) client.Append(Run, "loss", i, i, RecordValues.Of(("value", new byte[3000])));
        Assert.True((await client.FlushAsync(Patience)).IsComplete);
        // Forty messages less the burst of ten.
        Assert.True(Stopwatch.GetElapsedTime(start) > TimeSpan.FromMilliseconds(20 * 28));
    }

    [Fact]
    public async Task The_callers_mistakes_are_told_at_once_and_nothing_is_kept()
    {
        var client = Connect(Small);
        Assert.Equal(
            DataStreamFailure.InvalidValue,
            Assert.Throws<DataStreamException>(() => client.Append(Run, "loss", -1, 0, Row(0))).Failure
        );
        Assert.Equal(DataStreamFailure.InvalidKey, Assert.Throws<DataStreamException>(() => client.Append(Run, "", 0, 0, Row(0))).Failure);
        Assert.Equal(
            DataStreamFailure.InvalidValue,
            Assert.Throws<DataStreamException>(() => client.Append(Run, "loss", 0, 0, RecordValues.Of(("x", "\ud800")))).Failure
        );
        Assert.Equal(
            DataStreamFailure.TooBig,
            Assert.Throws<DataStreamException>(() => client.Append(Run, "loss", 0, 0, RecordValues.Of(("x", new byte[17 << 20])))).Failure
        );
        Assert.Equal(0, client.Statistics.Records);
        await client.DisposeAsync();
        await client.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => client.Append(Run, "loss", 0, 0, Row(0)));
    }

    [Fact]
    public async Task A_spool_that_the_disk_does_not_take_costs_neither_the_program_nor_what_memory_holds()
    {
        var options = Small with { CliSpool = InFolder("spool") };
        await using var client = Connect(options);
        Directory.Delete(InFolder("spool"), recursive: true);
        for (var i = 0; i < 200; i++) Assert.True(client.Append(Run, "loss", i, i, Kilobyte));
        var statistics = client.Statistics;
        Assert.True(statistics.Errors > 0);
        // As much as fits the buffer; the rest went, and is counted.
        Assert.InRange(statistics.WaitingRecords, 50, 70);
        Assert.Equal(200, statistics.WaitingRecords + statistics.DroppedRecords);
        var store = new InMemorySequenceStore();
        await using var server = await ServeAsync(Unix, store);
        Assert.Equal(0, (await client.FlushAsync(Patience)).Unacknowledged);
        await server.PersistedAsync(statistics.WaitingRecords).WaitAsync(Patience);
        Assert.Equal(199, (await AllAsync(store, Run, "loss"))[^1].Idx);
        Assert.Contains(Log.Lines, line => line.Text.StartsWith("The spool cannot be used", StringComparison.Ordinal));
    }
}
