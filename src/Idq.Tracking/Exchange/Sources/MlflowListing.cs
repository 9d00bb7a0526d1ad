using Idq.Tracking.Mlflow;

namespace Idq.Tracking;

/// <summary>Lists what an MLflow server has as a store is listed, page after page.</summary>
public static class MlflowListing
{
    static readonly RunListingQuery Everything = new() { IncludeDeleted = true, Limit = int.MaxValue };

    /// <summary>The experiments in the order in which they were made.</summary>
    /// <param name="client">A client of the server.</param>
    /// <param name="deleted">True for deleted ones too.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="MlflowException">The server does not answer, or refuses.</exception>
    public static async Task<IReadOnlyList<MlflowExperiment>> ListExperimentsAsync(
        this MlflowClient client, bool deleted, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
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

    /// <summary>The runs that a query selects, each with the name of its experiment.</summary>
    /// <exception cref="MlflowException">The server does not answer, or refuses.</exception>
    /// <exception cref="TrackerException">There is no experiment of the name.</exception>
    public static async Task<IReadOnlyList<(string Experiment, MlflowRun Run)>> ListRunsAsync(
        this MlflowClient client, RunListingQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        // A server knows five states; of any other it has no runs.
        if (query.Status is { } wanted && !WireStatus.IsExact(wanted)) return [];
        var filter = query.Status is { } status ? $"attributes.status = '{WireStatus.Of(status)}'" : null;
        var experiments = (await client.ListExperimentsAsync(query.IncludeDeleted, cancellationToken))
            .Where(e => query.Experiment is null || e.Name == query.Experiment)
            .ToDictionary(e => e.Id, e => e.Name);
        if (experiments.Count == 0 && query.Experiment is { } name)
            throw new TrackerException(TrackerFailure.UnknownReference, $"the server has no experiment '{name}'");
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
    /// <exception cref="MlflowException">The server does not answer, or refuses.</exception>
    public static async Task<IReadOnlyList<(string What, long Count)>> CountAsync(
        this MlflowClient client, CancellationToken cancellationToken)
    {
        var experiments = await client.ListExperimentsAsync(deleted: true, cancellationToken);
        var runs = (await client.ListRunsAsync(Everything, cancellationToken)).Select(r => r.Run).ToArray();
        return
        [
            ("experiments", experiments.Count(e => e.IsActive)), ("deleted experiments", experiments.Count(e => !e.IsActive)),
            ("runs", runs.Count(r => r.IsActive)), ("deleted runs", runs.Count(r => !r.IsActive)),
            ("running runs", runs.Count(r => r.IsActive && r.Status == MlflowRunStatus.Running)),
            ("histories", runs.Sum(r => r.Metrics.Count)), ("inputs", runs.Sum(r => r.Inputs.Count)),
        ];
    }

    /// <summary>The run of this id, or the only one whose id begins so; and its experiment's name.</summary>
    /// <exception cref="MlflowException">The server does not answer, or refuses.</exception>
    /// <exception cref="TrackerException">There is none, or there are several.</exception>
    public static async Task<(string Experiment, MlflowRun Run)> FindRunAsync(
        this MlflowClient client, string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 32)
        {
            try
            {
                var run = await client.GetRunAsync(name, cancellationToken);
                return ((await client.GetExperimentAsync(run.ExperimentId, cancellationToken)).Name, run);
            }
            catch (MlflowException e) when (e.ErrorCode == "RESOURCE_DOES_NOT_EXIST")
            {
                throw new TrackerException(TrackerFailure.UnknownReference, $"the server has no run '{name}'", e);
            }
        }
        var runs = await client.ListRunsAsync(Everything, cancellationToken);
        var found = runs.Where(r => r.Run.Id.StartsWith(name, StringComparison.Ordinal)).ToArray();
        if (found.Length == 1) return found[0];
        throw new TrackerException(
            TrackerFailure.UnknownReference,
            found.Length == 0
                ? $"the server has no run whose id begins with '{name}'"
                : $"'{name}' begins the ids of several runs of the server: write more of it");
    }

    static MlflowViewType View(bool deleted) => deleted ? MlflowViewType.All : MlflowViewType.ActiveOnly;
}
