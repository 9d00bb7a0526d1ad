namespace Idq.Tracking.Mlflow;

/// <summary>Operations of a run that failed in a flush.</summary>
/// <param name="Run">The run's id, or what stands for it when it could not be made.</param>
/// <param name="Failures">Why, in the order of the operations.</param>
public sealed record RunFailure(string Run, IReadOnlyList<Exception> Failures)
{
    public override string ToString() =>
        $"Failed to perform one or more operations on the run with ID {Run}. "
            + $"Failed operations: [{string.Join(", ", Failures.Select(failure => failure.Message))}]";
}

/// <summary>
/// Some operations of a flush failed. All others were performed; those that failed are still queued and go out with the next flush.
/// </summary>
public sealed class FlushException : Exception
{
    internal FlushException(IReadOnlyList<RunFailure> runs)
        : base(
            $"The following failures occurred while performing one or more logging operations: [{string.Join(", ", runs)}]",
            new AggregateException(runs.SelectMany(run => run.Failures))) => Runs = runs;

    /// <summary>The runs that failed.</summary>
    public IReadOnlyList<RunFailure> Runs { get; }
}
