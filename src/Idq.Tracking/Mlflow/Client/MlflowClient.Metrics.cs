using System.Runtime.CompilerServices;

namespace Idq.Tracking.Mlflow;

public sealed partial class MlflowClient
{
    /// <summary>Servers before 2026 cannot store a batch again whose metrics have more names than this.</summary>
    const int SafeKeys = 100;

    /// <summary>How many values one page of a history asks for.</summary>
    public const int HistoryPage = 25_000;

    /// <summary>Logs one value of a metric.</summary>
    public Task LogMetricAsync(string runId, MlflowMetric metric, CancellationToken cancellationToken = default) => PostAsync(
        "runs/log-metric",
        json =>
        {
            json.RunId(runId);
            MlflowJson.MetricMembers(json, metric);
        },
        cancellationToken);

    /// <summary>Logs a batch. Sending one again that was stored in part or whole stores what is missing and duplicates nothing.</summary>
    /// <exception cref="MlflowException">The batch was refused or could not be delivered; some of it may have been stored.</exception>
    public async Task LogBatchAsync(string runId, LogBatch batch, CancellationToken cancellationToken = default)
    {
        try
        {
            await PostBatchAsync(runId, batch, cancellationToken);
        }
        catch (MlflowException e) when (IsDuplicate(e) && (e.Attempts > 1 || batch.IsResent))
        {
            await StoreMissingAsync(runId, batch, cancellationToken);
        }
    }

    /// <summary>All values of a metric, page by page, in the server's order.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="key">The metric's name.</param>
    /// <param name="pageSize">How many values a request asks for; a server that knows no pages sends all at once.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<MlflowMetric> GetMetricHistoryAsync(
        string runId, string key, int pageSize = HistoryPage, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string? token = null;
        do
        {
            var page = await GetAsync(
                "metrics/get-history",
                static json => json.ReadPage("metrics", MlflowJson.ReadMetric),
                cancellationToken,
                ("run_id", runId),
                ("run_uuid", runId),
                ("metric_key", key),
                ("max_results", pageSize.ToString()),
                ("page_token", token));
            foreach (var metric in page.Items)
                yield return metric;
            // A server that sends the same token twice would make this loop endless.
            token = page.NextPageToken == token ? null : page.NextPageToken;
        }
        while (token is not null);
    }

    Task PostBatchAsync(string runId, LogBatch batch, CancellationToken cancellationToken) => PostAsync(
        "runs/log-batch",
        json =>
        {
            json.RunId(runId);
            json.Batch(batch);
        },
        cancellationToken);

    /// <summary>The server stored rows of an earlier attempt and now trips over them.</summary>
    static bool IsDuplicate(MlflowException e) =>
        e.StatusCode is 400 or 409 &&
        (e.Detail.Contains("unique constraint", StringComparison.OrdinalIgnoreCase) ||
         e.Detail.Contains("duplicate key value", StringComparison.OrdinalIgnoreCase) ||
         e.Detail.Contains("duplicate entry", StringComparison.OrdinalIgnoreCase) ||
         e.Detail.Contains("IntegrityError", StringComparison.OrdinalIgnoreCase));

    async Task StoreMissingAsync(string runId, LogBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Params.Count + batch.Tags.Count > 0)
            await PostBatchAsync(runId, batch with { Metrics = [] }, cancellationToken);
        foreach (var keys in batch.Metrics.GroupBy(metric => metric.Key).Chunk(SafeKeys))
        {
            try
            {
                await PostBatchAsync(runId, new LogBatch { Metrics = [.. keys.SelectMany(metrics => metrics)] }, cancellationToken);
            }
            catch (MlflowException e) when (IsDuplicate(e))
            {
                foreach (var metrics in keys)
                    await StoreMissingAsync(runId, metrics, cancellationToken);
            }
        }
    }

    async Task StoreMissingAsync(string runId, IGrouping<string, MlflowMetric> metrics, CancellationToken cancellationToken)
    {
        var stored = new HashSet<(long, long, double)>();
        await foreach (var metric in GetMetricHistoryAsync(runId, metrics.Key, cancellationToken: cancellationToken))
            stored.Add((metric.Timestamp, metric.Step, Stored(metric.Value)));
        foreach (var metric in metrics.Where(metric => stored.Add((metric.Timestamp, metric.Step, Stored(metric.Value)))))
            await LogMetricAsync(runId, metric, cancellationToken);
    }

    /// <summary>MLflow keeps an infinity as the greatest finite number.</summary>
    static double Stored(double value) => double.IsNaN(value) ? value : Math.Clamp(value, double.MinValue, double.MaxValue);
}
