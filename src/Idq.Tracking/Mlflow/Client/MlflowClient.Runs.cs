using System.Text.Json;

namespace Idq.Tracking.Mlflow;

public sealed partial class MlflowClient
{
    /// <summary>Makes a run. With a client key in the draft it is made once even when an answer is lost.</summary>
    public Task<MlflowRun> CreateRunAsync(MlflowRunDraft draft, CancellationToken cancellationToken = default) => SendAsync(
        HttpMethod.Post,
        "runs/create",
        MlflowJson.Object(json => json.Draft(draft)),
        ReadRun,
        cancellationToken,
        draft.ClientKey is { } key ? cancellation => FindRunAsync(draft.ExperimentId, key, cancellation) : null);

    /// <summary>The run that was made with this client key in an experiment; null when there is none. Deleted ones count too.</summary>
    public async Task<MlflowRun?> FindRunAsync(string experimentId, string clientKey, CancellationToken cancellationToken = default)
    {
        var page = await SearchRunsAsync(
            [experimentId],
            $"tags.`{MlflowRunDraft.ClientKeyTag}` = '{clientKey}'",
            MlflowViewType.All,
            maxResults: 1,
            cancellationToken: cancellationToken
        );
        return page.Items.Count > 0 ? page.Items[0] : null;
    }

    /// <summary>A run with its latest metrics, parameters, tags and inputs.</summary>
    public Task<MlflowRun> GetRunAsync(string runId, CancellationToken cancellationToken = default) =>
        GetAsync("runs/get", ReadRun, cancellationToken, ("run_id", runId), ("run_uuid", runId));

    /// <summary>Changes the status, the end (ms since 1970) or the name of a run; null leaves as it is.</summary>
    public Task<MlflowRun> UpdateRunAsync(
        string runId,
        MlflowRunStatus? status = null,
        long? endTime = null,
        string? name = null,
        CancellationToken cancellationToken = default
    ) =>
        PostAsync(
            "runs/update",
            json =>
            {
                json.RunId(runId);
                json.Optional("status", status?.Wire());
                if (endTime is { } end)
                    json.WriteNumber("end_time", end);
                json.Optional("run_name", name);
            },
            static json => MlflowJson.ReadRunInfo(json.GetProperty("run_info")),
            cancellationToken
        );

    /// <summary>Deletes a run; it can be restored.</summary>
    public Task DeleteRunAsync(string runId, CancellationToken cancellationToken = default) =>
        PostAsync("runs/delete", json => json.RunId(runId), cancellationToken);

    /// <summary>Brings a deleted run back.</summary>
    public Task RestoreRunAsync(string runId, CancellationToken cancellationToken = default) =>
        PostAsync("runs/restore", json => json.RunId(runId), cancellationToken);

    /// <summary>A page of the runs that a filter in MLflow's grammar selects.</summary>
    public Task<MlflowPage<MlflowRun>> SearchRunsAsync(
        IReadOnlyList<string> experimentIds,
        string? filter = null,
        MlflowViewType view = MlflowViewType.ActiveOnly,
        IReadOnlyList<string>? orderBy = null,
        int maxResults = 1000,
        string? pageToken = null,
        CancellationToken cancellationToken = default) => PostAsync(
        "runs/search",
        json =>
        {
            json.Array("experiment_ids", experimentIds, static (json, id) => json.WriteStringValue(id));
            json.Optional("filter", filter);
            json.WriteString("run_view_type", view.Wire());
            json.WriteNumber("max_results", maxResults);
            json.Array("order_by", orderBy ?? [], static (json, clause) => json.WriteStringValue(clause));
            json.Optional("page_token", pageToken);
        },
        static json => json.ReadPage("runs", MlflowJson.ReadRun),
        cancellationToken);

    /// <summary>Logs one parameter. It cannot be changed later; the same value again is no error.</summary>
    public Task LogParameterAsync(string runId, string key, string value, CancellationToken cancellationToken = default) =>
        PostAsync("runs/log-parameter", json => RunEntry(json, runId, key, value), cancellationToken);

    /// <summary>Sets a tag.</summary>
    public Task SetTagAsync(string runId, string key, string value, CancellationToken cancellationToken = default) =>
        PostAsync("runs/set-tag", json => RunEntry(json, runId, key, value), cancellationToken);

    /// <summary>Removes a tag.</summary>
    public Task DeleteTagAsync(string runId, string key, CancellationToken cancellationToken = default) => PostAsync(
        "runs/delete-tag",
        json =>
        {
            json.RunId(runId);
            json.WriteString("key", key);
        },
        cancellationToken);

    /// <summary>Says which data sets a run used.</summary>
    public Task LogInputsAsync(string runId, IReadOnlyList<MlflowDatasetInput> inputs, CancellationToken cancellationToken = default) =>
        PostAsync(
            "runs/log-inputs",
            json =>
            {
                json.RunId(runId);
                json.Array("datasets", inputs, MlflowJson.Input);
            },
            cancellationToken
        );

    static MlflowRun ReadRun(JsonElement json) => MlflowJson.ReadRun(json.GetProperty("run"));

    static void RunEntry(Utf8JsonWriter json, string runId, string key, string value)
    {
        json.RunId(runId);
        json.WriteString("key", key);
        json.WriteString("value", value);
    }
}
