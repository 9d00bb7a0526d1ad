using System.Net;
using System.Net.Sockets;

namespace Idq.Tracking.Tests;

/// <summary>Stopping comes to an end and loses nothing, whatever goes on meanwhile.</summary>
public sealed class StopTests : StreamFixture
{
    [Fact]
    public async Task Stopping_ends_in_time_though_the_store_takes_nothing_and_every_queue_is_full()
    {
        var store = new DurableStore { Failing = _ => new TrackerException(TrackerFailure.Busy, "busy") };
        var server = await ServeAsync(Unix with { SrvQueue = 1 }, store);
        await using var client = Connect(Unix with { CliBuffer = 1 << 28, CliCloseTimeout = TimeSpan.Zero });
        // More than may wait in memory for the store.
        for (int i = 0; i < 7; i++) client.Append(Run, "large", i, i, RecordValues.Of(("value", new byte[15 << 20])));
        await UntilAsync(() => server.Statistics.Records >= 6);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
        socket.Connect(new UnixDomainSocketEndPoint(InFolder("s")));
        for (ulong number = 1; number <= 5; number++) socket.Send(Datagrams.One(Run, number));
        await UntilAsync(() => server.Statistics.Queued >= 2);
        var outcome = await server.StopAsync(TimeSpan.FromMilliseconds(300)).WaitAsync(Patience);
        Assert.True(outcome.Unpersisted >= 6);
        store.Failing = null;
        await using var next = await ServeAsync(Unix, store);
        Assert.True(next.Statistics.ReplayedRecords >= 6);
    }

    [Fact]
    public async Task A_connection_that_breaks_while_the_server_stops_takes_nothing_with_it()
    {
        var store = new DurableStore();
        var server = await ServeAsync(Inet with { SrvThrottlePersist = TimeSpan.FromSeconds(1) }, store);
        await using (var client = Connect(Inet with { CliAddress = server.Address }))
        {
            for (var i = 0; i < 1000; i++) client.Append(Run, "loss", i, i, Row(i));
            Assert.True((await client.FlushAsync(Patience)).IsComplete);
        }

        long errors = server.Statistics.Errors;
        for (var i = 0; i < 10; i++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(IPEndPoint.Parse(server.Address));
            // Closed with a reset.
            socket.LingerState = new LingerOption(true, 0);
        }

        await UntilAsync(() => server.Statistics.Errors >= errors + 5);
        Assert.Equal(0, (await server.StopAsync()).Unpersisted);
        Assert.Equal(1000, store.Inner.Count);
    }

    [Fact]
    public async Task A_server_whose_socket_was_deleted_stops_all_the_same()
    {
        var server = await ServeAsync(Unix, new InMemorySequenceStore());
        File.Delete(InFolder("s"));
        await server.StopAsync().WaitAsync(Patience);
    }

    [Fact]
    public async Task A_server_that_takes_over_the_address_while_the_old_one_drains_keeps_it()
    {
        var store = new DurableStore { Failing = _ => new TrackerException(TrackerFailure.Busy, "busy") };
        var old = await ServeAsync(Unix, store);
        await using (var client = Connect(Unix))
        {
            client.Append(Run, "loss", 0, 0, Row(0));
            Assert.True((await client.FlushAsync(Patience)).IsComplete);
        }

        var stopping = old.StopAsync(TimeSpan.FromSeconds(20));
        await UntilAsync(() => !File.Exists(InFolder("s")) && !File.Exists(InFolder("s.stream")));
        await using var next = await ServeAsync(Unix with { SrvWal = InFolder("wal2") }, new InMemorySequenceStore());
        store.Failing = null;
        Assert.Equal(0, (await stopping).Unpersisted);
        await using var other = Connect(Unix);
        other.Append(Run, "loss", 0, 0, Row(0));
        Assert.True((await other.FlushAsync(Patience)).IsComplete);
    }
}
