namespace Idq.Streaming;

/// <summary>
/// Asks for what may never come: a source can block the one that asks it, hear of no cancellation and fail with no error, as a file system
/// does that is away. So it is asked on a thread of its own, which the caller can leave.
/// </summary>
/// <remarks>
/// While one stride has no answer no other is asked for, and the answer counts when it comes at last, so that a source which is slow and
/// not dead is read all the same. In a replay, in which no time passes, the caller waits.
/// </remarks>
/// <param name="clock">The clock of the run.</param>
/// <param name="patience">How long an answer may take.</param>
/// <threadsafety>For one caller.</threadsafety>
sealed class Inquiry<T>(IGpsClock clock, TimeSpan patience)
{
    static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(1);

    (Stride Stride, Task<T> Answer)? asked;

    /// <summary>What a stride is asked for; or the answer that it has by now, when it was asked for before.</summary>
    /// <exception cref="DataException">There is no answer yet, to this stride or to the one before; that can pass.</exception>
    public async Task<T> AskAsync(Stride stride, Func<Stride, CancellationToken, ValueTask<T>> ask, CancellationToken stop)
    {
        if (clock.IsVirtual) return await ask(stride, stop);
        if (asked is { Answer.IsCompleted: false } open && open.Stride != stride) throw NoAnswer(open.Stride);
        var isNew = Begin(stride, ask, stop);
        return await IsAnsweredAsync(isNew ? patience : TimeSpan.Zero, stop) ? await TakeAsync() : throw NoAnswer(stride);
    }

    /// <summary>What a stride is asked for, however long it takes.</summary>
    /// <param name="stride">The stride.</param>
    /// <param name="ask">Asks for it.</param>
    /// <param name="overdue">Is told when the patience has ended; what it throws ends the waiting, but not the question.</param>
    /// <param name="stop">Ends the waiting.</param>
    public async Task<T> WaitAsync(
        Stride stride, Func<Stride, CancellationToken, ValueTask<T>> ask, Action<DataException> overdue, CancellationToken stop)
    {
        if (clock.IsVirtual) return await ask(stride, stop);
        Begin(stride, ask, stop);
        if (!await IsAnsweredAsync(patience, stop))
        {
            overdue(NoAnswer(stride));
            await IsAnsweredAsync(Timeout.InfiniteTimeSpan, stop);
        }
        return await TakeAsync();
    }

    /// <summary>What is being asked when the run is stopped ends by itself as a rule, and otherwise with the process.</summary>
    public Task LeaveAsync() => asked is { } open ? Task.WhenAny(open.Answer, Task.Delay(LongestFarewell)) : Task.CompletedTask;

    bool Begin(Stride stride, Func<Stride, CancellationToken, ValueTask<T>> ask, CancellationToken stop)
    {
        if (asked?.Stride == stride) return false;
        asked = (stride, Task.Run(() => ask(stride, stop).AsTask(), CancellationToken.None));
        return true;
    }

    async Task<bool> IsAnsweredAsync(TimeSpan within, CancellationToken stop)
    {
        var answer = asked!.Value.Answer;
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await Task.WhenAny(answer, Task.Delay(within, waiting.Token));
        await waiting.CancelAsync();
        stop.ThrowIfCancellationRequested();
        return answer.IsCompleted;
    }

    async Task<T> TakeAsync()
    {
        var answer = asked!.Value.Answer;
        asked = null;
        return await answer;
    }

    static DataException NoAnswer(Stride stride) =>
        new($"the source or the segment database does not answer, since {stride.Segment} was asked for", isTransient: true);
}
