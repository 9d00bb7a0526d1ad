using System.Runtime.CompilerServices;

namespace Idq.Tracking.Mlflow;

/// <summary>A flush under way. Awaiting it waits for all operations and throws what failed.</summary>
public sealed class FlushOperation
{
    internal FlushOperation(Task completion)
    {
        Completion = completion;
        // A caller may never look: its failures are still queued, so nothing is lost, and
        // nothing needs to be reported at a random later time.
        _ = completion.ContinueWith(
            static task => task.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
    }

    /// <summary>Completes when every operation was performed; fails with a <see cref="FlushException"/> when some could not.</summary>
    public Task Completion { get; }

    public TaskAwaiter GetAwaiter() => Completion.GetAwaiter();
}
