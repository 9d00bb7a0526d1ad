namespace Idq.Streaming;

/// <summary>
/// In which order the strides of several jobs are worked on, and whether a stride is finished before the next one begins.
/// </summary>
interface IStrideOrder
{
    /// <summary>
    /// True when all classifiers of a job finish a stride together, in one transaction; false when each goes on by itself.
    /// </summary>
    bool AreLanesTogether { get; }

    /// <summary>Completes when something changed that others may wait for: a stride was committed, or a job has left.</summary>
    Task Changed { get; }

    /// <summary>Completes when a job may begin its next stride. Asking gives back the turn that the job had.</summary>
    /// <param name="loop">The job.</param>
    /// <param name="due">When its next stride is due.</param>
    /// <param name="stop">Ends the waiting.</param>
    Task TurnAsync(JobLoop loop, GpsTime due, CancellationToken stop);

    /// <summary>True while other jobs still catch up with what a replay would do before a stride of this job.</summary>
    /// <param name="loop">The job.</param>
    /// <param name="due">When the stride is due.</param>
    bool IsEarly(JobLoop loop, GpsTime due);

    /// <summary>A stride was committed.</summary>
    void Advance();

    /// <summary>A job has come to its end, or failed: nobody waits for it any more.</summary>
    void Leave(JobLoop loop);
}
