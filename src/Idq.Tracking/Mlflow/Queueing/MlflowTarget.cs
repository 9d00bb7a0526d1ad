namespace Idq.Tracking.Mlflow;

/// <summary>Operations go to an MLflow server over REST.</summary>
/// <param name="client">The server's client; it must outlive the target, which does not dispose it.</param>
/// <param name="experiment">
/// The name of the experiment that all runs go to; null for the one that each draft names. The server is asked for its id when the first
/// run is made, because it may be away before.
/// </param>
public sealed class MlflowTarget(MlflowClient client, string? experiment = null) : ITrackingTarget
{
    volatile string? experimentId;

    public async Task<string> CreateRunAsync(MlflowRunDraft draft, bool isResent, CancellationToken cancellationToken)
    {
        if (experiment is not null)
            draft = draft with { ExperimentId = experimentId ??= await client.GetOrCreateExperimentAsync(experiment, cancellationToken) };
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
