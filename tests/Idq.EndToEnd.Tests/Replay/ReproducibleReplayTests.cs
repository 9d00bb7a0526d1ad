namespace Idq.EndToEnd.Tests.Replay;

/// <summary>The same events give the same bytes, and the same rows however they are cut.</summary>
public sealed class ReproducibleReplayTests
{
    const string Start = "1262304000";

    // Enough rows for models and maps within a short range.
    static readonly string[] Eager =
    [
        "train stream:min_new_samples=60",
        "calibrate:min_new_samples=60",
        "calibrate:min_samples=3",
        "timeseries:srate=16",
    ];

    // The rows of all quivers with their features, which are in the files and not in the view.
    static string Rows(Analysis analysis) => $"""
        SELECT q.nickname, q.time, q.label, q.weight, q.rank, f.features
        FROM quivers q JOIN read_parquet('{analysis.Products}/*/*/*/*QUIVER*.parquet', union_by_name = true) f USING (nickname, time_ns)
        ORDER BY q.nickname, q.time
        """;

    [Fact]
    public async Task A_second_replay_writes_the_same_bytes()
    {
        string[] arguments = ["--replay", "--gps-start", Start, "--gps-end", "1262304900", "--initial-lookback", "1200", "--quiet"];
        using var first = Analysis.Mock(Eager);
        using var second = Analysis.Mock(Eager);
        await Task.WhenAll(Done(first), Done(second));
        async Task Done(Analysis analysis) => _ = (await analysis.RunAsync("run", arguments)).Done;
        var files = first.Files();
        Assert.Contains(files, f => f.Contains("MAP", StringComparison.Ordinal));
        Assert.Contains(files, f => f.Contains("MODEL", StringComparison.Ordinal));
        Assert.Equal(files, second.Files());
        Assert.Equal(await first.LedgerAsync(), await second.LedgerAsync());
    }

    [Fact]
    public async Task A_replay_that_is_done_does_nothing_when_it_is_asked_again()
    {
        string[] arguments = ["--replay", "--gps-start", Start, "--gps-end", "1262304120", "--initial-lookback", "600", "--output", "json"];
        using var analysis = Analysis.Mock(Eager);
        var first = (await analysis.RunAsync("run", arguments)).Done.Json;
        var files = analysis.Files();
        var again = (await analysis.RunAsync("run", arguments)).Done.Json;
        Assert.NotEmpty(files);
        Assert.Equal(files, analysis.Files());
        Assert.Empty(again.GetProperty("products").EnumerateArray());
        Assert.Equal(first.GetProperty("classifiers").ToString(), again.GetProperty("classifiers").ToString());
    }

    [Fact]
    public async Task A_range_before_what_is_done_does_nothing_and_gives_the_advice_to_take_another_tag()
    {
        using var analysis = Analysis.Mock(Eager);
        string[] Range(int start, int end) =>
            ["--replay", "--gps-start", $"{start}", "--gps-end", $"{end}", "--initial-lookback", "0", "--skip", "timeseries"];
        _ = (await analysis.RunAsync("run", Range(1262304000, 1262304064))).Done;
        var files = analysis.Files();
        Assert.Contains(
            "another tag",
            (await analysis.RunAsync("run", Range(1262303000, 1262303064))).Done.Errors,
            StringComparison.Ordinal
        );
        Assert.Equal(files, analysis.Files());
    }

    [Fact]
    public async Task A_replay_in_two_calls_writes_the_bytes_of_one()
    {
        // Both ends lie between strides of every job, so that no stride is cut in two.
        string[] Arguments(string end) => ["--replay", "--gps-start", Start, "--gps-end", end, "--initial-lookback", "1280", "--quiet"];
        using var whole = Analysis.Mock(Eager);
        using var halves = Analysis.Mock(Eager);
        _ = (await whole.RunAsync("run", Arguments("1262304640"))).Done;
        _ = (await halves.RunAsync("run", Arguments("1262304320"))).Done;
        _ = (await halves.RunAsync("run", Arguments("1262304640"))).Done;
        Assert.Equal(whole.Files(), halves.Files());
    }

    [Fact]
    public async Task Rows_and_ranks_do_not_depend_on_the_stride()
    {
        using var trained = Analysis.Mock(Eager);
        _ = (await trained.RunAsync("train", "--gps-start", "1262300400", "--gps-end", Start, "--initial-lookback", "0", "--quiet")).Done;
        async Task<string[]> Evaluate(int stride)
        {
            using var analysis = trained.Copy($"evaluate stream:stride={stride}");
            _ = (await analysis.RunAsync("evaluate", "--gps-start", Start, "--gps-end", "1262304300", "--quiet")).Done;
            return await analysis.RowsAsync(Rows(analysis));
        }

        var one = await Evaluate(1);
        Assert.True(one.Length > 150, $"{one.Length} rows");
        Assert.Contains("\"features\":[", one[0], StringComparison.Ordinal);
        Assert.Equal(one, await Evaluate(7));
        Assert.Equal(one, await Evaluate(64));
        Assert.Equal(one, await Evaluate(300));
    }

    [Fact]
    public async Task The_series_does_not_depend_on_the_stride()
    {
        using var calibrated = Analysis.Mock(Eager);
        _ = (
            await calibrated.RunAsync(
                "run",
                "--replay",
                "--gps-start",
                "1262303400",
                "--gps-end",
                Start,
                "--skip",
                "timeseries",
                "--initial-lookback",
                "1800",
                "--quiet"
            )
        ).Done;
        async Task<string[]> Publish(int stride)
        {
            using var analysis = calibrated.Copy($"timeseries stream:stride={stride}");
            _ = (await analysis.RunAsync("timeseries", "--gps-start", Start, "--gps-end", "1262304128", "--quiet")).Done;
            return await analysis.RowsAsync(
                "SELECT nickname, time, ok, rank, fap, eff, loglike, pglitch FROM series ORDER BY nickname, time"
            );
        }

        var one = await Publish(1);
        Assert.Equal(3 * 128 * 16, one.Length);
        Assert.All(one, row => Assert.Contains("\"ok\":1,", row, StringComparison.Ordinal));
        Assert.Equal(one, await Publish(7));
        Assert.Equal(one, await Publish(64));
    }

    [Fact]
    public async Task A_batch_has_the_rows_of_the_stream()
    {
        const string Range = "1262304600";
        using var stream = Analysis.Mock(Eager);
        using var batch = Analysis.Mock(Eager);
        var summary = (
            await batch.RunAsync(
                "batch",
                "--gps-start",
                Start,
                "--gps-end",
                Range,
                "--bins",
                "3",
                "--segments-per-bin",
                "2",
                "--output",
                "json"
            )
        )
            .Done
            .Json;
        _ = (
            await stream.RunAsync(
                "run",
                "--replay",
                "--gps-start",
                Start,
                "--gps-end",
                Range,
                "--skip",
                "timeseries",
                "--skip",
                "calibrate",
                "--quiet"
            )
        ).Done;
        static Task<string[]> Linear(Analysis analysis) =>
            analysis.RowsAsync($"SELECT time, label, weight, features FROM ({Rows(analysis)}) WHERE nickname = 'linear' ORDER BY time");
        var rows = await Linear(stream);
        Assert.NotEmpty(rows);
        Assert.Equal(rows, await Linear(batch));
        Assert.Equal(["ovl", "linear", "random"], summary.GetProperty("classifiers").EnumerateObject().Select(c => c.Name));
        Assert.Equal(600, summary.GetProperty("livetime").GetInt64());
        await batch.AssertRegisteredAsync();
    }
}
