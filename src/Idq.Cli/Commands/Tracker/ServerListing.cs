using Idq.Tracking;
using Idq.Tracking.Mlflow;

namespace Idq.Cli.Commands;

/// <summary>What an MLflow server has, as this program lists it.</summary>
static class ServerListing
{
    static readonly RunListingQuery Everything = new() { IncludeDeleted = true, Limit = int.MaxValue };

    public static async Task<IReadOnlyList<MlflowExperiment>> ExperimentsAsync(
        MlflowClient client, bool deleted, CancellationToken cancellationToken)
    {
        var experiments = new List<MlflowExperiment>();
        string? token = null;
        do
        {
            var page = await client.SearchExperimentsAsync(
                orderBy: ["creation_time ASC"], view: View(deleted), pageToken: token, cancellationToken: cancellationToken);
            experiments.AddRange(page.Items);
            token = page.NextPageToken;
        }
        while (token is not null);
        return experiments;
    }

    public static async Task<IReadOnlyList<(string Experiment, MlflowRun Run)>> RunsAsync(
        MlflowClient client, RunListingQuery query, CancellationToken cancellationToken)
    {
        string? filter = null;
        if (query.Status is { } wanted)
        {
            // A server knows five states; of any other it has no runs.
            var states = Enum.GetValues<MlflowRunStatus>().Where(s => TrackerValues.Status(s) == wanted).ToArray();
            if (states.Length == 0) return [];
            filter = $"attributes.status = '{states[0].ToString().ToUpperInvariant()}'";
        }
        var experiments = (await ExperimentsAsync(client, query.IncludeDeleted, cancellationToken))
            .Where(e => query.Experiment is null || e.Name == query.Experiment)
            .ToDictionary(e => e.Id, e => e.Name);
        if (experiments.Count == 0 && query.Experiment is { } name) throw new DataException($"the server has no experiment '{name}'");
        var runs = new List<(string, MlflowRun)>();
        string? token = null;
        do
        {
            var page = await client.SearchRunsAsync(
                [.. experiments.Keys], filter, view: View(query.IncludeDeleted), maxResults: Math.Min(query.Limit - runs.Count, 1000),
                pageToken: token, cancellationToken: cancellationToken);
            runs.AddRange(page.Items.Select(r => (experiments.GetValueOrDefault(r.ExperimentId, r.ExperimentId), r)));
            token = page.NextPageToken;
        }
        while (token is not null && runs.Count < query.Limit);
        return runs;
    }

    /// <summary>Counts what a server tells of: it knows of no rows.</summary>
    public static async Task<IReadOnlyList<(string What, long Count)>> CountAsync(MlflowClient client, CancellationToken cancellationToken)
    {
        var experiments = await ExperimentsAsync(client, deleted: true, cancellationToken);
        var runs = (await RunsAsync(client, Everything, cancellationToken)).Select(r => r.Run).ToArray();
        return
        [
            ("experiments", experiments.Count(e => e.IsActive)), ("deleted experiments", experiments.Count(e => !e.IsActive)),
            ("runs", runs.Count(r => r.IsActive)), ("deleted runs", runs.Count(r => !r.IsActive)),
            ("running runs", runs.Count(r => r.IsActive && r.Status == MlflowRunStatus.Running)),
            ("histories", runs.Sum(r => r.Metrics.Count)), ("inputs", runs.Sum(r => r.Inputs.Count)),
        ];
    }

    /// <summary>The run of this id, or the only one whose id begins so; and its experiment's name.</summary>
    /// <exception cref="DataException">There is none, or there are several.</exception>
    public static async Task<(string Experiment, MlflowRun Run)> FindAsync(
        MlflowClient client, string name, CancellationToken cancellationToken)
    {
        if (name.Length == 32)
        {
            try
            {
                var run = await client.GetRunAsync(name, cancellationToken);
                return ((await client.GetExperimentAsync(run.ExperimentId, cancellationToken)).Name, run);
            }
            catch (MlflowException e) when (e.ErrorCode == "RESOURCE_DOES_NOT_EXIST")
            {
                throw new DataException($"the server has no run '{name}'", cause: e);
            }
        }
        var runs = await RunsAsync(client, Everything, cancellationToken);
        var found = runs.Where(r => r.Run.Id.StartsWith(name, StringComparison.Ordinal)).ToArray();
        return found.Length == 1
            ? found[0]
            : throw new DataException(
                found.Length == 0
                    ? $"the server has no run whose id begins with '{name}'"
                    : $"'{name}' begins the ids of several runs of the server: write more of it");
    }

    static MlflowViewType View(bool deleted) => deleted ? MlflowViewType.All : MlflowViewType.ActiveOnly;
}
