using Idq.Tracking.Mlflow;

namespace Idq.Tracking.Tests.Mlflow;

/// <summary>Servers that trip over rows which an earlier attempt has stored.</summary>
public sealed class ResentBatchTests : MlflowClientFixture
{
    static readonly Answer Duplicate = Answer.Error(
        400,
        "BAD_REQUEST",
        "(sqlite3.IntegrityError) UNIQUE constraint failed: metrics.key, metrics.timestamp, metrics.step, metrics.run_uuid, metrics.value, "
            + "metrics.is_nan"
    );

    static LogBatch Batch(int metrics) => new()
    {
        Metrics = [.. Enumerable.Range(0, metrics).Select(i => new MlflowMetric($"m{i}", i, 1, i))],
        Params = [new("p", "1")],
        Tags = [new("t", "2")],
    };

    /// <summary>
    /// As MLflow 2.12: a batch with a row that is there is refused after its new metrics were stored, and parameters too, but not tags.
    /// With up to 100 names it looks first; then it has no trouble.
    /// </summary>
    static Answer? Old(MlflowDouble mlflow, Sent sent, int namesItLooksFor = 100)
    {
        if (sent.Endpoint != "runs/log-batch" || !mlflow.Runs.TryGetValue(sent.Json.GetProperty("run_id").GetString()!, out var run))
            return null;
        var metrics = sent.Array("metrics").Select(Stored).ToList();
        if (metrics.Select(metric => metric.Key).Distinct().Count() <= namesItLooksFor || !metrics.Exists(run.Known.Contains))
            return null;
        foreach (var metric in metrics.Where(run.Known.Add))
            run.Metrics.Add(metric);
        return Duplicate;
    }

    static StoredMetric Stored(System.Text.Json.JsonElement json) =>
        new(
            json.GetProperty("key").GetString()!,
            json.GetProperty("value").ToString(),
            json.GetProperty("timestamp").GetInt64(),
            json.GetProperty("step").GetInt64()
        );

    [Theory]
    [InlineData(100)]
    [InlineData(0)]
    public async Task A_batch_whose_answer_was_lost_is_completed_on_a_server_that_cannot_take_it_again(int namesItLooksFor)
    {
        using var mlflow = new MlflowDouble();
        var client = Client(mlflow.Server);
        var run = await client.CreateRunAsync(new MlflowRunDraft("1"));
        var batches = 0;
        mlflow.Before = sent =>
        {
            if (sent.Endpoint != "runs/log-batch")
                return null;
            if (batches++ > 0)
                return Old(mlflow, sent, namesItLooksFor);
            // The first attempt dies in the middle: half of the metrics are there, the tag is not.
            foreach (var metric in sent.Array("metrics").Take(125).Select(Stored))
            {
                mlflow.TheRun.Known.Add(metric);
                mlflow.TheRun.Metrics.Add(metric);
            }

            return Answer.Cut;
        };
        await client.LogBatchAsync(run.Id, Batch(250));

        Assert.Equal(Enumerable.Range(0, 250).Select(i => $"m{i}"), mlflow.TheRun.Metrics.Select(metric => metric.Key));
        Assert.Equal("1", mlflow.TheRun.Params["p"]);
        Assert.Equal("2", mlflow.TheRun.Tags["t"]);
    }

    [Fact]
    public async Task Special_values_count_as_stored_when_they_are()
    {
        using var mlflow = new MlflowDouble();
        var client = Client(mlflow.Server);
        var run = await client.CreateRunAsync(new MlflowRunDraft("1"));
        // A server that keeps infinities as the greatest doubles.
        mlflow.TheRun.Metrics.AddRange([new("n", "NaN", 1, 1), new("i", "1.7976931348623157E308", 1, 1)]);
        mlflow.Before = sent => sent.Endpoint == "runs/log-batch" ? Duplicate : null;
        await client.LogBatchAsync(run.Id, new LogBatch
        {
            IsResent = true,
            Metrics = [new("n", double.NaN, 1, 1), new("i", double.PositiveInfinity, 1, 1), new("i", double.NegativeInfinity, 1, 1)],
        });
        Assert.Equal("-Infinity", Assert.Single(mlflow.Server.To("runs/log-metric")).Json.GetProperty("value").GetString());
    }

    [Fact]
    public async Task A_batch_that_is_refused_at_its_first_attempt_stays_refused()
    {
        var server = Serve(Duplicate);
        await Assert.ThrowsAsync<MlflowException>(() => Client(server).LogBatchAsync("r", Batch(1)));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Another_refusal_of_a_retried_batch_is_told()
    {
        var server = Serve(new Answer(503, ""), Answer.Error(400, "INVALID_PARAMETER_VALUE", "bad key"));
        var failure = await Assert.ThrowsAsync<MlflowException>(() => Client(server).LogBatchAsync("r", Batch(1)));
        Assert.Equal("INVALID_PARAMETER_VALUE", failure.ErrorCode);
        Assert.Equal(2, server.Requests.Count);
    }
}
