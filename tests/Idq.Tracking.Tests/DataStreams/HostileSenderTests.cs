using System.Net.Sockets;

namespace Idq.Tracking.Tests;

/// <summary>Senders that are wrong in ways that a checksum does not tell.</summary>
public sealed class HostileSenderTests : StreamFixture
{
    [Fact]
    public async Task What_a_message_says_of_its_client_is_not_believed_when_it_contradicts_itself()
    {
        var store = new InMemorySequenceStore([Run]);
        await using var server = await ServeAsync(Unix, store);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(InFolder("s")));
        socket.Send(Datagrams.One(Run, 1, idx: 0));
        // The first number that is still kept lies after its own; a number that has no next; no number.
        socket.Send(Datagrams.One(Run, 2, edge: 1_000_000));
        socket.Send(Datagrams.One(Run, ulong.MaxValue));
        socket.Send(Datagrams.One(Run, 0));
        socket.Send(Datagrams.One(Run, 2, idx: 1));
        await server.PersistedAsync(2).WaitAsync(Patience);
        var statistics = server.Statistics;
        Assert.Equal(3, statistics.Refused[MessageFailure.Content]);
        Assert.Equal((0, 0, 0), (statistics.LostMessages, statistics.MissingMessages, statistics.DuplicateMessages));
        Assert.Equal(2, store.Count);
    }

    [Fact]
    public async Task Connections_that_say_nothing_do_not_keep_others_out()
    {
        await using var server = await ServeAsync(Unix, new InMemorySequenceStore([Run]));
        var silent = new List<Socket>();
        for (var i = 0; i < StreamListener.MaxConnections + 10; i++)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(InFolder("s") + ".stream"));
            silent.Add(socket);
        }

        await using var client = Connect(Unix);
        client.Append(Run, "loss", 0, 0, RecordValues.Of(("value", new byte[100_000])));
        Assert.True((await client.FlushAsync(Patience)).IsComplete);
        foreach (var socket in silent) socket.Dispose();
    }

    [Fact]
    public void Clients_that_leave_gaps_on_purpose_cost_bounded_memory_and_push_out_nobody_who_is_heard()
    {
        var clients = new ClientTable();
        const ulong honest = ulong.MaxValue;
        const int hostile = 2 * ClientTable.MostRanges / ClientProgress.MaxRanges;
        var most = 0L;
        for (ulong client = 1; client <= hostile; client++)
        {
            clients.Settle(clients.Hear(Head(honest, client)), client, 0);
            var progress = clients.Hear(Head(client, 1));
            for (ulong number = 2; progress.HasRoomFor(number); number += 2) clients.Settle(progress, number, 0);
            Assert.InRange(clients.Ranges, 1, ClientTable.MostRanges);
            most = Math.Max(most, clients.Ranges);
        }

        // As many as there is room for, and not more; each of them twice eight bytes a range.
        Assert.True(most > ClientTable.MostRanges / 2);
        Assert.InRange(clients.Count, hostile / 4, (hostile / 2) + 1);
        Assert.Equal(hostile, (long)clients.Acknowledge(honest)!.Through);
        Assert.Null(clients.Acknowledge(1));
        // Who was forgotten may still have something to be settled; that counts for nothing.
        long before = clients.Ranges;
        clients.Settle(new ClientProgress(1), 2, 0);
        Assert.Equal(before, clients.Ranges);

        static MessageHead Head(ulong client, ulong number) => new(MessageKind.Records, false, false, client, number, 1, 1, 0);
    }

    [Fact]
    public void Of_too_many_clients_the_one_that_was_silent_longest_is_forgotten()
    {
        var clients = new ClientTable(3);
        foreach (ulong client in (ulong[])[1, 2, 3]) clients.Settle(clients.Hear(Head(client, 1)), 1, 0);
        clients.Hear(Head(1, 2));
        foreach (ulong client in (ulong[])[4, 5, 1])
        {
            var progress = clients.Hear(Head(client, 2));
            clients.Settle(progress, 2, 0);
        }

        Assert.Null(clients.Acknowledge(2));
        Assert.Null(clients.Acknowledge(3));
        Assert.Equal(2UL, clients.Acknowledge(1)!.Through);
        Assert.NotNull(clients.Acknowledge(4));
        Assert.NotNull(clients.Acknowledge(5));

        static MessageHead Head(ulong client, ulong number) => new(MessageKind.Records, false, false, client, number, 1, 1, 0);
    }
}

/// <summary>Messages made by hand.</summary>
static class Datagrams
{
    /// <summary>One record, of client 7.</summary>
    public static byte[] One(Guid run, ulong number, ulong edge = 1, long idx = 0, byte[]? key = null, string sequence = "loss")
    {
        var payload = new PayloadWriter();
        var body = new ByteWriter();
        ValueCodec.Write(body, 0.5);
        payload.Add(run, sequence, idx, 0, ["value"], body.Written, int.MaxValue);
        var bytes = new byte[1000];
        return bytes[
            ..Message.Write(bytes, new MessageHead(MessageKind.Records, false, false, 7, number, edge, 1, 0), payload.Written, key ?? [])
        ];
    }
}
