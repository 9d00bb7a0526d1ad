namespace Idq.Tracking.Mlflow;

public sealed partial class MlflowClient
{
    /// <summary>Makes an experiment and returns its id.</summary>
    /// <exception cref="MlflowException">RESOURCE_ALREADY_EXISTS when the name is taken, also by a deleted one.</exception>
    public Task<string> CreateExperimentAsync(
        string name,
        string? artifactLocation = null,
        IReadOnlyList<MlflowEntry>? tags = null,
        CancellationToken cancellationToken = default
    ) =>
        PostAsync(
            "experiments/create",
            json =>
            {
                json.WriteString("name", name);
                json.Optional("artifact_location", artifactLocation);
                json.Entries("tags", tags ?? []);
            },
            static json => json.Text("experiment_id"),
            cancellationToken);

    /// <summary>The experiment of this name, made when there is none; safe against others who make it at the same moment.</summary>
    public async Task<string> GetOrCreateExperimentAsync(string name, CancellationToken cancellationToken = default)
    {
        if (await FindExperimentAsync(name, cancellationToken) is { } found)
            return found.Id;
        try
        {
            return await CreateExperimentAsync(name, cancellationToken: cancellationToken);
        }
        catch (MlflowException e) when (e.ErrorCode == "RESOURCE_ALREADY_EXISTS")
        {
            var made = await FindExperimentAsync(name, cancellationToken);
            if (made is null)
                throw;
            return made.Id;
        }
    }

    /// <summary>The experiment of this id, deleted ones too.</summary>
    public Task<MlflowExperiment> GetExperimentAsync(string experimentId, CancellationToken cancellationToken = default) =>
        GetAsync(
            "experiments/get",
            static json => MlflowJson.ReadExperiment(json.GetProperty("experiment")),
            cancellationToken,
            ("experiment_id", experimentId)
        );

    /// <summary>The experiment of this name, deleted ones too; null when there is none.</summary>
    public async Task<MlflowExperiment?> FindExperimentAsync(string name, CancellationToken cancellationToken = default)
    {
        try
        {
            return await GetAsync(
                "experiments/get-by-name",
                static json => MlflowJson.ReadExperiment(json.GetProperty("experiment")),
                cancellationToken,
                ("experiment_name", name)
            );
        }
        catch (MlflowException e) when (e.ErrorCode == "RESOURCE_DOES_NOT_EXIST")
        {
            return null;
        }
    }

    /// <summary>A page of the experiments that a filter in MLflow's grammar selects.</summary>
    public Task<MlflowPage<MlflowExperiment>> SearchExperimentsAsync(
        string? filter = null,
        IReadOnlyList<string>? orderBy = null,
        MlflowViewType view = MlflowViewType.ActiveOnly,
        int maxResults = 1000,
        string? pageToken = null,
        CancellationToken cancellationToken = default) => PostAsync(
        "experiments/search",
        json =>
        {
            json.WriteNumber("max_results", maxResults);
            json.Optional("filter", filter);
            json.Array("order_by", orderBy ?? [], static (json, clause) => json.WriteStringValue(clause));
            json.WriteString("view_type", view.Wire());
            json.Optional("page_token", pageToken);
        },
        static json => json.ReadPage("experiments", MlflowJson.ReadExperiment),
        cancellationToken);

    /// <summary>Gives an experiment another name.</summary>
    public Task RenameExperimentAsync(string experimentId, string newName, CancellationToken cancellationToken = default) => PostAsync(
        "experiments/update",
        json =>
        {
            json.WriteString("experiment_id", experimentId);
            json.WriteString("new_name", newName);
        },
        cancellationToken);

    /// <summary>Deletes an experiment with its runs; it can be restored.</summary>
    public Task DeleteExperimentAsync(string experimentId, CancellationToken cancellationToken = default) =>
        PostAsync("experiments/delete", json => json.WriteString("experiment_id", experimentId), cancellationToken);

    /// <summary>Brings a deleted experiment back with its runs.</summary>
    public Task RestoreExperimentAsync(string experimentId, CancellationToken cancellationToken = default) =>
        PostAsync("experiments/restore", json => json.WriteString("experiment_id", experimentId), cancellationToken);

    /// <summary>Sets a tag of an experiment.</summary>
    public Task SetExperimentTagAsync(string experimentId, string key, string value, CancellationToken cancellationToken = default) =>
        PostAsync(
            "experiments/set-experiment-tag",
            json =>
            {
                json.WriteString("experiment_id", experimentId);
                json.WriteString("key", key);
                json.WriteString("value", value);
            },
            cancellationToken
        );
}
