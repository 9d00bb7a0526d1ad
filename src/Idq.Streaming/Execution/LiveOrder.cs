namespace Idq.Streaming;

/// <summary>
/// The order of a live run: every job begins a stride as soon as it is due, and every classifier goes on by itself. Only at the start the
/// others wait until train has caught up, because nothing can be evaluated without a model.
/// </summary>
/// <param name="clock">The clock of the run.</param>
/// <param name="train">The train job; null when it does not run.</param>
sealed class LiveOrder(IGpsClock clock, JobLoop? train) : IStrideOrder
{
    readonly TaskCompletionSource caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc/>
    public bool AreLanesTogether => false;

    /// <inheritdoc/>
    public async Task TurnAsync(JobLoop loop, GpsTime due, CancellationToken stop)
    {
        if (train is null || caughtUp.Task.IsCompleted) return;
        if (loop != train)
        {
            await caughtUp.Task.WaitAsync(stop);
            return;
        }
        if (due <= clock.Now) return;
        await loop.IdleAsync();
        caughtUp.TrySetResult();
    }

    /// <inheritdoc/>
    public void Leave(JobLoop loop)
    {
        if (loop == train) caughtUp.TrySetResult();
    }
}
