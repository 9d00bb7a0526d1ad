namespace Idq.Streaming;

/// <summary>Wakes whoever waits until something changes.</summary>
/// <threadsafety>Safe.</threadsafety>
sealed class Pulse
{
    TaskCompletionSource next = New();

    /// <summary>Completes at the next <see cref="Beat"/>. Ask for it before you look at what may change.</summary>
    public Task Next => Volatile.Read(ref next).Task;

    /// <summary>Something has changed.</summary>
    public void Beat() => Interlocked.Exchange(ref next, New()).TrySetResult();

    static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
