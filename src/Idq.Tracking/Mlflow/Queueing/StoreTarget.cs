using System.Globalization;

namespace Idq.Tracking.Mlflow;

/// <summary>Operations go to a tracker store of this program, without a server between.</summary>
/// <remarks>The rules of names, lengths and numbers are those of the server, and refusals are told in its words.</remarks>
/// <param name="store">The store; it must outlive the target, which does not dispose it.</param>
public sealed class StoreTarget(TrackerStore store) : ITrackingTarget
{
    static readonly ServerLimits Limits = new();

    public Task<string> CreateRunAsync(MlflowRunDraft draft, bool isResent, CancellationToken cancellationToken) =>
        Answered(() =>
        {
            if (!long.TryParse(draft.ExperimentId, NumberStyles.None, CultureInfo.InvariantCulture, out var experiment))
                throw Refusal.Invalid($"Invalid experiment ID '{draft.ExperimentId}'. Experiment ID must be a valid integer.");
            if (isResent && draft.ClientKey is { } known && Find(experiment, known) is { } made)
                return made.Uid;
            var tags = draft.ClientKey is { } key ? [.. draft.Tags, new MlflowEntry(MlflowRunDraft.ClientKeyTag, key)] : draft.Tags;
            return store
                .CreateTrackedRun(
                    new TrackedRunDraft(experiment, draft.Name, draft.UserId, draft.StartTime, Tags(tags)),
                    ServerRoom.ArtifactUri
                )
                .Uid;
        });

    public Task LogBatchAsync(string runId, LogBatch batch, CancellationToken cancellationToken) =>
        Answered(() =>
        {
            List<KeyValuePair<string, string>> parameters =
            [
                .. batch.Params.Select((entry, i) => RequestEntities.Param(entry.Key, entry.Value, $"params[{i}]", Limits)),
            ];
            store.LogTracked(runId, new TrackedBatch([.. batch.Metrics.Select(Point)], parameters, Tags(batch.Tags)));
            return true;
        });

    public Task LogInputsAsync(string runId, IReadOnlyList<MlflowDatasetInput> inputs, CancellationToken cancellationToken) =>
        Answered(() =>
        {
            store.LogTrackedInputs(
                runId,
                [
                    .. inputs.Select(
                        (input, i) =>
                            RequestEntities.Input(
                                new TrackedInput(
                                    input.Name,
                                    input.Digest,
                                    input.SourceType,
                                    input.Source,
                                    input.Schema,
                                    input.Profile,
                                    [.. input.Tags.Select(tag => KeyValuePair.Create(tag.Key, tag.Value))]
                                ),
                                $"datasets[{i}]"
                            )
                    ),
                ]
            );
            return true;
        });

    public Task TerminateRunAsync(string runId, MlflowRunStatus status, long endTime, CancellationToken cancellationToken) => Answered(() =>
    {
        store.UpdateTrackedRun(runId, status.ToRunStatus(), endTime, name: null);
        return true;
    });

    TrackedRun? Find(long experiment, string key)
    {
        var filter = SearchFilter.Parse($"tags.`{MlflowRunDraft.ClientKeyTag}` = '{key}'", SearchVocabulary.Runs);
        return store.SearchTrackedRuns([experiment], filter, TrackedView.All, [], 1, PageToken.Parse(null)).Items is [var run, ..]
            ? run
            : null;
    }

    static TrackedPoint Point(MlflowMetric metric, int index)
    {
        EntityNames.Require(metric.Key, $"metrics[{index}].name", Limits.Key);
        if (metric.Timestamp < 0)
            throw Refusal.BadValue($"metrics[{index}].timestamp", metric.Timestamp, "It must not be negative");
        (string Name, string? Value)[] extras =
        [
            ("model_id", metric.ModelId),
            ("dataset_name", metric.DatasetName),
            ("dataset_digest", metric.DatasetDigest),
        ];
        List<KeyValuePair<string, string>> given =
        [
            .. extras.Where(extra => !string.IsNullOrEmpty(extra.Value)).Select(extra => KeyValuePair.Create(extra.Name, extra.Value!)),
        ];
        return new TrackedPoint(
            metric.Key,
            metric.Value,
            metric.Timestamp,
            metric.Step,
            given.Count == 0 ? null : TextPairs.Merge("{}", given)
        );
    }

    static List<KeyValuePair<string, string>> Tags(IReadOnlyList<MlflowEntry> tags) =>
        [.. tags.Select((tag, i) => RequestEntities.Tag(tag.Key, tag.Value, $"tags[{i}]", Limits))];

    /// <summary>The store answers at once; a refusal is told as a server would.</summary>
    static Task<T> Answered<T>(Func<T> work)
    {
        try
        {
            return Task.FromResult(work());
        }
        catch (Refusal e)
        {
            return Task.FromException<T>(new MlflowException(e.Code.Name, e.Message, e.Code.Status, inner: e));
        }
        catch (Exception e)
        {
            return Task.FromException<T>(e);
        }
    }
}
