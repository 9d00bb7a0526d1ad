namespace Idq.Streaming.Tests.Run;

/// <summary>A source whose reads do not return, and hear of no cancellation, while a test says so.</summary>
sealed class SilentSource(IEventSource source) : IEventSource
{
    TaskCompletionSource? silence;

    public bool IsSilent
    {
        set
        {
            if (value) silence = new();
            else Interlocked.Exchange(ref silence, null)?.SetResult();
        }
    }

    public ChannelDictionary Channels => source.Channels;

    public IReadOnlyList<string> Columns => source.Columns;

    public ValueTask<EventTable> ReadAsync(Segment span, CancellationToken cancellationToken)
    {
        // Blocks the thread that asks, as a file system does that is away.
        Volatile.Read(ref silence)?.Task.GetAwaiter().GetResult();
        return source.ReadAsync(span, CancellationToken.None);
    }

    public void Dispose() => source.Dispose();
}
