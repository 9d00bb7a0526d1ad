namespace Idq.Streaming;

/// <summary>Does the work inside the calling process (workflow = block).</summary>
/// <param name="atOnce">Units that are worked on at the same time.</param>
public sealed class BlockExecutor(int atOnce) : IExecutor
{
    /// <inheritdoc/>
    public Task ExecuteAsync(
        IReadOnlyList<WorkUnit> units, Func<WorkUnit, CancellationToken, Task> work, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(units, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (unit, failed) =>
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(failed, cancellationToken);
            await work(unit, stop.Token);
        });
}
