namespace Idq.Tracking.Mlflow;

/// <summary>Where queued operations of runs go: an MLflow server, our own store, or a spool in front of either.</summary>
/// <remarks>
/// Implementations are safe to use from many threads. Every operation may be sent again; it then changes nothing that is there already.
/// </remarks>
public interface ITrackingTarget
{
    /// <summary>Makes a run and returns its id.</summary>
    /// <param name="draft">The run; with a client key it is made once, however often it is sent.</param>
    /// <param name="isResent">True when an earlier attempt may have made it: it is looked up first.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task<string> CreateRunAsync(MlflowRunDraft draft, bool isResent, CancellationToken cancellationToken);

    /// <summary>Logs a batch to a run.</summary>
    Task LogBatchAsync(string runId, LogBatch batch, CancellationToken cancellationToken);

    /// <summary>Says which data sets a run used.</summary>
    Task LogInputsAsync(string runId, IReadOnlyList<MlflowDatasetInput> inputs, CancellationToken cancellationToken);

    /// <summary>Ends a run.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="status">Its last status.</param>
    /// <param name="endTime">Milliseconds since 1970.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task TerminateRunAsync(string runId, MlflowRunStatus status, long endTime, CancellationToken cancellationToken);
}
