namespace Idq.Tracking.Mlflow;

/// <summary>Operations go to an MLflow server over REST.</summary>
/// <param name="client">The server's client; it must outlive the target, which does not dispose it.</param>
public sealed class MlflowTarget(MlflowClient client) : ITrackingTarget
{
    public async Task<string> CreateRunAsync(MlflowRunDraft draft, bool isResent, CancellationToken cancellationToken)
    {
        if (isResent && draft.ClientKey is { } key && await client.FindRunAsync(draft.ExperimentId, key, cancellationToken) is { } made)
            return made.Id;
        return (await client.CreateRunAsync(draft, cancellationToken)).Id;
    }

    public Task LogBatchAsync(string runId, LogBatch batch, CancellationToken cancellationToken) =>
        client.LogBatchAsync(runId, batch, cancellationToken);

    public Task LogInputsAsync(string runId, IReadOnlyList<MlflowDatasetInput> inputs, CancellationToken cancellationToken) =>
        client.LogInputsAsync(runId, inputs, cancellationToken);

    public Task TerminateRunAsync(string runId, MlflowRunStatus status, long endTime, CancellationToken cancellationToken) =>
        client.UpdateRunAsync(runId, status, endTime, cancellationToken: cancellationToken);
}
