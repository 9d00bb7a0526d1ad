using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Idq.Tracking;

/// <summary>
/// Takes datagrams from a socket, on a thread of its own that sleeps while none come, and puts those that are messages into the queue.
/// </summary>
/// <remarks>Nothing that comes ends it.</remarks>
sealed partial class DatagramReceiver
{
    static readonly TimeSpan LongestDrain = TimeSpan.FromMilliseconds(500);

    readonly Socket socket;
    readonly Socket answers;
    readonly Socket waker;
    readonly DataStreamOptions options;
    readonly MessageAdmission admission;
    readonly ChannelWriter<IncomingMessage> queue;
    readonly ServerCounters counters;
    readonly IClock clock;
    readonly ILogger logger;
    readonly CancellationToken giveUp;
    readonly Thread thread;
    volatile bool isStopping;

    /// <param name="socket">A bound socket; the receiver's from now on.</param>
    /// <param name="options">The longest datagram, the throttle.</param>
    /// <param name="admission">Checks what comes.</param>
    /// <param name="queue">Where messages go; while it is full, datagrams wait in the kernel.</param>
    /// <param name="counters">Where they are counted.</param>
    /// <param name="clock">Stamps them.</param>
    /// <param name="logger">Told, sparingly, when receiving fails.</param>
    /// <param name="giveUp">Ends the wait for room in the queue.</param>
    public DatagramReceiver(
        Socket socket,
        DataStreamOptions options,
        MessageAdmission admission,
        ChannelWriter<IncomingMessage> queue,
        ServerCounters counters,
        IClock clock,
        ILogger logger,
        CancellationToken giveUp
    )
    {
        (this.socket, this.options, this.admission, this.queue) = (socket, options, admission, queue);
        (this.counters, this.clock, this.logger, this.giveUp) = (counters, clock, logger, giveUp);
        var own = socket.LocalEndPoint!;
        if (own is IPEndPoint)
        {
            answers = socket;
            socket.ReceiveBufferSize = 4 << 20;
            socket.SendTimeout = 100;
        }
        else
        {
            // Of its own: one that does not wait for a client that does not listen.
            answers = StreamAddress.Datagrams(own);
            answers.Blocking = false;
        }

        // Connected now: the name of the socket may be gone when it is time to stop.
        waker = StreamAddress.Datagrams(own);
        waker.Connect(Reachable(own));
        waker.SendTimeout = 100;
        thread = new Thread(ReceiveAll) { IsBackground = true, Name = "datastream receive" };
    }

    public void Start() => thread.Start();

    /// <summary>Takes in what lies in the socket, and ends.</summary>
    public void Stop()
    {
        isStopping = true;
        try
        {
            waker.Send([0]);
        }
        catch (SocketException)
        {
            // The send failed because the socket's queue is full, so the receiver is not blocked.
            Interlocked.Increment(ref counters.Errors);
        }

        thread.Join();
    }

    /// <summary>To be called when nobody answers any more.</summary>
    public void Close()
    {
        waker.Dispose();
        if (answers != socket) answers.Dispose();
        ServerSockets.CloseAndLeaveFile(socket);
    }

    void ReceiveAll()
    {
        var buffer = new byte[Math.Max(options.DatagramLimit, 1 << 16) + 1];
        var from = new SocketAddress(socket.AddressFamily, SocketAddress.GetMaximumAddressSize(socket.AddressFamily));
        var throttle = new TokenBucket(options.SrvThrottleRecv);
        var drainUntil = 0L;
        while (!giveUp.IsCancellationRequested)
        {
            try
            {
                if (isStopping)
                {
                    if (drainUntil == 0) drainUntil = Stopwatch.GetTimestamp() + (long)(LongestDrain.TotalSeconds * Stopwatch.Frequency);
                    if (Stopwatch.GetTimestamp() > drainUntil || !socket.Poll(0, SelectMode.SelectRead)) return;
                }

                from.Size = SocketAddress.GetMaximumAddressSize(socket.AddressFamily);
                var length = socket.ReceiveFrom(buffer, SocketFlags.None, from);
                // The datagram that only ends the wait.
                if (isStopping && length == 1) continue;
                Wait(throttle);
                Receive(buffer.AsSpan(0, length), from);
            }
            catch (OperationCanceledException) when (giveUp.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever it is, it must neither end the server nor cost a processor.
                var count = Interlocked.Increment(ref counters.Errors);
                if (SparseLog.IsDue(count)) LogReceiveFailed(logger, count, e);
                Thread.Sleep(10);
            }
        }
    }

    void Wait(TokenBucket throttle)
    {
        for (var now = Stopwatch.GetTimestamp(); !isStopping && !throttle.TryTake(now); now = Stopwatch.GetTimestamp())
            Thread.Sleep(TimeSpan.FromSeconds(Math.Max(0, (throttle.NextAt(now) ?? now) - now) / (double)Stopwatch.Frequency));
    }

    void Receive(ReadOnlySpan<byte> bytes, SocketAddress from)
    {
        Interlocked.Increment(ref counters.Messages);
        Interlocked.Add(ref counters.Bytes, bytes.Length);
        var receivedUs = StreamValue.MicrosOf(clock.GetCurrentInstant());
        var failure = admission.Check(bytes, options.DatagramLimit, out var head);
        if (failure != MessageFailure.None)
        {
            admission.Refuse(failure, new Sender(this, from), receivedUs, bytes);
            if (failure == MessageFailure.TooBig && admission.IsGoodButTooBig(bytes, out head))
                Pass(new IncomingMessage(head, [], receivedUs, new Sender(this, from), null) { IsRefused = true });
            return;
        }

        var copy = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(copy);
        var message = new IncomingMessage(head, copy, receivedUs, new Sender(this, from), () => ArrayPool<byte>.Shared.Return(copy));
        Pass(message);
    }

    void Pass(in IncomingMessage message)
    {
        Interlocked.Increment(ref counters.Queued);
        if (!queue.TryWrite(message)) queue.WriteAsync(message, giveUp).AsTask().GetAwaiter().GetResult();
    }

    static EndPoint Reachable(EndPoint own) =>
        own is IPEndPoint { Address: var ip, Port: var port } && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))
            ? new IPEndPoint(own.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback, port)
            : own;

    [LoggerMessage(5022, LogLevel.Warning, "Receiving failed ({Count} so far)")]
    static partial void LogReceiveFailed(ILogger logger, long count, Exception e);

    sealed class Sender : IMessageSender
    {
        readonly DatagramReceiver receiver;

        // Null: a sender of the Unix domain need not have an address; it gets no answer then.
        readonly SocketAddress? address;

        public Sender(DatagramReceiver receiver, SocketAddress from)
        {
            this.receiver = receiver;
            if (from.Size <= sizeof(ushort)) return;
            address = new SocketAddress(from.Family, from.Size);
            from.Buffer.Span[..from.Size].CopyTo(address.Buffer.Span);
        }

        public string Address => address is null ? "" : SenderName.Of(address);

        public void Answer(ReadOnlyMemory<byte> answer)
        {
            if (address is null) return;
            try
            {
                receiver.answers.SendTo(answer.Span, SocketFlags.None, address);
                Interlocked.Increment(ref receiver.counters.Acknowledgements);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or ArgumentException)
            {
                // The client is gone, or so busy that it will ask again.
                Interlocked.Increment(ref receiver.counters.Errors);
            }
        }
    }
}
