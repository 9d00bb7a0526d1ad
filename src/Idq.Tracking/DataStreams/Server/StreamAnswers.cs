using System.Net.Sockets;
using System.Threading.Channels;

namespace Idq.Tracking;

/// <summary>
/// Acknowledgements on a stream socket: put down by whoever has them, sent one after the other; of many that wait the newest counts.
/// </summary>
sealed class StreamAnswers : IMessageSender
{
    static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(1);

    readonly Channel<byte[]> channel = Channel.CreateBounded<byte[]>(
        new BoundedChannelOptions(16) { FullMode = BoundedChannelFullMode.DropOldest }
    );
    readonly ServerCounters counters;
    readonly Task sending;

    public StreamAnswers(NetworkStream stream, ServerCounters counters)
    {
        this.counters = counters;
        Address = stream.Socket.RemoteEndPoint?.ToString() ?? "";
        stream.WriteTimeout = 10_000;
        sending = Task.Run(() => SendAllAsync(stream));
    }

    /// <inheritdoc/>
    public string Address { get; }

    /// <inheritdoc/>
    public void Answer(ReadOnlyMemory<byte> answer) => channel.Writer.TryWrite(answer.ToArray());

    public async Task EndAsync()
    {
        channel.Writer.TryComplete();
        await Task.WhenAny(sending, Task.Delay(EndLimit, CancellationToken.None));
    }

    async Task SendAllAsync(NetworkStream stream)
    {
        try
        {
            await foreach (var answer in channel.Reader.ReadAllAsync(CancellationToken.None))
            {
                await stream.WriteAsync(answer, CancellationToken.None);
                Interlocked.Increment(ref counters.Acknowledgements);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            Interlocked.Increment(ref counters.Errors);
        }
    }
}
