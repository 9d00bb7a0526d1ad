namespace Idq.Streaming;

/// <summary>Work that can be done by itself, here or elsewhere.</summary>
/// <param name="Job">train, evaluate, calibrate, timeseries, or the name of a batch.</param>
/// <param name="Range">The range of GPS time.</param>
/// <param name="Nickname">The classifier; null for all of them.</param>
/// <param name="Fold">The fold of a batch; null outside a batch.</param>
public sealed record WorkUnit(string Job, Segment Range, string? Nickname = null, int? Fold = null)
{
    /// <summary>Its place among all units of the work.</summary>
    public int Place { get; init; }
}

/// <summary>Has units of work done: in this process, in others, or by a batch engine.</summary>
public interface IExecutor
{
    /// <summary>
    /// Completes when every unit is done. When one fails the others are told to stop, and its failure is thrown after they have.
    /// </summary>
    /// <param name="units">What is to be done.</param>
    /// <param name="work">Does a unit in this process.</param>
    /// <param name="cancellationToken">Is passed on to the units.</param>
    Task ExecuteAsync(IReadOnlyList<WorkUnit> units, Func<WorkUnit, CancellationToken, Task> work, CancellationToken cancellationToken);
}
