using System.Diagnostics;
using System.Text.Json;
using Xunit.Abstractions;

namespace Idq.EndToEnd.Tests.Live;

/// <summary>The program against the wall clock.</summary>
public sealed class LiveRunTests(ITestOutputHelper log)
{
    // Each has a quiver a stride.
    const int Classifiers = 3;

    // Strides of a second, and glitches often enough that everything happens within seconds.
    // Files are counted, so that none may be put together with others meanwhile.
    const string Uncompacted = "general:compact=0";

    static readonly string[] EverySecond =
    [
        Uncompacted,
        "evaluate stream:stride=1",
        "timeseries stream:stride=1",
        "timeseries:srate=16",
        "train stream:stride=8",
        "train stream:min_new_samples=40",
        "samples:target_bounds=snr 5 inf",
        "train:random_rate=1",
        "evaluate:random_rate=2",
        "calibrate:min_new_samples=10",
        "calibrate:min_samples=1",
    ];

    [Fact]
    public async Task A_live_run_holds_its_cadence_stops_at_ctrl_c_with_everything_registered_and_goes_on_where_it_stopped()
    {
        using var analysis = Analysis.Mock(EverySecond);
        var first = await LiveAsync(analysis, strides: 10);
        Assert.True(first.GetProperty("strides").GetProperty("done").GetInt32() >= 10);
        Assert.Equal(0, first.GetProperty("strides").GetProperty("skipped").GetInt32());
        var lateness = first.GetProperty("lateness");
        log.WriteLine($"lateness {lateness}, latency {first.GetProperty("latency")}");
        // No stride is worked on before it is due; how late it is is up to the machine.
        Assert.True(lateness.GetProperty("p50").GetDouble() >= 0);
        Assert.True(lateness.GetProperty("max").GetDouble() >= lateness.GetProperty("p50").GetDouble());
        await analysis.AssertRegisteredAsync();
        var last = (await LedgerRowsAsync(analysis, "quiver")).Max(p => p.End);

        var second = await LiveAsync(analysis, strides: 4);
        Assert.True(second.GetProperty("strides").GetProperty("done").GetInt32() >= 4);
        await analysis.AssertRegisteredAsync();
        var reported = second
            .GetProperty("products")
            .EnumerateArray()
            .Where(p => p.GetProperty("kind").GetString() == "quiver")
            .Min(p => p.GetProperty("start").GetDecimal());
        Assert.Equal(last, reported);
        foreach (var kind in new[] { "quiver", "series" })
        {
            foreach (var strides in (await LedgerRowsAsync(analysis, kind)).GroupBy(p => p.Nickname))
            {
                // A series that was published before there was a model is published again.
                var sorted = (kind == "series" ? strides.Distinct() : strides).OrderBy(p => p.Start).ToArray();
                Assert.All(sorted, p => Assert.Equal(1, p.End - p.Start));
                // On a busy machine a late stride of the series is set aside, and is filled in by the next call at the latest.
                if (kind == "quiver") Assert.Equal(sorted.Skip(1).Select(p => p.Start), sorted.SkipLast(1).Select(p => p.End));
            }
        }
        var rows = (await analysis.JsonAsync("query", "SELECT count(*) AS n, count(DISTINCT (nickname, time)) AS distinct_n FROM quivers"))[
            0
        ];
        Assert.True(rows.GetProperty("n").GetInt32() >= 30);
        Assert.Equal(rows.GetProperty("n").GetInt32(), rows.GetProperty("distinct_n").GetInt32());
        Assert.All(
            (await analysis.JsonAsync("runs")).EnumerateArray(),
            r => Assert.Equal("CANCELLED", r.GetProperty("status").GetString(), ignoreCase: true)
        );
    }

    [Fact]
    public async Task After_a_restart_train_remembers_the_rows_that_it_had()
    {
        using var analysis = Analysis.Mock([.. EverySecond, "train stream:stride=1", "train stream:min_new_samples=5"]);
        _ = await LiveAsync(analysis, strides: 3, "--skip", "timeseries", "--skip", "calibrate");
        _ = await LiveAsync(analysis, strides: 6, "--skip", "timeseries", "--skip", "calibrate");
        var rows = await analysis.JsonAsync(
            "query",
            "SELECT max(value) FILTER (run <= 2) AS before, min(value) FILTER (run > 2) AS after FROM metrics "
            + "WHERE name = 'train' AND key = 'random_trained_cleans'"
        );
        var (before, after) = (rows[0].GetProperty("before").GetDouble(), rows[0].GetProperty("after").GetDouble());
        Assert.InRange(before, 100, 2000);
        Assert.True(after >= before, $"{before} clean times before the restart, {after} after");
    }

    [Fact]
    public async Task A_range_that_ends_in_the_near_future_is_done_when_it_is_over()
    {
        using var analysis = Analysis.Mock(EverySecond);
        var now = Math.Floor((await StreamProgram.RunAsync("gps", "now", "--output", "json")).Done.Json[0].GetProperty("gps").GetDecimal());
        var (start, end) = (now - 10, now + 5);
        var report = await analysis.JsonAsync("run", "--gps-start", $"{start}", "--gps-end", $"{end}", "--initial-lookback", "400");
        Assert.Equal(15, report.GetProperty("strides").GetProperty("done").GetInt32());
        Assert.Equal(15, report.GetProperty("livetime").GetInt32());
        var quivers = (await LedgerRowsAsync(analysis, "quiver")).Where(p => p.Nickname == "random").ToArray();
        Assert.Equal((start, end, 15), (quivers.Min(q => q.Start), quivers.Max(q => q.End), quivers.Length));
        await analysis.AssertRegisteredAsync();
    }

    [Fact]
    public async Task The_same_job_of_an_analysis_runs_once_at_a_time_and_other_jobs_run_beside_it()
    {
        using var analysis = Analysis.Mock(EverySecond);
        using var running = analysis.Start("train", "--initial-lookback", "300");
        await UntilAsync(running, () => analysis.Files().Any(f => f.Contains("MODEL", StringComparison.Ordinal)));
        var second = (await analysis.RunAsync("train", "--initial-lookback", "300")).Failed;
        Assert.Contains("'train'", second.Errors, StringComparison.Ordinal);
        Assert.Contains("already running", second.Errors, StringComparison.Ordinal);
        Assert.Empty(second.Output);

        var now = Math.Floor((await StreamProgram.RunAsync("gps", "now", "--output", "json")).Done.Json[0].GetProperty("gps").GetDecimal());
        var evaluated = await analysis.JsonAsync("evaluate", "--gps-start", $"{now}", "--gps-end", $"{now + 3}");
        Assert.Equal(3, evaluated.GetProperty("strides").GetProperty("done").GetInt32());
        Assert.Equal(9, evaluated.GetProperty("products").GetArrayLength());
        await running.InterruptAsync();
        _ = (await running.EndAsync()).Expect(130);
        await analysis.AssertRegisteredAsync();
    }

    [Fact]
    public async Task A_run_that_is_an_hour_behind_is_killed_goes_on_and_ends_at_SIGTERM_without_a_skipped_stride()
    {
        using var analysis = Analysis.Mock(Uncompacted);
        var now = Math.Floor((await StreamProgram.RunAsync("gps", "now", "--output", "json")).Done.Json[0].GetProperty("gps").GetDecimal());
        string[] arguments = ["--gps-start", $"{now - 3600}", "--initial-lookback", "400", "--output", "json"];
        using (var killed = analysis.Start("run", arguments))
        {
            await UntilAsync(killed, () => analysis.Files().Count(IsQuiver) > 30);
            await killed.KillAsync();
        }
        var before = analysis.Files().Count(IsQuiver);
        using var running = analysis.Start("run", arguments);
        await UntilAsync(running, () => analysis.Files().Count(IsQuiver) > before + 30);
        var asked = Stopwatch.GetTimestamp();
        await running.InterruptAsync("TERM");
        var report = (await running.EndAsync()).Expect(130).Json;
        log.WriteLine($"ended {Stopwatch.GetElapsedTime(asked).TotalSeconds:F2} s after SIGTERM");
        Assert.Equal(0, report.GetProperty("strides").GetProperty("skipped").GetInt32());
        foreach (var quivers in (await LedgerRowsAsync(analysis, "quiver")).GroupBy(p => p.Nickname))
        {
            var sorted = quivers.OrderBy(p => p.Start).ToArray();
            Assert.Equal(sorted.Skip(1).Select(p => p.Start), sorted.SkipLast(1).Select(p => p.End));
        }
        // The series of the present does not wait for the past.
        Assert.Contains(await LedgerRowsAsync(analysis, "series"), p => p.Start >= now - 60);
        await analysis.AssertRegisteredAsync();
    }

    // Runs live until this many strides came out, and presses Ctrl-C.
    static async Task<JsonElement> LiveAsync(Analysis analysis, int strides, params string[] arguments)
    {
        var before = analysis.Files().Count(IsQuiver);
        using var running = analysis.Start("run", ["--initial-lookback", "400", "--output", "json", .. arguments]);
        await UntilAsync(running, () => analysis.Files().Count(IsQuiver) > before + (Classifiers * (strides + 1)));
        await running.InterruptAsync();
        return (await running.EndAsync()).Expect(130).Json;
    }

    static bool IsQuiver(string file) => file.Contains("QUIVER", StringComparison.Ordinal);

    static async Task UntilAsync(RunningStream running, Func<bool> condition)
    {
        for (var started = Stopwatch.GetTimestamp(); !condition(); await Task.Delay(100))
        {
            if (running.HasEnded) _ = (await running.EndAsync()).Expect(130);
            Assert.True(Stopwatch.GetElapsedTime(started) < RunningStream.Patience, "nothing comes out of the live run");
        }
    }

    static async Task<(string Nickname, decimal Start, decimal End)[]> LedgerRowsAsync(Analysis analysis, string kind) =>
        (await analysis.JsonAsync("products", "--kind", kind))
            .EnumerateArray()
            .Select(p => (p.GetProperty("nickname").GetString()!, p.GetProperty("start").GetDecimal(), p.GetProperty("end").GetDecimal()))
            .ToArray();
}
