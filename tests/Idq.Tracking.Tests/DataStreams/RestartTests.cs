using System.Net.Sockets;

namespace Idq.Tracking.Tests;

/// <summary>Messages that come again after a restart of the server, because their acknowledgement was lost.</summary>
public sealed class RestartTests : StreamFixture
{
    void Send(params byte[][] messages)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(InFolder("s")));
        foreach (var message in messages) socket.Send(message);
    }

    [Fact]
    public async Task What_the_log_still_has_is_known_as_a_repetition()
    {
        var store = new DurableStore { Failing = _ => new TrackerException(TrackerFailure.Busy, "busy") };
        var first = await ServeAsync(Unix, store);
        Send(Datagrams.One(Run, 1, idx: 0), Datagrams.One(Run, 3, idx: 2));
        await first.Received.WaitAsync(Patience);
        await UntilAsync(() => first.Statistics.Records == 2);
        Assert.Equal(2, (await first.StopAsync(TimeSpan.FromMilliseconds(100))).Unpersisted);
        store.Failing = null;
        await using var second = await ServeAsync(Unix, store);
        Assert.Equal(2, second.Statistics.ReplayedRecords);
        Send(Datagrams.One(Run, 1, idx: 0), Datagrams.One(Run, 3, idx: 2), Datagrams.One(Run, 2, idx: 1));
        await second.PersistedAsync(3).WaitAsync(Patience);
        Assert.Equal(
            (2, 0, 1, 0),
            (
                second.Statistics.DuplicateMessages,
                second.Statistics.DuplicateRecords,
                second.Statistics.Records,
                second.Statistics.MissingMessages
            )
        );
        Assert.Equal(3, store.Inner.Count);
    }

    [Fact]
    public async Task What_is_in_the_store_and_no_longer_in_the_log_is_known_by_its_number()
    {
        var store = new DurableStore();
        var first = await ServeAsync(Unix, store);
        Send(Datagrams.One(Run, 1, idx: 0), Datagrams.One(Run, 2, idx: 1));
        await first.PersistedAsync(2).WaitAsync(Patience);
        await first.StopAsync();
        Assert.Empty(Directory.GetFiles(InFolder("wal"), "*.log"));
        await using var second = await ServeAsync(Unix, store);
        Send(Datagrams.One(Run, 1, idx: 0), Datagrams.One(Run, 2, idx: 1), Datagrams.One(Run, 3, idx: 2));
        await second.PersistedAsync(3).WaitAsync(Patience);
        Assert.Equal((0, 2, 1), (second.Statistics.DuplicateMessages, second.Statistics.DuplicateRecords, second.Statistics.Persisted));
        Assert.Equal(3, store.Inner.Count);
    }
}
