using System.Globalization;
using Xunit.Abstractions;

namespace Idq.EndToEnd.Tests.Crash;

/// <summary>kill -9 at any moment costs nothing but time.</summary>
public sealed class KilledReplayTests(ITestOutputHelper log)
{
    static readonly string[] Range =
    [
        "--replay",
        "--gps-start",
        "1262304000",
        "--gps-end",
        "1262304400",
        "--initial-lookback",
        "600",
        "--quiet",
    ];
    static readonly string[] Eager =
    [
        "train stream:min_new_samples=40",
        "calibrate:min_new_samples=30",
        "calibrate:min_samples=2",
        "timeseries:srate=16",
    ];

    /// <summary>Kills in a test; STREAM_KILLS asks for more of them.</summary>
    static int Kills =>
        int.TryParse(Environment.GetEnvironmentVariable("STREAM_KILLS"), CultureInfo.InvariantCulture, out var kills) ? kills : 8;

    [Fact]
    public async Task A_replay_that_is_killed_again_and_again_ends_with_the_bytes_of_an_undisturbed_one()
    {
        using var undisturbed = Analysis.Mock(Eager);
        using var killed = Analysis.Mock(Eager);
        _ = (await undisturbed.RunAsync("run", Range)).Done;
        var files = undisturbed.Files();

        // Moments are counted in files, so that they are as well spread on a slow machine as on a fast one; a quarter of them falls into
        // the start.
        var random = new CounterRandom(11, CounterRandom.Hash("kills"), Kills);
        var moments = new int[Kills];
        for (var k = 0; k < Kills; k++) moments[k] = (int)(random.NextDouble() * files.Length);
        Array.Sort(moments);
        var hits = 0;
        foreach (var moment in moments)
        {
            using var running = killed.Start("run", Range);
            if (random.NextDouble() < 0.25) await Task.Delay((int)(600 * random.NextDouble()));
            else while (!running.HasEnded && killed.CountFiles() < moment) await Task.Delay(2);
            await Task.Delay((int)(40 * random.NextDouble()));
            if (running.HasEnded) continue;
            await running.KillAsync();
            hits++;
            log.WriteLine($"killed at {killed.CountFiles()} of {files.Length} files");
        }
        Assert.True(hits > Kills / 2, $"only {hits} of {Kills} kills came before the end");
        _ = (await killed.RunAsync("run", Range)).Done;
        Assert.Contains(files, f => f.Contains("MAP", StringComparison.Ordinal));
        Assert.Equal(files, killed.Files());
        Assert.Equal(await undisturbed.LedgerAsync(), await killed.LedgerAsync());
        await killed.AssertRegisteredAsync();
    }

    [Fact]
    public async Task A_replay_that_is_killed_while_files_are_compacted_ends_with_the_rows_of_one_that_compacts_nothing()
    {
        string[] fine = [.. Eager, "evaluate stream:stride=2", "timeseries stream:stride=2", "evaluate:random_rate=0.1"];
        using var plain = Analysis.Mock([.. fine, "general:compact=0"]);
        using var undisturbed = Analysis.Mock([.. fine, "general:compact=20"]);
        using var killed = Analysis.Mock([.. fine, "general:compact=20"]);
        _ = (await plain.RunAsync("run", Range)).Done;
        _ = (await undisturbed.RunAsync("run", Range)).Done;
        var last = undisturbed.LastSeq();

        // Moments are counted in entries of the ledger, which come as steadily as files would if none were removed.
        var random = new CounterRandom(12, CounterRandom.Hash("kills"), Kills);
        var moments = Enumerable.Range(0, Kills).Select(_ => (long)(random.NextDouble() * last)).Order().ToArray();
        var hits = 0;
        foreach (var moment in moments)
        {
            using var running = killed.Start("run", Range);
            while (!running.HasEnded && killed.LastSeq() < moment) await Task.Delay(2);
            await Task.Delay((int)(60 * random.NextDouble()));
            if (running.HasEnded) continue;
            await running.KillAsync();
            hits++;
            log.WriteLine($"killed at {killed.LastSeq()} of {last} entries and {killed.CountFiles()} files");
        }
        Assert.True(hits > Kills / 2, $"only {hits} of {Kills} kills came before the end");
        _ = (await killed.RunAsync("run", Range)).Done;
        Assert.Equal(undisturbed.Files(), killed.Files());
        Assert.Equal(await undisturbed.LedgerAsync(), await killed.LedgerAsync());
        await killed.AssertRegisteredAsync();
        Assert.InRange(killed.CountFiles(), 1, plain.CountFiles() / 3);
        foreach (var view in new[] { "quivers", "series" })
        {
            var sql = $"SELECT * FROM {view} ORDER BY job, nickname, time_ns";
            Assert.Equal(await plain.RowsAsync(sql), await killed.RowsAsync(sql));
        }
    }

    [Fact]
    public async Task A_batch_that_is_killed_leaves_nothing_registered_and_ends_like_an_undisturbed_one()
    {
        string[] range = ["--gps-start", "1262304000", "--gps-end", "1262305800", "--bins", "3", "--segments-per-bin", "2", "--quiet"];
        using var undisturbed = Analysis.Mock();
        using var killed = Analysis.Mock();
        _ = (await undisturbed.RunAsync("batch", range)).Done;
        foreach (var milliseconds in new[] { 300, 700, 1000 })
        {
            using var running = killed.Start("batch", range);
            await Task.Delay(milliseconds);
            if (!running.HasEnded) await running.KillAsync();
        }
        _ = (await killed.RunAsync("batch", range)).Done;
        Assert.Equal(undisturbed.Files(), killed.Files());
        Assert.Equal(await undisturbed.LedgerAsync(), await killed.LedgerAsync());
    }

    [Fact]
    public async Task A_run_that_was_killed_is_called_so_by_the_next_one()
    {
        using var analysis = Analysis.Mock("tracker:heartbeat=0.05");
        using (var killed = analysis.Start("run", Range))
        {
            while (!killed.HasEnded && analysis.CountFiles() == 0) await Task.Delay(5);
            Assert.False(killed.HasEnded);
            await killed.KillAsync();
        }
        _ = (await analysis.RunAsync("run", Range)).Done;
        var runs = (
            await StreamProgram.RunAsync("tracker", "runs", "--store", Path.Combine(analysis.Root, "mock.sqlite"), "--output", "json")
        )
            .Done.Json.EnumerateArray()
            .ToArray();
        Assert.Equal(8, runs.Length);
        Assert.Equal(
            ["COMPLETED", "NODE_FAIL"],
            runs.OrderByDescending(r => r.GetProperty("id").GetInt64())
                .Chunk(4)
                .Select(call => Assert.Single(call.Select(r => r.GetProperty("status").GetString()).Distinct()))
        );
    }
}
