using System.Net.Sockets;
using System.Text;

namespace Idq.Tracking.Tests;

public sealed class QuarantineTests : StreamFixture
{
    Socket Raw(string? name = null)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        if (name is not null) socket.Bind(new UnixDomainSocketEndPoint(name));
        socket.Connect(new UnixDomainSocketEndPoint(InFolder("s")));
        return socket;
    }

    [Fact]
    public async Task What_is_refused_can_be_looked_at_while_the_server_runs_and_after_a_restart()
    {
        var key = Encoding.ASCII.GetBytes("secret");
        var store = new InMemorySequenceStore([Run]);
        var options = Unix with { Key = key, SrvQuarantine = InFolder("refused") };
        byte[] damaged = Datagrams.One(Run, 1, key: key),
            unsigned = Datagrams.One(Run, 1),
            unknown = Datagrams.One(Guid.NewGuid(), 1, key: key);
        byte[] future = Datagrams.One(Run, 1, key: key),
            wrong = Datagrams.One(Run, 5, edge: 9, key: key);
        damaged[45] ^= 1;
        future[4] = 2;
        await using (var server = await ServeAsync(options, store))
        {
            using (var socket = Raw("\0quarantine test"))
            {
                foreach (var bytes in (byte[][])["?"u8.ToArray(), damaged, unsigned, future, wrong, unknown]) socket.Send(bytes);
            }

            await UntilAsync(() => server.Statistics.Quarantined == 6);
            var there = QuarantinedMessage.ReadFolder(InFolder("refused")).ToArray();
            // What the records are of is judged later than the frame.
            Assert.Equal(
                ["checksum", "content", "not-a-message", "signature", "unknown-run", "version"],
                there.Select(message => message.Reason).Order(StringComparer.Ordinal)
            );
            Assert.All(there, message => Assert.Equal(("@quarantine test", Clock.GetCurrentInstant()), (message.Sender, message.Received)));
            Assert.Equal(damaged, Of(there, "checksum"));
            Assert.Equal(unsigned, Of(there, "signature"));
            Assert.Equal(unknown, Of(there, "unknown-run"));
            Assert.Equal(0, server.Statistics.QuarantineMissed);
        }

        await using (var again = await ServeAsync(options, store))
        {
            Assert.True(again.Statistics.QuarantineBytes > 0);
            using var socket = Raw();
            socket.Send("after the restart"u8);
            await UntilAsync(() => again.Statistics.Quarantined == 1);
        }

        var all = QuarantinedMessage.ReadFolder(InFolder("refused")).ToArray();
        Assert.Equal(7, all.Length);
        Assert.Equal(("", "after the restart"), (all[6].Sender, Encoding.ASCII.GetString(all[6].Bytes.Span)));

        static byte[] Of(QuarantinedMessage[] messages, string reason) =>
            messages.Single(message => message.Reason == reason).Bytes.ToArray();
    }

    [Fact]
    public async Task It_keeps_the_newest_and_does_not_outgrow_its_limit()
    {
        const int limit = 1 << 20;
        await using var server = await ServeAsync(
            Unix with
            {
                SrvQuarantine = InFolder("refused"),
                SrvQuarantineLimit = limit,
            },
            new InMemorySequenceStore()
        );
        using var socket = Raw();
        var bytes = new byte[4000];
        for (var i = 0; i < 2000; i++)
        {
            BitConverter.TryWriteBytes(bytes, i);
            socket.Send(bytes);
            if (i % 100 == 99) await UntilAsync(() => server.Statistics is var now && now.Quarantined + now.QuarantineMissed == i + 1);
        }

        // What has been counted may still push old files out.
        await server.DisposeAsync();
        long size = Directory.GetFiles(InFolder("refused"), "*.log").Sum(file => new FileInfo(file).Length);
        // One file more while it is begun.
        Assert.InRange(size, limit / 2, limit + (limit / 4));
        Assert.Equal(size, server.Statistics.QuarantineBytes);
        var left = QuarantinedMessage.ReadFolder(InFolder("refused")).Select(message => BitConverter.ToInt32(message.Bytes.Span)).ToArray();
        Assert.Equal(left.Order(), left);
        Assert.True(left[0] > 1000);
    }

    [Fact]
    public async Task Of_a_long_message_the_beginning_is_kept()
    {
        await using var server = await ServeAsync(Unix with { SrvQuarantine = InFolder("refused") }, new InMemorySequenceStore([Run]));
        await using var client = Connect(Unix);
        client.Append(Guid.NewGuid(), "loss", 0, 0, RecordValues.Of(("value", new byte[200_000])));
        await client.FlushAsync(Patience);
        await UntilAsync(() => server.Statistics.Quarantined == 1);
        var message = Assert.Single(QuarantinedMessage.ReadFolder(InFolder("refused")));
        Assert.True(message.Length > 200_000);
        Assert.Equal(QuarantinedMessage.MaxBytes, message.Bytes.Length);
    }

    [Fact]
    public async Task A_disk_that_takes_nothing_is_counted_and_the_server_lives_on()
    {
        var store = new InMemorySequenceStore([Run]);
        await using var server = await ServeAsync(Unix with { SrvQuarantine = InFolder("refused") }, store);
        Directory.Delete(InFolder("refused"), recursive: true);
        using var socket = Raw();
        socket.Send("nonsense"u8);
        await UntilAsync(() => server.Statistics.QuarantineMissed == 1);
        socket.Send(Datagrams.One(Run, 1));
        await server.PersistedAsync(1).WaitAsync(Patience);
        Assert.Equal(0, server.Statistics.Quarantined);
    }

    [Fact]
    public async Task Two_servers_do_not_share_one_and_a_folder_that_is_none_is_named()
    {
        await using var server = await ServeAsync(Unix with { SrvQuarantine = InFolder("refused") }, new InMemorySequenceStore());
        var other = Unix with { SrvAddress = InFolder("t"), SrvWal = InFolder("wal2"), SrvQuarantine = InFolder("refused") };
        Assert.Equal(
            DataStreamFailure.Unusable,
            (await Assert.ThrowsAsync<DataStreamException>(() => ServeAsync(other, new InMemorySequenceStore()))).Failure
        );
        // Its log was let go of.
        await using var third = await ServeAsync(other with { SrvQuarantine = null }, new InMemorySequenceStore());
        Assert.Throws<DataStreamException>(() => QuarantinedMessage.ReadFolder(InFolder("none")).Count());
    }
}
