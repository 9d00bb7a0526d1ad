using System.Collections.Immutable;

namespace Idq.Streaming;

/// <summary>
/// The order of a live run. At the present every job begins a stride as soon as it is due, and every classifier goes on by itself. What is
/// caught up is done in the order of a replay, so that it is judged by the models and maps that a replay would use.
/// </summary>
/// <remarks>
/// A stride is caught up when it was due before the run began, or when it is late by more than a stride of the job that it would wait for:
/// whoever is at the present does not wait for a training that takes its time. Nobody waits for the series, or for a job whose source does
/// not answer.
/// </remarks>
/// <param name="clock">The clock of the run.</param>
/// <param name="loops">The jobs, in their order at one due time.</param>
sealed class LiveOrder(IGpsClock clock, IReadOnlyList<JobLoop> loops) : IStrideOrder
{
    readonly GpsTime began = clock.Now;
    readonly Dictionary<JobLoop, int> ranks = loops.Index().ToDictionary(l => l.Item, l => l.Index);
    readonly Pulse pulse = new();
    ImmutableArray<JobLoop> makers = [.. loops.Where(l => l.Job is not TimeseriesJob)];

    /// <inheritdoc/>
    public bool AreLanesTogether => false;

    /// <inheritdoc/>
    public Task Changed => pulse.Next;

    /// <inheritdoc/>
    public async Task TurnAsync(JobLoop loop, GpsTime due, CancellationToken stop)
    {
        for (var changed = Changed; IsEarly(loop, due); changed = Changed) await changed.WaitAsync(stop);
    }

    /// <inheritdoc/>
    public bool IsEarly(JobLoop loop, GpsTime due) => makers.Any(m => IsBefore(m, loop, due) && IsCaughtUp(m, due));

    /// <inheritdoc/>
    public void Advance() => pulse.Beat();

    /// <inheritdoc/>
    public void Leave(JobLoop loop)
    {
        ImmutableInterlocked.Update(ref makers, m => m.Remove(loop));
        pulse.Beat();
    }

    // A replay would finish that job's next stride first.
    bool IsBefore(JobLoop maker, JobLoop loop, GpsTime due) =>
        maker != loop && (maker.NextDue < due || (maker.NextDue == due && ranks[maker] < ranks[loop]));

    bool IsCaughtUp(JobLoop maker, GpsTime due) => !maker.IsUnanswered && IsLate(maker, due);

    bool IsLate(JobLoop maker, GpsTime due) => maker.NextDue <= began || due + maker.Job.Cadence.Stride < clock.Now;
}
