namespace Idq.Tracking.Tests.Mlflow;

public sealed class HistoryServerTestsOnSqlite() : HistoryServerTests(TestEngine.Sqlite);

public sealed class HistoryServerTestsOnPostgres() : HistoryServerTests(TestEngine.Postgres);

public abstract class HistoryServerTests(TestEngine engine) : ServerFixture(engine)
{
    const string Ajax = "/ajax-api/2.0/mlflow/metrics/";

    Task LogSteps(string run, int count, long timestamp = 1, string key = "metricA") => Post("runs/log-batch", new
    {
        run_id = run,
        metrics = Enumerable.Range(0, count).Select(i => new { key, value = 10.0, timestamp, step = i }),
    });

    async Task<List<(string Run, long Step, long Timestamp)>> Sampled(string query) =>
        [.. ((await Good(await Http.GetAsync($"{Ajax}get-history-bulk-interval?{query}")))["metrics"]?.AsArray() ?? [])
            .Select(m => (m!["run_id"]!.GetValue<string>(), m["step"]!.GetValue<long>(), m["timestamp"]!.GetValue<long>()))];

    [Fact]
    public async Task A_history_comes_in_pages()
    {
        var run = await NewRun();
        await LogSteps(run, 10);
        var steps = new List<long>();
        string? token = null;
        var pages = 0;
        do
        {
            var page = await Get(
                $"metrics/get-history?run_id={run}&metric_key=metricA&max_results=4&page_token={Uri.EscapeDataString(token ?? "")}"
            );
            steps.AddRange(page["metrics"]!.AsArray().Select(m => m!["step"]!.GetValue<long>()));
            token = page["next_page_token"]?.GetValue<string>();
            pages++;
        }
        while (token is not null);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (long)i), steps);
        Assert.Equal(3, pages);
        var counted = await Get(
            $"metrics/get-history?run_id={run}&metric_key=metricA&max_results=4&page_token=eyJvZmZzZXQiOiA4fQ=="
        );
        Assert.Equal([8L, 9L], counted["metrics"]!.AsArray().Select(m => m!["step"]!.GetValue<long>()));
        await RefusedGet($"metrics/get-history?run_id={run}&metric_key=metricA&max_results=0");
        await RefusedGet($"metrics/get-history?run_id={run}&metric_key=metricA&page_token=x");
        Assert.Contains("'metric_key'", await RefusedGet($"metrics/get-history?run_id={run}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_pass_nan_and_infinities_in_one_step()
    {
        var run = await NewRun();
        foreach (object value in new object[] { "NaN", "Infinity", "-Infinity", 0.1, 1e300 })
            await LogMetric(run, "m", value);
        var values = new List<string>();
        string? token = null;
        do
        {
            var page = await Get(
                $"metrics/get-history?run_id={run}&metric_key=m&max_results=1&page_token={Uri.EscapeDataString(token ?? "")}"
            );
            values.AddRange(page["metrics"]!.AsArray().Select(m => m!["value"]!.ToString()));
            token = page["next_page_token"]?.GetValue<string>();
        }
        while (token is not null);
        Assert.Equal(["-Infinity", "0.1", "1E+300", "Infinity", "NaN"], values);
    }

    [Fact]
    public async Task A_long_history_comes_whole_when_no_limit_is_asked()
    {
        var run = await NewRun();
        Sql("INSERT INTO metric_keys (id, key) VALUES (7, 'long')");
        Sql(
            Engine == TestEngine.Sqlite
                ? "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 25000) INSERT INTO history SELECT r.id, 7, "
                    + "n.i, 1, 0.5, NULL FROM n, runs r"
                : "INSERT INTO history SELECT r.id, 7, n, 1, 0.5, NULL FROM generate_series(0, 25000) n, runs r"
        );
        Assert.Equal(25_001, (await History(run, "long")).Count);
    }

    [Fact]
    public async Task Bulk_histories_need_runs_and_a_key()
    {
        Assert.Contains(
            "GetMetricHistoryBulk request must specify at least one run_id",
            await RefusedGet($"{Ajax}get-history-bulk?metric_key=key"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "GetMetricHistoryBulk request cannot specify more than 100 run_ids. Received 1000 run_ids.",
            await RefusedGet(
                $"{Ajax}get-history-bulk?metric_key=key&{string.Join('&', Enumerable.Range(0, 1000).Select(i => $"run_id=id_{i}"))}"
            ),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "GetMetricHistoryBulk request must specify a metric_key",
            await RefusedGet($"{Ajax}get-history-bulk?run_id=123"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Bulk_histories_are_ordered_by_run_time_step_and_value()
    {
        string[] runs = [await NewRun(), await NewRun()];
        (long Timestamp, long Step, double Value)[] points = [(2, 2, 1), (1, 3, 1), (2, 1, 5), (2, 1, 4), (1, 0, 2)];
        foreach (var run in runs)
        {
            foreach ((long timestamp, long step, double value) in points)
                await LogMetric(run, "m", value, timestamp, step);
        }

        var metrics = (
            await Good(await Http.GetAsync($"{Ajax}get-history-bulk?metric_key=m&run_id={runs[0]}&run_id={runs[1]}&run_id=unknown"))
        )["metrics"]!.AsArray();
        Assert.Equal(
            runs.Order(StringComparer.Ordinal).SelectMany(run => points.Order().Select(point => (run, point))),
            metrics.Select(m =>
                (
                    m!["run_id"]!.GetValue<string>(),
                    (m["timestamp"]!.GetValue<long>(), m["step"]!.GetValue<long>(), m["value"]!.GetValue<double>())
                )
            )
        );
        var limited = (
            await Good(await Http.GetAsync($"{Ajax}get-history-bulk?metric_key=m&max_results=7&run_id={runs[0]}&run_id={runs[1]}"))
        )["metrics"]!.AsArray();
        Assert.Equal(metrics.Take(7).Select(m => m!.ToJsonString()), limited.Select(m => m!.ToJsonString()));
    }

    [Fact]
    public async Task Samples_are_even_and_keep_both_ends()
    {
        var run1 = await NewRun();
        var run2 = await NewRun();
        await LogSteps(run1, 10);
        await LogSteps(run2, 20);
        Assert.Equal([0L, 2, 4, 6, 8, 9], (await Sampled($"run_ids={run1}&metric_key=metricA&max_results=5")).Select(m => m.Step));
        Assert.Equal(
            [0L, 1, 2, 3, 4],
            (await Sampled($"run_ids={run1}&metric_key=metricA&max_results=5&start_step=0&end_step=4")).Select(m => m.Step)
        );
        long[] expected = [0, 4, 8, 9, 12, 16, 19];
        Assert.Equal(
            [.. expected.Where(s => s < 10).Select(s => (run1, s)), .. expected.Select(s => (run2, s))],
            (await Sampled($"run_ids={run1}&run_ids={run2}&metric_key=metricA&max_results=5")).Select(m => (m.Run, m.Step)));
        await LogSteps(run1, 10, timestamp: 2);
        Assert.Equal(
            new long[] { 0, 2, 4, 6, 8, 9 }.SelectMany(s => new[] { (s, 1L), (s, 2L) }),
            (await Sampled($"run_ids={run1}&metric_key=metricA&max_results=5")).Select(m => (m.Step, m.Timestamp)));
        Assert.Empty(await Sampled($"run_ids={run1}&metric_key=other"));
        Assert.Empty(await Sampled($"run_ids={run1}&metric_key=metricA&start_step=100&end_step=200"));
    }

    [Theory]
    [InlineData("metric_key=key", "Missing value for required parameter 'run_ids'")]
    [InlineData("run_ids=1", "Missing value for required parameter 'metric_key'")]
    [InlineData("run_ids=1&metric_key=key&start_step=0", "If either start step or end step are specified, both must be specified.")]
    [InlineData(
        "run_ids=1&metric_key=key&start_step=1&end_step=0",
        "end_step must be greater than start_step. Found start_step=1 and end_step=0."
    )]
    [InlineData("run_ids=1&metric_key=key&max_results=0", "max_results must be between 1 and 2500.")]
    [InlineData("run_ids=1&metric_key=key&max_results=2501", "max_results must be between 1 and 2500.")]
    [InlineData("run_ids=1&metric_key=key&max_results=foo", "Invalid value \"foo\" for parameter 'max_results' supplied")]
    public async Task Bad_requests_for_samples_are_refused(string query, string message) =>
        Assert.StartsWith(message, await RefusedGet($"{Ajax}get-history-bulk-interval?{query}"), StringComparison.Ordinal);

    [Fact]
    public async Task Samples_of_a_long_history_seek_and_keep_both_ends()
    {
        var run = await NewRun();
        Sql("INSERT INTO metric_keys (id, key) VALUES (7, 'long'), (8, 'one'), (9, 'edges')");
        if (Engine == TestEngine.Sqlite)
        {
            Sql(
                "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 39999) INSERT INTO history SELECT r.id, 7, n.i, "
                    + "1, 0.5, NULL FROM n, runs r"
            );
            Sql(
                "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 39999) INSERT INTO history SELECT r.id, 8, 0, "
                    + "n.i, 0.5, NULL FROM n, runs r"
            );
            Sql(
                "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 39999) INSERT INTO history SELECT r.id, 9, n.i, "
                    + "1, 0.5, NULL FROM n, runs r"
            );
        }
        else
        {
            Sql("INSERT INTO history SELECT r.id, 7, n, 1, 0.5, NULL FROM generate_series(0, 39999) n, runs r");
            Sql("INSERT INTO history SELECT r.id, 8, 0, n, 0.5, NULL FROM generate_series(0, 39999) n, runs r");
            Sql("INSERT INTO history SELECT r.id, 9, n, 1, 0.5, NULL FROM generate_series(0, 39999) n, runs r");
        }

        Sql($"INSERT INTO history SELECT r.id, 9, {long.MaxValue}, 1, 0.5, NULL FROM runs r");
        Sql($"INSERT INTO history SELECT r.id, 9, {long.MinValue + 1}, 1, 0.5, NULL FROM runs r");
        Assert.Equal(
            [0L, 8000, 16000, 24000, 32000, 39999],
            (await Sampled($"run_ids={run}&metric_key=long&max_results=5")).Select(m => m.Step)
        );
        Assert.Equal(
            [1000L, 11000, 20999],
            (await Sampled($"run_ids={run}&metric_key=long&max_results=2&start_step=1000&end_step=20999")).Select(m => m.Step)
        );
        Assert.Equal(
            [0L, 8000, 16000, 24000, 32000, 39999],
            (await Sampled($"run_ids={run}&metric_key=one&max_results=5")).Select(m => m.Timestamp)
        );
        Assert.Equal(
            [long.MinValue + 1, long.MaxValue],
            new[] { await Sampled($"run_ids={run}&metric_key=edges&max_results=5") }.SelectMany(s => new[] { s[0].Step, s[^1].Step })
        );
    }
}
