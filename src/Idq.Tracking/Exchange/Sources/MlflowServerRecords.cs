using System.Runtime.CompilerServices;
using Idq.Tracking.Mlflow;
using NodaTime;

namespace Idq.Tracking;

/// <summary>
/// Reads an MLflow server over REST: all experiments and runs, deleted ones too, with tags, parameters, histories and data sets. Runs that
/// somebody logs to at the same time arrive as they are when their turn comes.
/// </summary>
public static class MlflowServerRecords
{
    // Points of a history in one record.
    const int Page = 1000;
    const int RunsAtOnce = 100;

    /// <summary>Its records.</summary>
    /// <param name="client">A client of the server.</param>
    /// <param name="query">What to read.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="MlflowException">The server does not answer, or refuses.</exception>
    /// <exception cref="TrackerException">An experiment or a run that was asked for is not there.</exception>
    public static async IAsyncEnumerable<ExchangeRecord> ReadAsync(
        MlflowClient client,
        ExportQuery query,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(query);
        var view = query.ActiveOnly ? MlflowViewType.ActiveOnly : MlflowViewType.All;
        var experiments = await client.ListExperimentsAsync(!query.ActiveOnly, cancellationToken);
        if (query.Experiments.FirstOrDefault(name => experiments.All(e => e.Name != name)) is { } missing)
            throw new TrackerException(TrackerFailure.UnknownReference, $"the server has no experiment '{missing}'");
        var uids = new Dictionary<string, string>(StringComparer.Ordinal);
        var parents = new List<(string Run, string Parent)>();
        foreach (var experiment in experiments.Where(e => query.Experiments.Count == 0 || query.Experiments.Contains(e.Name)))
        {
            string? token = null;
            var created = Time(experiment.CreationTime) ?? NodaConstants.UnixEpoch;
            var isWritten = false;
            var datasets = new HashSet<(string, string)>();
            do
            {
                var page = await client.SearchRunsAsync(
                    [experiment.Id],
                    view: view,
                    orderBy: ["attributes.start_time ASC"],
                    maxResults: RunsAtOnce,
                    pageToken: token,
                    cancellationToken: cancellationToken
                );
                token = page.NextPageToken;
                foreach (var run in page.Items)
                {
                    var isUid = RunUid.IsValid(run.Id);
                    var uid = isUid ? run.Id : Foreign.Uid("mlflow", run.Id);
                    if (query.Runs.Count > 0 && !query.Runs.Contains(uid)) continue;
                    if (!isWritten)
                    {
                        yield return Experiment(experiment, created);
                        isWritten = true;
                    }
                    foreach (var input in run.Inputs)
                        if (datasets.Add((input.Name, input.Digest)))
                            yield return new ExportedDataset(
                                experiment.Name,
                                input.Name,
                                input.Digest,
                                input.SourceType,
                                input.Source,
                                input.Schema,
                                input.Profile
                            );
                    uids[run.Id] = uid;
                    var tags = run.Tags.Select(t => (t.Key, (string?)t.Value)).ToList();
                    if (run.Tag("mlflow.parentRunId") is { } parent) parents.Add((run.Id, parent));
                    var (status, rest) = MlflowDatabase.Status(run.Status.Wire(), tags);
                    yield return new ExportedRun(uid, experiment.Name, MlflowDatabase.Name(run.Name, tags, run.Id))
                    {
                        Status = status,
                        Created = Time(run.StartTime) ?? created,
                        Started = Time(run.StartTime),
                        Updated = Time(run.EndTime) ?? Time(run.StartTime),
                        Ended = Time(run.EndTime),
                        Tags = Foreign.Object(rest),
                        Args = Foreign.Object(run.Params.Select(p => (p.Key, (string?)p.Value))),
                        Extras = isUid ? "{}" : Foreign.Object([("mlflow.run_id", run.Id)]),
                        User = run.UserId,
                        IsDeleted = !run.IsActive,
                        ArtifactUri = run.ArtifactUri,
                    };
                    foreach (var metric in run.Metrics.Select(m => m.Key).Distinct().Order(StringComparer.Ordinal))
                    {
                        var points = new List<HistoryPoint>();
                        await foreach (var point in client.GetMetricHistoryAsync(run.Id, metric, cancellationToken: cancellationToken))
                        {
                            points.Add(new HistoryPoint(point.Step, point.Timestamp, point.Value, Extras(point)));
                            if (points.Count < Page) continue;
                            yield return new ExportedHistory(uid, metric, points);
                            points = [];
                        }
                        if (points.Count > 0) yield return new ExportedHistory(uid, metric, points);
                    }
                    foreach (var input in run.Inputs)
                        yield return new ExportedInput(
                            uid,
                            input.Name,
                            input.Digest,
                            Foreign.Object(input.Tags.Select(t => (t.Key, (string?)t.Value)))
                        );
                    if (!query.WithArtifacts)
                        continue;
                    await foreach (var record in ArtifactsAsync(client, run.Id, uid, cancellationToken))
                        yield return record;
                }
            }
            while (token is not null);
            if (!isWritten && query.Runs.Count == 0) yield return Experiment(experiment, created);
        }
        if (query.Runs.FirstOrDefault(uid => !uids.ContainsValue(uid)) is { } gone)
            throw new TrackerException(TrackerFailure.UnknownReference, $"the server has no run '{gone}'");
        foreach (var (run, parent) in parents)
            if (uids.TryGetValue(parent, out var to)) yield return new ExportedRunLink(uids[run], "parent", to);
    }

    // A file is fetched whole before its record is made: its length and digest come first.
    static async IAsyncEnumerable<ExchangeRecord> ArtifactsAsync(
        MlflowClient client,
        string run,
        string uid,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var folders = new Stack<string?>([null]);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (folders.TryPop(out var folder))
        {
            foreach (
                var artifact in (await client.ListArtifactsAsync(run, folder, cancellationToken)).OrderBy(
                    a => a.Path,
                    StringComparer.Ordinal
                )
            )
            {
                // Stops at a server that lists a folder inside itself.
                if (!seen.Add(artifact.Path)) continue;
                if (artifact.IsFolder)
                {
                    folders.Push(artifact.Path);
                    continue;
                }
                await using var file = new FileStream(
                    Path.GetTempFileName(),
                    FileMode.Open,
                    FileAccess.ReadWrite,
                    FileShare.None,
                    1 << 16,
                    FileOptions.DeleteOnClose | FileOptions.Asynchronous
                );
                await client.DownloadArtifactAsync(run, artifact.Path, file, cancellationToken);
                foreach (var record in TrackerStore.ArtifactRecords(uid, artifact.Path, file)) yield return record;
            }
        }
    }

    static ExportedExperiment Experiment(MlflowExperiment experiment, Instant created) => new(experiment.Name)
    {
        Created = created,
        Updated = Time(experiment.LastUpdateTime) ?? created,
        Tags = Foreign.Object(experiment.Tags.Select(t => (t.Key, (string?)t.Value))),
        IsDeleted = !experiment.IsActive,
        ArtifactLocation = experiment.ArtifactLocation,
    };

    static string? Extras(MlflowMetric point)
    {
        var members = new[] { ("dataset_digest", point.DatasetDigest), ("dataset_name", point.DatasetName), ("model_id", point.ModelId) }
            .Where(m => !string.IsNullOrEmpty(m.Item2))
            .ToArray();
        return members.Length == 0 ? null : Foreign.Object(members);
    }

    static Instant? Time(long? milliseconds) => milliseconds is { } given and > 0 ? Instant.FromUnixTimeMilliseconds(given) : null;
}
