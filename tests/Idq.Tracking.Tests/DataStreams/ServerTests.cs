using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Idq.Tracking.Tests;

public sealed class ServerTests : StreamFixture
{
    static readonly byte[] Key = Encoding.ASCII.GetBytes("secret");

    Socket RawUnix()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(InFolder("s")));
        return socket;
    }

    static async Task SendOneAsync(DataStreamClient client, Guid run)
    {
        client.Append(run, "loss", 0, 0, Row(0));
        await client.FlushAsync(Patience);
    }

    [Fact]
    public async Task Fuzzed_datagrams_do_no_harm_to_a_live_server()
    {
        var store = new InMemorySequenceStore([Run]);
        await using var server = await ServeAsync(Unix, store);
        using var socket = RawUnix();
        var random = new Random(5);
        byte[] good = Signed([], 1);
        for (var i = 0; i < 1_000_000; i++)
        {
            byte[] bytes = i % 3 == 0 ? new byte[random.Next(1, 200)] : (byte[])good.Clone();
            if (i % 3 == 0) random.NextBytes(bytes);
            else bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
            // A checksum that fits, so that the content is judged.
            if (i % 3 == 2) BitConverter.TryWriteBytes(bytes.AsSpan(bytes.Length - 4), Message.Checksum(bytes.AsSpan(0, bytes.Length - 4)));
            socket.Send(bytes);
        }

        await using var client = Connect(Unix);
        var other = Guid.NewGuid();
        store.AddRun(other);
        await SendOneAsync(client, other);
        await UntilAsync(() => server.Statistics.WaitingRecords == 0);
        Assert.Single(await AllAsync(store, other, "loss"));
        var statistics = server.Statistics;
        Assert.Equal(1_000_001, statistics.Messages);
        Assert.True(statistics.RefusedMessages > 600_000);
        Assert.All(
            Enum.GetValues<MessageFailure>().Except([MessageFailure.None, MessageFailure.Signature, MessageFailure.TooBig]),
            failure => Assert.True(statistics.Refused[failure] > 0, failure.ToString())
        );
        // Sparing: not a line for each.
        Assert.True(Log.Lines.Count < 200);
    }

    [Fact]
    public async Task Fuzzed_streams_and_slow_ones_do_no_harm()
    {
        await using var server = await ServeAsync(Unix, new InMemorySequenceStore([Run]));
        var random = new Random(6);
        byte[] good = Signed([], 1);
        for (var i = 0; i < 300; i++)
        {
            byte[] bytes = i % 2 == 0 ? new byte[200] : (byte[])good.Clone();
            if (i % 2 == 0) random.NextBytes(bytes);
            else bytes[random.Next(bytes.Length)] ^= 1;
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(InFolder("s") + ".stream"));
            socket.Send(bytes.AsSpan(0, random.Next(1, bytes.Length)));
        }

        // Says that it is long, and sends nothing more.
        using var slow = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        slow.Connect(new UnixDomainSocketEndPoint(InFolder("s") + ".stream"));
        BitConverter.TryWriteBytes(good.AsSpan(36), 10_000_000);
        slow.Send(good.AsSpan(0, 60));
        await using var client = Connect(Unix);
        client.Append(Run, "loss", 0, 0, RecordValues.Of(("value", new byte[100_000])));
        Assert.True((await client.FlushAsync(Patience)).IsComplete);
    }

    [Fact]
    public async Task Only_signed_messages_are_taken_when_a_key_is_set()
    {
        var store = new InMemorySequenceStore([Run]);
        File.WriteAllBytes(InFolder("key"), Key);
        await using var server = await ServeAsync(Unix with { KeyFile = InFolder("key") }, store);
        using (var socket = RawUnix())
        {
            socket.Send(Signed([], 1));
            socket.Send(Signed([1, 2, 3], 2));
            socket.Send(Signed(Key, 3));
        }

        await server.PersistedAsync(1).WaitAsync(Patience);
        Assert.Equal(2, server.Statistics.Refused[MessageFailure.Signature]);
        await using (var client = Connect(Unix with { Key = Key }))
        {
            client.Append(Run, "other", 0, 0, Row(0));
            Assert.True((await client.FlushAsync(Patience)).IsComplete);
            Assert.Equal(0, client.Statistics.BadAnswers);
        }

        await server.PersistedAsync(2).WaitAsync(Patience);
        Assert.Equal(2, store.Count);
    }

    [Fact]
    public async Task A_client_with_a_key_believes_no_unsigned_acknowledgement()
    {
        // A server without the key would take the records, but its word does not count.
        await using var server = await ServeAsync(Unix, new InMemorySequenceStore([Run]));
        await using var client = Connect(Unix with { Key = Key, CliCloseTimeout = TimeSpan.Zero });
        client.Append(Run, "loss", 0, 0, Row(0));
        Assert.Equal(1, (await client.FlushAsync(TimeSpan.FromMilliseconds(300))).Unacknowledged);
        Assert.True(client.Statistics.BadAnswers > 0);
    }

    [Fact]
    public async Task Unknown_runs_are_refused_counted_and_told_to_the_client()
    {
        var store = new InMemorySequenceStore([Run]);
        await using var server = await ServeAsync(Unix, store);
        await using var client = Connect(Unix);
        var unknown = new Guid("0123456789abcdef0123456789abcdef");
        client.Append(unknown, "loss", 0, 0, Row(0));
        client.Append(Run, "loss", 0, 0, Row(0));
        var outcome = await client.FlushAsync(Patience);
        Assert.Equal(new FlushOutcome(0, 0, 1), outcome);
        await server.PersistedAsync(1).WaitAsync(Patience);
        Assert.Equal(1, store.Count);
        Assert.Equal(1, server.Statistics.UnknownRunRecords);
        Assert.Contains((LogLevel.Error, "Invalid message: id_run='0123456789abcdef0123456789abcdef' field_name='loss'"), Log.Lines);
        // A run that comes later is found, a second after it was asked for at most.
        store.AddRun(unknown);
        for (var i = 1; !(await store.SequencesAsync(unknown, CancellationToken.None)).Any(); i++)
        {
            client.Append(unknown, "loss", i, 0, Row(i));
            await client.FlushAsync(Patience);
            await Task.Delay(100);
        }
    }

    [Fact]
    public async Task A_stale_socket_is_replaced_with_a_warning_and_a_live_one_is_not()
    {
        // Bound and gone, as after kill -9.
        foreach (
            var (path, type) in (ReadOnlySpan<(string, SocketType)>)
                [(InFolder("s"), SocketType.Dgram), (InFolder("s") + ".stream", SocketType.Stream)]
        )
        {
            using var dead = new Socket(AddressFamily.Unix, type, ProtocolType.Unspecified);
            dead.Bind(new UnixDomainSocketEndPoint(path));
            File.Move(path, path + ".kept");
            dead.Dispose();
            File.Move(path + ".kept", path);
        }

        await using var server = await ServeAsync(Unix, new InMemorySequenceStore());
        Assert.Contains((LogLevel.Warning, $"Relinked stale '{InFolder("s")}'"), Log.Lines);
        Assert.Contains((LogLevel.Debug, $"Listening on '{InFolder("s")}' (UNIX)"), Log.Lines);
        var e = await Assert.ThrowsAsync<DataStreamException>(() =>
            ServeAsync(Unix with { SrvWal = InFolder("wal2") }, new InMemorySequenceStore())
        );
        Assert.Equal((DataStreamFailure.AddressNotAvailable, $"Address '{InFolder("s")}' not available"), (e.Failure, e.Message));
        // The one that lives was not disturbed.
        await using var client = Connect(Unix);
        await SendOneAsync(client, Run);
        Assert.Equal(1, client.Statistics.AcknowledgedRecords);
    }

    [Fact]
    public async Task An_address_that_cannot_be_had_is_named_and_nobodys_file_is_deleted()
    {
        await File.WriteAllTextAsync(InFolder("s"), "");
        foreach (
            var options in (DataStreamOptions[])
                [Unix, Unix with { SrvAddress = InFolder("none/s") }, Inet with { SrvAddress = "192.0.2.1:9" }]
        )
        {
            var e = await Assert.ThrowsAsync<DataStreamException>(() => ServeAsync(options, new InMemorySequenceStore()));
            Assert.Equal($"Address '{options.SrvAddress}' not available", e.Message);
        }

        Assert.True(File.Exists(InFolder("s")));
        foreach (var address in (string[])["nowhere", "host:99999", ":5", "no.such.host.invalid:5"])
        {
            var e = await Assert.ThrowsAsync<DataStreamException>(() =>
                ServeAsync(Inet with { SrvAddress = address }, new InMemorySequenceStore())
            );
            Assert.Equal(DataStreamFailure.InvalidOption, e.Failure);
        }
    }

    [Fact]
    public async Task Two_servers_cannot_share_a_log()
    {
        await using var server = await ServeAsync(Unix, new InMemorySequenceStore());
        var e = await Assert.ThrowsAsync<DataStreamException>(() =>
            ServeAsync(Unix with { SrvAddress = InFolder("t") }, new InMemorySequenceStore())
        );
        Assert.Equal(DataStreamFailure.Unusable, e.Failure);
    }

    [Fact]
    public async Task A_restart_brings_the_log_into_the_store_and_a_torn_end_is_left_out()
    {
        var first = await ServeAsync(Unix, new InMemorySequenceStore());
        await using (var client = Connect(Unix))
        {
            for (var i = 0; i < 5000; i++) client.Append(Run, "loss", i, i, Row(i));
            Assert.True((await client.FlushAsync(Patience)).IsComplete);
        }

        await first.StopAsync();
        var log = Directory.GetFiles(InFolder("wal"), "*.log").Single();
        await File.AppendAllBytesAsync(log, [9, 0, 0, 0, 1, 2, 3]);
        var store = new InMemorySequenceStore();
        await using var second = await ServeAsync(Unix, store);
        Assert.Equal(5000, store.Count);
        Assert.Equal(5000, second.Statistics.ReplayedRecords);
        Assert.Contains(
            Log.Lines,
            line => line.Level == LogLevel.Warning && line.Text.StartsWith("1 files of the log", StringComparison.Ordinal)
        );
        Assert.All(await AllAsync(store, Run, "loss"), row => Assert.True(row.ReceivedUs > 0));
    }

    [Fact]
    public async Task A_store_that_fails_for_a_while_gets_everything_later()
    {
        var calls = 0;
        var store = new DurableStore
        {
            Failing = _ =>
                Interlocked.Increment(ref calls) switch
                {
                    1 => new TrackerException(TrackerFailure.Busy, "busy"),
                    2 => new TimeoutException(),
                    _ => null,
                },
        };
        await using var server = await ServeAsync(Unix, store);
        await using var client = Connect(Unix);
        await SendOneAsync(client, Run);
        await server.PersistedAsync(1).WaitAsync(Patience);
        Assert.Equal(1, store.Inner.Count);
        Assert.True(calls >= 3);
    }

    [Fact]
    public async Task A_sequence_that_the_store_refuses_does_not_take_others_with_it()
    {
        var store = new DurableStore
        {
            Failing = batches => batches.Any(batch => batch.Sequence == "bad") ? new TrackerException(TrackerFailure.Unusable, "no") : null,
        };
        await using var server = await ServeAsync(Unix, store);
        await using var client = Connect(Unix);
        client.Append(Run, "bad", 0, 0, Row(0));
        client.Append(Run, "good", 0, 0, Row(0));
        await client.FlushAsync(Patience);
        await server.PersistedAsync(2).WaitAsync(Patience);
        Assert.Equal(["good"], await store.SequencesAsync(Run, CancellationToken.None));
        Assert.Equal(1, server.Statistics.FailedRecords);
    }

    [Fact]
    public async Task What_is_not_in_the_store_when_the_time_to_stop_is_over_stays_in_the_log()
    {
        var store = new DurableStore { Failing = _ => new TrackerException(TrackerFailure.Busy, "busy") };
        var server = await ServeAsync(Unix, store);
        await using (var client = Connect(Unix))
        {
            for (var i = 0; i < 100; i++) client.Append(Run, "loss", i, i, Row(i));
            Assert.True((await client.FlushAsync(Patience)).IsComplete);
        }

        Assert.Equal(100, (await server.StopAsync(TimeSpan.FromMilliseconds(200))).Unpersisted);
        store.Failing = null;
        await using var next = await ServeAsync(Unix, store);
        Assert.Equal(100, store.Inner.Count);
    }

    [Fact]
    public async Task The_log_of_a_durable_store_does_not_grow_without_end()
    {
        var store = new DurableStore();
        await using var server = await ServeAsync(Unix, store);
        await using var client = Connect(Unix);
        var values = RecordValues.Of(("value", new byte[2000]));
        for (var i = 0; i < 10_000; i++)
        {
            client.Append(Run, "loss", i, i, values);
            if (i % 1000 == 0) await client.FlushAsync(Patience);
        }

        await client.FlushAsync(Patience);
        await server.PersistedAsync(10_000).WaitAsync(Patience);
        await UntilAsync(() => server.Statistics.LogBytes < 8 << 20);
    }

    [Fact]
    public async Task The_throttle_of_receiving_holds()
    {
        await using var server = await ServeAsync(
            Unix with
            {
                SrvThrottleRecv = TimeSpan.FromMilliseconds(20),
            },
            new InMemorySequenceStore()
        );
        await using var client = Connect(Unix);
        long start = Stopwatch.GetTimestamp();
        for (var i = 0; i < 40; i++)
        {
            client.Append(Run, "loss", i, i, Row(i));
            await client.FlushAsync(Patience);
        }

        // Forty messages less the burst of ten; waiting longer than this is the machine's business.
        Assert.True(Stopwatch.GetElapsedTime(start) > TimeSpan.FromMilliseconds(20 * 28));
    }

    [Fact]
    public async Task An_idle_server_sleeps()
    {
        using var worker = new Worker.WorkerProcess("listen-unix", InFolder("s"), 0);
        worker.Go();
        await using var client = Connect(Unix with { CliAddress = worker.ReadLine()! });
        await SendOneAsync(client, Run);
        await Task.Delay(500);
        long before = Switches();
        Assert.True(before > 0);
        await Task.Delay(1500);
        Assert.Equal(before, Switches());

        // How often the thread that receives gave up the processor.
        long Switches() =>
            Directory
                .GetDirectories($"/proc/{worker.Id}/task")
                .Where(task => File.ReadAllText(task + "/comm").StartsWith("datastream", StringComparison.Ordinal))
                .Sum(task =>
                    File.ReadLines(task + "/status")
                        .Where(line => line.StartsWith("voluntary_ctxt", StringComparison.Ordinal))
                        .Sum(line => long.Parse(line.Split('\t')[1]))
                );
    }

    [Theory]
    [InlineData("unix")]
    [InlineData("inet")]
    public async Task Nothing_acknowledged_is_lost_when_the_server_is_killed(string kind)
    {
        var options = kind == "unix" ? Unix : Inet;
        long acknowledged = 0, next = 0;
        for (var round = 0; round < 3; round++)
        {
            using var worker = new Worker.WorkerProcess("listen-" + kind, InFolder("s"), 0);
            worker.Go();
            var address = worker.ReadLine()!;
            await using var client = Connect(options with { CliAddress = address, CliCloseTimeout = TimeSpan.Zero });
            long sent = next;
            var isKilled = false;
            var sending = Task.Run(async () =>
            {
                while (!isKilled)
                {
                    for (var n = 0; n < 100; n++, sent++) client.Append(Run, "loss", sent, sent, Row(sent));
                    await Task.Delay(1);
                }
            });
            await UntilAsync(() => client.Statistics.AcknowledgedRecords > 2000);
            worker.Kill();
            isKilled = true;
            acknowledged += client.Statistics.AcknowledgedRecords;
            await sending;
            next = sent;
        }

        var store = new InMemorySequenceStore();
        await using var server = await ServeAsync(Unix with { SrvAddress = InFolder("last"), SrvWal = InFolder("s.wal") }, store);
        var rows = await AllAsync(store, Run, "loss");
        Assert.True(rows.Count >= acknowledged, $"{rows.Count} rows of {acknowledged} acknowledged");
        Assert.All(rows, row => Assert.Equal((double)row.Idx, row.Values["value"].AsDouble()));
        Assert.Equal(rows.Count, rows.Select(row => row.Idx).Distinct().Count());
    }

    byte[] Signed(byte[] key, ulong number)
    {
        var payload = new PayloadWriter();
        var body = new ByteWriter();
        ValueCodec.Write(body, 0.5);
        payload.Add(Run, "loss", 0, 0, ["value"], body.Written, int.MaxValue);
        var bytes = new byte[1000];
        return bytes[..Message.Write(bytes, new MessageHead(MessageKind.Records, false, false, number, 1, 1, 1, 0), payload.Written, key)];
    }
}
