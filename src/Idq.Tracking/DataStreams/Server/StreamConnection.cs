using System.Diagnostics;
using System.Net.Sockets;
using System.Threading.Channels;
using NodaTime;

namespace Idq.Tracking;

/// <summary>One connection for messages that do not fit a datagram.</summary>
/// <remarks>It may be idle for as long as it likes, but a message that has begun must come to its end.</remarks>
/// <param name="socket">The connection's from now on.</param>
/// <param name="options">The longest message.</param>
/// <param name="admission">Checks what comes.</param>
/// <param name="queue">Where messages go.</param>
/// <param name="places">How many messages of connections may wait in the queue: they are large.</param>
/// <param name="counters">Where they are counted.</param>
/// <param name="clock">Stamps them.</param>
/// <param name="giveUp">Ends the wait for room in the queue.</param>
sealed class StreamConnection(
    Socket socket,
    DataStreamOptions options,
    MessageAdmission admission,
    ChannelWriter<IncomingMessage> queue,
    SemaphoreSlim places,
    ServerCounters counters,
    IClock clock,
    CancellationToken giveUp
)
{
    static readonly TimeSpan MessageLimit = TimeSpan.FromSeconds(30);

    long lastHeard = Stopwatch.GetTimestamp();

    /// <summary>When the last message came, or the connection; ticks of the stopwatch.</summary>
    public long LastHeard => Interlocked.Read(ref lastHeard);

    /// <summary>Ends it from outside.</summary>
    public void Close() => socket.Dispose();

    /// <summary>Takes messages until the other side ends, something is wrong, or it is cancelled; never throws.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            var answers = new StreamAnswers(stream, counters);
            try
            {
                // Where the next message starts after a bad one is anybody's guess.
                while (
                    await NextAsync(stream, cancellationToken) is var (failure, bytes, skipped)
                    && await TakeAsync(failure, bytes, skipped, answers)
                )
                    Interlocked.Exchange(ref lastHeard, Stopwatch.GetTimestamp());
            }
            finally
            {
                await answers.EndAsync();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The server stops; what has not come to its end was not acknowledged.
            return;
        }
        catch (Exception e)
            when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException or ChannelClosedException)
        {
            Interlocked.Increment(ref counters.Errors);
        }
    }

    async ValueTask<(MessageFailure Failure, byte[] Bytes, MessageHead? Skipped)?> NextAsync(
        NetworkStream stream,
        CancellationToken cancellationToken
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(giveUp, cancellationToken);
        await socket.ReceiveAsync(Memory<byte>.Empty, limit.Token);
        limit.CancelAfter(MessageLimit);
        if (await MessageStream.ReadAsync(stream, options.LimitStream, limit.Token) is not var (failure, bytes)) return null;
        return (failure, bytes, failure == MessageFailure.TooBig ? await admission.SkipAsync(stream, bytes, limit.Token) : null);
    }

    // Skipped: the head of a message that is good but too long.
    async ValueTask<bool> TakeAsync(MessageFailure failure, byte[] bytes, MessageHead? skipped, StreamAnswers answers)
    {
        Interlocked.Increment(ref counters.Messages);
        Interlocked.Increment(ref counters.StreamMessages);
        Interlocked.Add(ref counters.Bytes, skipped?.MessageLength ?? bytes.Length);
        var receivedUs = StreamValue.MicrosOf(clock.GetCurrentInstant());
        MessageHead head = default;
        if (failure == MessageFailure.None) failure = admission.Check(bytes, options.LimitStream, out head);
        if (failure != MessageFailure.None)
        {
            admission.Refuse(failure, answers, receivedUs, bytes);
            if (skipped is null) return false;
            head = skipped.Value;
        }

        await places.WaitAsync(giveUp);
        Interlocked.Increment(ref counters.Queued);
        await queue.WriteAsync(
            new IncomingMessage(head, bytes, receivedUs, answers, () => places.Release()) { IsRefused = skipped is not null },
            giveUp
        );
        return true;
    }
}
