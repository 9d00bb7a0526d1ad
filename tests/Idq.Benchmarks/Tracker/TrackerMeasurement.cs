using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Idq.Tracking;
using Idq.Tracking.Mlflow;
using Microsoft.Data.Sqlite;
using NodaTime;

namespace Idq.Benchmarks.Tracker;

/// <summary>P9: what the tracker store takes in, by call, over REST and as datagrams, and how fast it answers.</summary>
sealed class TrackerMeasurement() : Measurement("P9", "the tracker")
{
    const int Metrics = 4;
    const int BatchRows = 1000;

    public override async Task<IReadOnlyList<Row>> MeasureAsync(Laboratory lab)
    {
        using var store = TrackerStore.Open(lab.PathOf("tracker.sqlite"), SystemClock.Instance);
        var experiment = store.GetOrCreateExperiment("bench").Id;
        List<Row> rows = [.. Wide(lab, store, experiment)];
        rows.AddRange(await RestAsync(lab, store));
        rows.Add(await DatagramsAsync(lab, store, experiment));
        if (lab.Postgres is { } location) rows.AddRange(await OnPostgresAsync(lab, location));
        return rows;
    }

    async Task<IReadOnlyList<Row>> OnPostgresAsync(Laboratory lab, string location)
    {
        lab.Say("PostgreSQL");
        using var store = TrackerStore.Open(location, SystemClock.Instance);
        var experiment = store.GetOrCreateExperiment("bench").Id;
        var (count, names) = (lab.IsQuick ? 5_000 : 50_000, Names);
        AddRows(store, experiment, BatchRows, names);
        var wide =
            count
            / Rounds.Median([.. Enumerable.Range(0, lab.Rounds).Select(_ => Rounds.Time(() => AddRows(store, experiment, count, names)))]);
        await using var server = await MlflowServer.StartAsync(store, new MlflowServerOptions { Listen = "127.0.0.1:0" }, lab.Cancellation);
        using var http = new HttpClient { BaseAddress = server.Address };
        var (batched, single, _) = await LogRatesAsync(lab, http);
        return
        [
            new(Goal, $"rows of {Metrics} metrics by name, in batches of {BatchRows}, PostgreSQL") { Ours = new(wide, "rows/s") },
            new(Goal, "log-batch of 1 000 metrics over REST, 4 at once, durable, PostgreSQL") { Ours = new(batched, "metrics/s") },
            new(Goal, "log-metric over REST, 16 at once, each durable, PostgreSQL") { Ours = new(single, "metrics/s") },
        ];
    }

    static string[] Names => [.. Enumerable.Range(0, Metrics).Select(i => $"metric_{i}")];

    static void AddRows(TrackerStore store, long experiment, int count, string[] names)
    {
        var run = store.CreateRun(experiment, new("wide")).Id;
        for (var step = 0; step < count; step += BatchRows)
            store.AddMetrics(
                Enumerable
                    .Range(step, BatchRows)
                    .Select(s => new MetricRow(
                        run,
                        s,
                        0,
                        s,
                        names.Select((n, i) => new KeyValuePair<string, MetricValue>(n, s + 0.1 * i)).ToArray()
                    ))
                    .ToArray()
            );
    }

    IReadOnlyList<Row> Wide(Laboratory lab, TrackerStore store, long experiment)
    {
        lab.Say("wide rows");
        var count = lab.IsQuick ? 5_000 : 50_000;
        var names = Names;
        using var raw = new SqliteConnection($"Data Source={lab.PathOf("raw.sqlite")};Pooling=False");
        raw.Open();
        Execute(
            raw,
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; "
                + $"CREATE TABLE metrics (run_id INTEGER, step INTEGER, progress REAL, gps INTEGER, "
                + $"{string.Join(", ", names.Select(n => n + " REAL"))}, PRIMARY KEY (run_id, step, progress))"
        );
        var round = 0;
        var (ours, reference) = Rounds.Interleave(
            lab,
            1,
            () => AddRows(store, experiment, count, names),
            () => Rounds.Time(() => Raw(raw, ++round, count, names))
        );
        var (rate, rawRate) = (count / ours, count / reference!.Value);
        return
        [
            new(Goal, $"rows of {Metrics} metrics by name, in batches of {BatchRows}, SQLite")
            {
                Ours = new(rate, "rows/s"),
                Target = "at least 50 k rows/s",
                Verdict = rate >= 50_000 ? Verdict.Met : Verdict.Missed,
            },
            new(Goal, "the same beside prepared inserts into a bare table")
            {
                Ours = new(rate, "rows/s"),
                Reference = new(rawRate, "rows/s"),
                ReferenceName = "Microsoft.Data.Sqlite",
                Ratio = rate / rawRate,
                Target = "at least 0.7x raw SQLite",
                Verdict = rate >= 0.7 * rawRate ? Verdict.Met : Verdict.Missed,
                Note = "both merge by (run, step, progress) in transactions of as many rows, without a flush per commit",
            },
        ];
    }

    static void Raw(SqliteConnection connection, int run, int count, string[] names)
    {
        for (var step = 0; step < count;)
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            using var command = connection.CreateCommand();
            command.CommandText =
                $"INSERT INTO metrics (run_id, step, progress, gps, {string.Join(", ", names)}) "
                + $"VALUES (@r, @s, @p, @g, {string.Join(", ", names.Select((_, i) => "@v" + i))}) "
                + $"ON CONFLICT (run_id, step, progress) DO UPDATE SET gps = excluded.gps, "
                + $"{string.Join(", ", names.Select(n => $"{n} = excluded.{n}"))}";
            foreach (var name in (string[])["@r", "@s", "@p", "@g", .. names.Select((_, i) => "@v" + i)])
                command.Parameters.AddWithValue(name, 0.0);
            for (var end = step + BatchRows; step < end; step++)
            {
                command.Parameters[0].Value = (long)run;
                command.Parameters[1].Value = (long)step;
                command.Parameters[2].Value = 0.0;
                command.Parameters[3].Value = (long)step;
                for (var i = 0; i < names.Length; i++) command.Parameters[4 + i].Value = step + 0.1 * i;
                command.ExecuteNonQuery();
            }
            transaction.Commit();
        }
    }

    async Task<IReadOnlyList<Row>> RestAsync(Laboratory lab, TrackerStore store)
    {
        lab.Say("REST");
        await using var server = await MlflowServer.StartAsync(
            store,
            new MlflowServerOptions { Listen = "127.0.0.1:0", ArtifactsFolder = lab.PathOf("artifacts") },
            lab.Cancellation
        );
        using var http = new HttpClient { BaseAddress = server.Address };
        var (batched, single, run) = await LogRatesAsync(lab, http);

        var points = lab.IsQuick ? 100_000 : 10_000_000;
        lab.Say($"a history of {points} rows");
        using (var raw = new SqliteConnection($"Data Source={store.Location};Pooling=False"))
        {
            raw.Open();
            Execute(raw, "INSERT INTO metric_keys (key) VALUES ('long')");
            Execute(
                raw,
                $"INSERT INTO history (run_id, key_id, step, timestamp_ms, value) "
                    + $"WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {points}) "
                    + $"SELECT (SELECT id FROM runs WHERE uid = '{run}'), "
                    + "(SELECT id FROM metric_keys WHERE key = 'long'), i, 1700000000000 + i, i * 0.5 FROM n"
            );
        }
        var times = new List<double>();
        for (var i = 0; i < 4 * lab.Rounds; i++)
        {
            var started = Stopwatch.GetTimestamp();
            using var answer = await http.GetAsync(
                $"/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval?run_ids={run}&metric_key=long&max_results=2500",
                lab.Cancellation
            );
            _ = await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(lab.Cancellation);
            times.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
        var sampled = Rounds.Median(times);
        return
        [
            new(Goal, "log-batch of 1 000 metrics over REST, 4 at once, durable")
            {
                Ours = new(batched, "metrics/s"),
                Reference = new(6_300, "metrics/s"),
                ReferenceName = "MLflow 3.17.2, as published",
                Ratio = batched / 6_300,
                Target = "at least 100 k metrics/s",
                Verdict = batched >= 100_000 ? Verdict.Met : Verdict.Missed,
            },
            new(Goal, "log-metric over REST, 16 at once, each durable")
            {
                Ours = new(single, "metrics/s"),
                Reference = new(122, "metrics/s"),
                ReferenceName = "MLflow 3.17.2, as published",
                Ratio = single / 122,
                Target = "at least 1 500/s",
                Verdict = single >= 1500 ? Verdict.Met : Verdict.Missed,
            },
            new(Goal, $"2 500 samples of a history of {points / 1e6:0.#} M rows, over REST")
            {
                Ours = new(sampled, "s"),
                Target = "less than 50 ms",
                Verdict = sampled < 0.05 ? Verdict.Met : Verdict.Missed,
            },
        ];
    }

    // Metrics a second, in batches and alone, and the run that they are of.
    static async Task<(double Batched, double Single, string Run)> LogRatesAsync(Laboratory lab, HttpClient http)
    {
        var experiment = (await PostAsync(http, "experiments/create", """{"name":"rest"}""", lab.Cancellation))
            .GetProperty("experiment_id")
            .GetString();
        var run = (await PostAsync(http, "runs/create", $$"""{"experiment_id":"{{experiment}}"}""", lab.Cancellation))
            .GetProperty("run")
            .GetProperty("info")
            .GetProperty("run_id")
            .GetString()!;

        var batches = lab.IsQuick ? 10 : 100;
        var step = 0;
        string Batch() =>
            JsonSerializer.Serialize(
                new
                {
                    run_id = run,
                    metrics = Enumerable
                        .Range(0, 1000)
                        .Select(i => new
                        {
                            key = $"m{i % 100}",
                            value = i + 0.5,
                            timestamp = 1_700_000_000_000 + step,
                            step = step * 10 + i / 100,
                        }),
                }
            );
        var bodies = new string[batches];
        async Task<double> SendBatchesAsync()
        {
            for (var i = 0; i < batches; i++, step++) bodies[i] = Batch();
            var started = Stopwatch.GetTimestamp();
            await Parallel.ForEachAsync(
                bodies,
                new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = lab.Cancellation },
                async (body, token) => await PostAsync(http, "runs/log-batch", body, token)
            );
            return Stopwatch.GetElapsedTime(started).TotalSeconds;
        }
        // The first one is to warm up.
        await SendBatchesAsync();
        var batched = batches * 1000 / await SendBatchesAsync();

        var singles = lab.IsQuick ? 200 : 5000;
        var started = Stopwatch.GetTimestamp();
        await Parallel.ForAsync(
            0,
            singles,
            new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = lab.Cancellation },
            async (i, token) =>
                await PostAsync(
                    http,
                    "runs/log-metric",
                    $$"""{"run_id":"{{run}}","key":"single","value":{{i}},"timestamp":{{1_700_000_000_000 + i}},"step":{{i}}}""",
                    token
                )
        );
        var single = singles / Stopwatch.GetElapsedTime(started).TotalSeconds;
        return (batched, single, run);
    }

    async Task<Row> DatagramsAsync(Laboratory lab, TrackerStore store, long experiment)
    {
        var count = lab.IsQuick ? 10_000 : 100_000;
        lab.Say($"{count} records over a UNIX socket");
        var run = store.CreateRun(experiment, new("stream"));
        var options = new DataStreamOptions
        {
            Kind = DataStreamKind.Unix,
            SrvAddress = lab.PathOf("s.sock"),
            CliAddress = lab.PathOf("s.sock"),
            SrvWal = lab.PathOf("wal"),
        };
        await using var server = await DataStreamServer.StartAsync(
            options,
            store,
            SystemClock.Instance,
            cancellationToken: lab.Cancellation
        );
        await using var client = DataStreamClient.Connect(options);
        var uid = Guid.ParseExact(run.Uid, "N");
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++) client.Append(uid, "loss", i, i, RecordValues.Of(("value", i * 0.5)));
        var outcome = await client.FlushAsync(TimeSpan.FromMinutes(1), lab.Cancellation);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await server.PersistedAsync(count, lab.Cancellation);
        var persisted = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var rate = count / seconds;
        return new(Goal, $"{count / 1000} k records of a sequence over a UNIX socket, until the last is acknowledged")
        {
            Ours = new(rate, "records/s"),
            Reference = new(2_900, "records/s"),
            ReferenceName = "MLtraq, as published",
            Ratio = rate / 2_900,
            Target = "at least 100 k records/s, none lost",
            Verdict = rate >= 100_000 ? Verdict.Met : Verdict.Missed,
            Note = $"{outcome}; all of them in SQLite after {persisted:0.00} s",
        };
    }

    static async Task<JsonElement> PostAsync(HttpClient http, string path, string body, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var answer = await http.PostAsync("/api/2.0/mlflow/" + path, content, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{path}: {text}");
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }

    static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 600;
        command.ExecuteNonQuery();
    }
}
