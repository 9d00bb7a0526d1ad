using System.Runtime.CompilerServices;

namespace Idq.Tracking.Mlflow;

/// <summary>One batch on its way. Awaiting it waits until it was delivered, and throws when it could not be.</summary>
public sealed class LoggingOperation
{
    readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal LoggingOperation(string runId, LogBatch batch)
    {
        RunId = runId;
        Batch = batch;
    }

    /// <summary>
    /// Completes when the batch is delivered; fails with the target's exception, or with one that says why it was dropped.
    /// </summary>
    public Task Completion => done.Task;

    internal string RunId { get; }

    internal LogBatch Batch { get; }

    internal LinkedListNode<LoggingOperation>? InQueue { get; set; }

    internal LinkedListNode<LoggingOperation>? InLane { get; set; }

    public TaskAwaiter GetAwaiter() => done.Task.GetAwaiter();

    internal bool Succeed() => done.TrySetResult();

    internal bool Fail(Exception cause)
    {
        var isFirst = done.TrySetException(cause);
        // A caller that never waits does not look at the failure; it was counted and logged.
        _ = done.Task.Exception;
        return isFirst;
    }
}
