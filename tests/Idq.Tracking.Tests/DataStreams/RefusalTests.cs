using System.Net.Sockets;
using System.Text;

namespace Idq.Tracking.Tests;

/// <summary>What a server will never take is told to its client once, instead of coming again and again.</summary>
public sealed class RefusalTests : StreamFixture
{
    static readonly byte[] Key = Encoding.ASCII.GetBytes("secret");

    static RecordValues Bytes(int count) => RecordValues.Of(("value", new byte[count]));

    [Theory]
    [InlineData(DataStreamKind.Unix, false)]
    [InlineData(DataStreamKind.Inet, false)]
    [InlineData(DataStreamKind.Unix, true)]
    public async Task A_message_over_the_servers_limit_is_refused_for_good_and_those_around_it_arrive(DataStreamKind kind, bool isSigned)
    {
        var options = (kind == DataStreamKind.Unix ? Unix : Inet) with { Key = isSigned ? Key : default };
        var store = new InMemorySequenceStore([Run]);
        await using var server = await ServeAsync(options with { LimitStream = 1 << 16, SrvQuarantine = InFolder("refused") }, store);
        await using var client = Connect(options with { CliAddress = server.Address });
        foreach (var (idx, size) in ((int, int)[])[(0, 10), (1, 2_000_000), (2, 10), (3, 100_000), (4, 50_000)])
            client.Append(Run, "loss", idx, idx, Bytes(size));
        Assert.Equal(new FlushOutcome(0, 0, 2), await client.FlushAsync(Patience));
        Assert.Equal(
            (2, 5, 0),
            (client.Statistics.RefusedRecords, client.Statistics.AcknowledgedRecords, client.Statistics.WaitingRecords)
        );
        await server.PersistedAsync(3).WaitAsync(Patience);
        Assert.Equal([0, 2, 4], (await AllAsync(store, Run, "loss")).Select(row => row.Idx));
        Assert.True(server.Statistics.Refused[MessageFailure.TooBig] >= 2);
        Assert.Equal((0, 0), (server.Statistics.MissingMessages, server.Statistics.LostMessages));
        await UntilAsync(() => server.Statistics.Quarantined >= 2);
        Assert.All(QuarantinedMessage.ReadFolder(InFolder("refused")), message => Assert.Equal("too-big", message.Reason));
    }

    [Fact]
    public async Task A_datagram_over_the_servers_limit_is_refused_for_good()
    {
        var store = new InMemorySequenceStore([Run]);
        await using var server = await ServeAsync(Unix with { LimitUnix = 1000 }, store);
        await using var client = Connect(Unix);
        client.Append(Run, "loss", 0, 0, Bytes(2000));
        Assert.Equal(new FlushOutcome(0, 0, 1), await client.FlushAsync(Patience));
        client.Append(Run, "loss", 1, 0, Bytes(10));
        Assert.Equal(new FlushOutcome(0, 0, 1), await client.FlushAsync(Patience));
        await server.PersistedAsync(1).WaitAsync(Patience);
        Assert.Equal(1, Assert.Single(await AllAsync(store, Run, "loss")).Idx);
    }

    [Theory]
    [InlineData("other key")]
    [InlineData("damaged")]
    [InlineData("torn")]
    public async Task Nobody_else_can_have_a_clients_message_refused(string how)
    {
        var store = new InMemorySequenceStore([Run]);
        await using var server = await ServeAsync(Unix with { LimitStream = 1 << 16, Key = Key }, store);
        var bytes = new byte[200_000];
        var payload = new byte[150_000];
        var length = Message.Write(
            bytes,
            new MessageHead(MessageKind.Records, false, false, 7, 1, 1, 1, 0),
            payload,
            how == "other key" ? "other"u8 : Key
        );
        if (how == "damaged")
            bytes[1000] ^= 1;
        using (var stream = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            stream.Connect(new UnixDomainSocketEndPoint(InFolder("s") + ".stream"));
            stream.Send(bytes.AsSpan(0, how == "torn" ? length - 10 : length));
            stream.Shutdown(SocketShutdown.Send);
            // The end, and no answer.
            Assert.Equal(0, await stream.ReceiveAsync(new byte[1000]).WaitAsync(Patience));
        }

        // The real first message of client 7 is new all the same.
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(InFolder("s")));
        socket.Send(Datagrams.One(Run, 1, key: Key));
        await server.PersistedAsync(1).WaitAsync(Patience);
        Assert.Equal((1, 0), (store.Count, server.Statistics.DuplicateMessages));
        Assert.Equal(1, server.Statistics.Refused[MessageFailure.TooBig]);
    }

    [Fact]
    public async Task Rows_that_the_store_refuses_for_good_are_in_the_quarantine()
    {
        const int count = 3000;
        var store = new DurableStore
        {
            Failing = batches => batches.Any(batch => batch.Sequence == "bad") ? new TrackerException(TrackerFailure.Unusable, "no") : null,
        };
        await using (var server = await ServeAsync(Unix with { SrvQuarantine = InFolder("refused") }, store))
        {
            await using var client = Connect(Unix);
            for (var i = 0; i < count; i++)
                client.Append(Run, "bad", i, 10 * i, RecordValues.Of(("value", (double)i), ("note", "row " + new string('x', 50))));
            client.Append(Run, "good", 0, 0, Row(0));
            Assert.True((await client.FlushAsync(Patience)).IsComplete);
            await server.PersistedAsync(count + 1).WaitAsync(Patience);
            Assert.Equal(count, server.Statistics.FailedRecords);
        }

        var rows = new List<SequenceRow>();
        foreach (var message in QuarantinedMessage.ReadFolder(InFolder("refused")))
        {
            Assert.Equal(("store", "", message.Bytes.Length), (message.Reason, message.Sender, message.Length));
            Assert.Equal(Clock.GetCurrentInstant(), message.Received);
            Assert.Equal(MessageFailure.None, Message.Read(message.Bytes.Span, QuarantinedMessage.MaxBytes, [], out var head));
            Assert.Equal(
                MessageFailure.None,
                Message.ReadRecords(message.Bytes.Span, head, QuarantinedMessage.MaxBytes, 0, out var batches)
            );
            Assert.All(batches, batch => Assert.Equal((Run, "bad"), (batch.Run, batch.Sequence)));
            rows.AddRange(batches.SelectMany(batch => batch.Rows));
        }

        Assert.Equal(
            Enumerable.Range(0, count).Select(i => ((long)i, 10L * i, (double)i)),
            rows.OrderBy(row => row.Idx).Select(row => (row.Idx, row.TimestampUs, row.Values["value"].AsDouble()))
        );
        Assert.Equal(["good"], await store.SequencesAsync(Run, CancellationToken.None));
    }
}
