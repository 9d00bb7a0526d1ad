using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Idq.Tracking;

/// <summary>
/// The stream socket beside the datagrams, for messages that are too long for one;
/// connected when it is first needed, and again after a failure.
/// </summary>
sealed class StreamLane : IAsyncDisposable
{
    static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(10);

    readonly Channel<(OutgoingMessage Message, byte[] Bytes)> channel = Channel.CreateUnbounded<(OutgoingMessage, byte[])>(
        new() { SingleReader = true }
    );
    readonly EndPoint endPoint;
    readonly Answer onAnswer;
    readonly Action<OutgoingMessage> onFailed;
    readonly CancellationTokenSource ending = new();
    readonly Lazy<Task> writer;

    // A server that takes nothing for a while must not make them pile up.
    readonly ConcurrentDictionary<OutgoingMessage, bool> inHand = [];
    Connection? connection;

    public StreamLane(EndPoint endPoint, Answer onAnswer, Action<OutgoingMessage> onFailed)
    {
        (this.endPoint, this.onAnswer, this.onFailed) = (endPoint, onAnswer, onFailed);
        writer = new Lazy<Task>(() => Task.Run(WriteAllAsync));
    }

    public delegate void Answer(ReadOnlySpan<byte> message);

    /// <summary>Sends a message; nothing new when it is still being sent.</summary>
    public void Send(OutgoingMessage message, byte[] bytes)
    {
        if (!inHand.TryAdd(message, true)) return;
        channel.Writer.TryWrite((message, bytes));
        _ = writer.Value;
    }

    public async ValueTask DisposeAsync()
    {
        channel.Writer.TryComplete();
        await ending.CancelAsync();
        if (writer.IsValueCreated) await writer.Value;
        if (connection is not null) await connection.DisposeAsync();
        ending.Dispose();
    }

    async Task WriteAllAsync()
    {
        try
        {
            await foreach (var (message, bytes) in channel.Reader.ReadAllAsync(ending.Token))
            {
                try
                {
                    connection ??= await ConnectAsync();
                    await connection.Stream.WriteAsync(bytes, ending.Token);
                    inHand.TryRemove(message, out _);
                }
                catch (Exception e) when (e is not OperationCanceledException || !ending.IsCancellationRequested)
                {
                    // Any failure is tried again with the next message.
                    if (connection is not null) await connection.DisposeAsync();
                    connection = null;
                    await Task.Delay(RetryPause, ending.Token);
                    inHand.TryRemove(message, out _);
                    onFailed(message);
                }
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Closed in the middle of a message: it counts as not acknowledged.
            return;
        }
    }

    async Task<Connection> ConnectAsync()
    {
        var socket = StreamAddress.Stream(endPoint);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
            limit.CancelAfter(ConnectLimit);
            await socket.ConnectAsync(endPoint, limit.Token);
            return new Connection(socket, onAnswer, ending.Token);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    sealed class Connection : IAsyncDisposable
    {
        readonly Task reader;
        readonly CancellationTokenSource ending;

        public Connection(Socket socket, Answer onAnswer, CancellationToken cancellationToken)
        {
            Stream = new NetworkStream(socket, ownsSocket: true);
            ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            reader = Task.Run(() => ReadAllAsync(onAnswer), CancellationToken.None);
        }

        public NetworkStream Stream { get; }

        public async ValueTask DisposeAsync()
        {
            await ending.CancelAsync();
            await Stream.DisposeAsync();
            await reader;
            ending.Dispose();
        }

        async Task ReadAllAsync(Answer onAnswer)
        {
            try
            {
                while (
                    await MessageStream.ReadAsync(Stream, Acknowledgement.MaxBytes, ending.Token) is { Failure: MessageFailure.None } answer
                )
                    onAnswer(answer.Bytes);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // The server went away; the next message connects again.
                return;
            }
        }
    }
}
