using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Idq.Tracking.Mlflow;
using NodaTime;

namespace Idq.Tracking.Tests.Mlflow;

public sealed class SeriesServerTestsOnSqlite() : SeriesServerTests(TestEngine.Sqlite);

public sealed class SeriesServerTestsOnPostgres() : SeriesServerTests(TestEngine.Postgres);

/// <summary>Series in buckets over HTTP.</summary>
public abstract class SeriesServerTests(TestEngine engine) : ServerFixture(engine)
{
    // Bob may read what ann made; eve may not.
    protected override MlflowServerOptions Options => base.Options with { Access = AccessList.Parse("""
        {
          "default": "none",
          "users": {
            "ann": { "token": "ann", "default": "manage" },
            "bob": { "token": "bob", "default": "read" },
            "eve": { "token": "eve" }
          }
        }
        """) };

    void As(string user) => Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", user);

    static string Path(string run, string query) => $"/api/2.0/stream/runs/{run}/metrics/series?{query}";

    async Task<JsonObject> Series(string run, string query) => await Good(await Http.GetAsync(Path(run, query)));

    static List<(long Start, long End, long Count, string? Mean, string? Least, string? Greatest, long Others)> Buckets(
        JsonObject series
    ) =>
        [
            .. (series["buckets"]?.AsArray() ?? []).Select(b =>
                (
                    b!["start"]!.GetValue<long>(),
                    b["end"]!.GetValue<long>(),
                    b["count"]!.GetValue<long>(),
                    b["mean"]?.ToString(),
                    b["least"]?.ToString(),
                    b["greatest"]?.ToString(),
                    b["others"]?.GetValue<long>() ?? 0
                )
            ),
        ];

    async Task<string> Logged()
    {
        As("ann");
        var run = await NewRun(await NewExperiment());
        await Post(
            "runs/log-batch",
            new
            {
                run_id = run,
                metrics = Enumerable
                    .Range(0, 100)
                    .Select(i => new
                    {
                        key = "m",
                        value = (object)(double)i,
                        timestamp = 1000L * i,
                        step = i,
                    })
                    .Append(
                        new
                        {
                            key = "m",
                            value = (object)"NaN",
                            timestamp = 5000L,
                            step = 5,
                        }
                    ),
            }
        );
        return run;
    }

    [Fact]
    public async Task Buckets_are_told_over_time_and_over_steps_thinned_or_not()
    {
        var run = await Logged();
        var whole = await Series(run, "metric_key=m&buckets=2&from=0&to=100000");
        Assert.Equal(
            (run, "m", "time"),
            (whole["run_id"]!.GetValue<string>(), whole["metric_key"]!.GetValue<string>(), whole["axis"]!.GetValue<string>())
        );
        Assert.Equal([(0L, 50_000L, 50L, "24.5", "0", "49", 1L), (50_000, 100_000, 50, "74.5", "50", "99", 0)], Buckets(whole));
        Assert.Equal(
            [(0L, 50L, 50L, "24.5", "0", "49", 1L), (50, 100, 50, "74.5", "50", "99", 0)],
            Buckets(await Series(run, "metric_key=m&buckets=2&axis=step&from=0&to=100"))
        );
        Assert.Equal(100, Buckets(await Series(run, "metric_key=m&axis=step")).Count);
        Assert.NotEmpty(Store.Thin(new RetentionOptions([new(Duration.Zero, Duration.FromSeconds(10))])));
        Assert.Equal(Buckets(whole), Buckets(await Series(run, "metric_key=m&buckets=2&from=0&to=100000")));
        Assert.Equal(
            [(20L, 40L, 20L, "29.5", "20", "39", 0L)],
            Buckets(await Series(run, "metric_key=m&buckets=1&axis=step&from=20&to=40"))
        );
        // What comes again is told in the figures and not taken.
        await Post(
            "runs/log-batch",
            new
            {
                run_id = run,
                metrics = new[]
                {
                    new
                    {
                        key = "m",
                        value = 12.0,
                        timestamp = 12_000L,
                        step = 12,
                    },
                },
            }
        );
        Assert.Equal(Buckets(whole), Buckets(await Series(run, "metric_key=m&buckets=2&from=0&to=100000")));
        Assert.Contains("tracker_points_resent_total 1\n", await Http.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_only_has_nan_has_no_mean_and_what_is_not_there_has_no_buckets()
    {
        var run = await Logged();
        await LogMetric(run, "n", "NaN", 7);
        Assert.Equal([(7L, 8L, 0L, null, null, null, 1L)], Buckets(await Series(run, "metric_key=n")));
        Assert.Empty(Buckets(await Series(run, "metric_key=nothing")));
        Assert.Empty(Buckets(await Series(run, "metric_key=m&from=100000")));
        Assert.Empty(Buckets(await Series(run, "metric_key=m&from=5&to=5")));
    }

    [Fact]
    public async Task Requests_that_cannot_be_answered_are_refused_clearly()
    {
        var run = await Logged();
        foreach (
            var (query, told) in ((string, string)[])
                [
                    ("", "'metric_key'"),
                    ("metric_key=m&buckets=0", "buckets"),
                    ("metric_key=m&buckets=10001", "10000"),
                    ("metric_key=m&buckets=x", "'buckets'"),
                    ("metric_key=m&axis=value", "time or step"),
                    ("metric_key=m&from=2&to=1", "from=2"),
                    ("metric_key=m&from=1.5", "'from'"),
                    ($"metric_key=m&from={long.MinValue}&to={long.MaxValue}", "too wide"),
                ]
        )
            Assert.Contains(told, await RefusedGet(Path(run, query)), StringComparison.Ordinal);
        await LogMetric(run, "m", 1, 1, long.MinValue);
        await LogMetric(run, "m", 1, 1, long.MaxValue);
        Assert.Contains("too wide", await RefusedGet(Path(run, "metric_key=m&axis=step")), StringComparison.Ordinal);
        Assert.Equal(405, (int)(await Http.PostAsync(Path(run, "metric_key=m"), null)).StatusCode);
        await RefusedGet(Path("nothing", "metric_key=m"), 404, "RESOURCE_DOES_NOT_EXIST");
        As("bob");
        Assert.NotEmpty(Buckets(await Series(run, "metric_key=m")));
        As("eve");
        Assert.Equal("Permission denied", await RefusedGet(Path(run, "metric_key=m"), 403, "PERMISSION_DENIED"));
        Assert.Empty(Failures);
    }
}
