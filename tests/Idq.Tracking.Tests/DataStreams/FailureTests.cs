using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Idq.Tracking.Tests;

/// <summary>What nobody expects to fail fails: the server and the client go on, and nothing is lost.</summary>
public sealed class FailureTests : StreamFixture
{
    [Fact]
    public async Task An_accept_that_fails_for_want_of_descriptors_does_not_end_the_listener()
    {
        int calls = 0, connected = 0;
        var counters = new ServerCounters();
        using var end = new CancellationTokenSource();
        var endPoint = new UnixDomainSocketEndPoint(InFolder("listener"));
        using var listening = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listening.Bind(endPoint);
        listening.Listen();
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(endPoint);
        var options = Unix;
        var listener = new StreamListener(AcceptAsync, Connect, counters, Log);
        var running = listener.RunAsync(end.Token);
        await UntilAsync(() => Volatile.Read(ref connected) == 1);
        Assert.Equal(3, counters.Errors);
        Assert.Single(
            Log.Lines,
            line => line.Level == LogLevel.Warning && line.Text.StartsWith("A connection could not be accepted", StringComparison.Ordinal)
        );
        await end.CancelAsync();
        await running.WaitAsync(Patience);

        ValueTask<Socket> AcceptAsync(CancellationToken cancellationToken) =>
            ++calls <= 3 ? throw new SocketException((int)SocketError.TooManyOpenSockets) : listening.AcceptAsync(cancellationToken);

        StreamConnection Connect(Socket accepted)
        {
            Interlocked.Increment(ref connected);
            return new StreamConnection(accepted, options, null!, null!, null!, counters, Clock, CancellationToken.None);
        }
    }

    [Fact]
    public async Task What_fails_before_the_log_is_written_comes_again()
    {
        var store = new InMemorySequenceStore([Run]);
        var logger = new ThrowingLogger("Refused a message");
        await using var server = await DataStreamServer.StartAsync(Unix, store, Clock, logger);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(InFolder("s")));
        // Its head says that there are two records.
        var wrong = Datagrams.One(Run, 1);
        wrong[32] = 2;
        BitConverter.TryWriteBytes(wrong.AsSpan(wrong.Length - 4), Message.Checksum(wrong.AsSpan(0, wrong.Length - 4)));
        socket.Send(wrong);
        await UntilAsync(() => server.Statistics.Errors == 1);
        Assert.Equal(1, logger.Thrown);
        socket.Send(Datagrams.One(Run, 2, idx: 1));
        await server.PersistedAsync(1).WaitAsync(Patience);
        // It was not settled.
        Assert.Equal(1, server.Statistics.MissingMessages);
        socket.Send(wrong);
        await UntilAsync(() => server.Statistics.MissingMessages == 0);
        Assert.Equal((2, 0, 1), (server.Statistics.Refused[MessageFailure.Content], server.Statistics.DuplicateMessages, store.Count));
    }

    [Fact]
    public async Task What_fails_after_the_log_is_written_reaches_the_store_all_the_same()
    {
        var store = new InMemorySequenceStore([Run]);
        var counters = new ServerCounters();
        var queue = Channel.CreateUnbounded<IncomingMessage>();
        using var log = new WriteAheadLog(InFolder("wal"), isStoreDurable: false);
        using var persister = new SequencePersister(store, null, counters, TimeSpan.Zero, Log);
        var intake = new MessageIntake(
            queue.Reader,
            new MessageAdmission([], counters, null, Log),
            new ClientTable(),
            new KnownRuns(store),
            log,
            persister,
            counters,
            Unix,
            [],
            Log
        );
        var sender = new FailingSender();
        var running = intake.RunAsync(CancellationToken.None);
        var persisting = persister.RunAsync(CancellationToken.None);
        Send(1);
        await persister.WaitAsync(1, CancellationToken.None).WaitAsync(Patience);
        Assert.Equal((1, 1, 0), (store.Count, Interlocked.Read(ref counters.Errors), sender.Answers));
        // It comes again because nothing was heard of it, and another one.
        Send(1);
        Send(2);
        await persister.WaitAsync(2, CancellationToken.None).WaitAsync(Patience);
        queue.Writer.Complete();
        await running.WaitAsync(Patience);
        persister.Complete();
        await persisting.WaitAsync(Patience);
        Assert.Equal((2, 1), (store.Count, counters.DuplicateMessages));
        Assert.True(sender.Answers > 0);

        void Send(ulong number)
        {
            var bytes = Datagrams.One(Run, number, idx: (long)number);
            Assert.Equal(MessageFailure.None, Message.Read(bytes, bytes.Length, [], out var head));
            Assert.True(queue.Writer.TryWrite(new IncomingMessage(head, bytes, 0, sender, null)));
        }
    }

    [Fact]
    public async Task Repetitions_of_a_large_message_do_not_pile_up_in_front_of_a_server_that_does_not_read()
    {
        var endPoint = new UnixDomainSocketEndPoint(InFolder("deaf"));
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(endPoint);
        listener.Listen();
        await using var lane = new StreamLane(endPoint, _ => { }, _ => { });
        var (large, next) = (Outgoing(1), Outgoing(2));
        var bytes = Enumerable.Repeat((byte)1, 8 << 20).ToArray();
        // The kernel does not take all of it, so the first one is in hand while the others are asked for.
        for (var i = 0; i < 50; i++) lane.Send(large, bytes);
        lane.Send(next, [2, 2, 2]);
        using var server = await listener.AcceptAsync().WaitAsync(Patience);
        await using var stream = new NetworkStream(server);
        var read = new byte[bytes.Length + 3];
        await stream.ReadExactlyAsync(read).AsTask().WaitAsync(Patience);
        Assert.True(read.AsSpan(0, bytes.Length).SequenceEqual(bytes));
        Assert.Equal([2, 2, 2], read[^3..]);
        // What was written may be sent again.
        await UntilAsync(() =>
        {
            lane.Send(next, [3]);
            return server.Available > 0;
        });
        Assert.Equal(3, stream.ReadByte());
    }

    [Fact]
    public async Task An_unexpected_exception_does_not_end_the_lane_of_large_messages()
    {
        var failed = new System.Collections.Concurrent.ConcurrentQueue<ulong>();
        await using var lane = new StreamLane(new NoEndPoint(), _ => { }, message => failed.Enqueue(message.Number));
        lane.Send(Outgoing(1), [1]);
        lane.Send(Outgoing(2), [2]);
        await UntilAsync(() => failed.Count == 2);
        Assert.Equal([1UL, 2UL], failed);
    }

    static OutgoingMessage Outgoing(ulong number) => new()
    {
        Number = number, Payload = [], Length = 0, Records = 1, IsCompressed = false, NeedsStream = true,
    };

    // Of no address family: making a socket for it fails in a way that is no socket's.
    sealed class NoEndPoint : EndPoint;

    sealed class ThrowingLogger(string line) : ILogger
    {
        int thrown;

        public int Thrown => thrown;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (
                formatter(state, exception).StartsWith(line, StringComparison.Ordinal)
                && Interlocked.CompareExchange(ref thrown, 1, 0) == 0
            )
                throw new InvalidOperationException("nobody expects this");
        }
    }

    sealed class FailingSender : IMessageSender
    {
        bool hasFailed;

        public string Address => "";

        public int Answers { get; private set; }

        public void Answer(ReadOnlyMemory<byte> answer)
        {
            if (hasFailed) Answers++;
            else
            {
                hasFailed = true;
                throw new InvalidOperationException("nobody expects this");
            }
        }
    }
}
