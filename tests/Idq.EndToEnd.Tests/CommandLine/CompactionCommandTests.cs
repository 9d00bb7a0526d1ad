using System.Text.Json;

namespace Idq.EndToEnd.Tests.CommandLine;

/// <summary>stream compact and stream gc as their users call them.</summary>
public sealed class CompactionCommandTests
{
    static readonly string[] Range =
        ["--replay", "--gps-start", "1262304000", "--gps-end", "1262304120", "--initial-lookback", "400", "--quiet"];

    static readonly string[] Settings =
    [
        "train stream:min_new_samples=40", "calibrate:min_new_samples=10", "calibrate:min_samples=2", "timeseries:srate=16",
        "timeseries stream:stride=4", "evaluate stream:stride=4", "general:compact=0",
    ];

    const string Count = "SELECT nickname, count(*) AS n, sum(ok) AS ok, max(rank) AS rank FROM series GROUP BY nickname ORDER BY nickname";

    [Fact]
    public async Task Compact_leaves_one_file_an_hour_and_the_same_rows()
    {
        using var analysis = Analysis.Mock(Settings);
        _ = (await analysis.RunAsync("run", Range)).Done;
        var rows = await analysis.RowsAsync(Count);
        Assert.Contains("add --set general:compact=3600", (await analysis.RunAsync("compact")).Refused.Errors, StringComparison.Ordinal);

        string[] minute = ["--set", "general:compact=60"];
        var files = analysis.Files();
        var dry = await analysis.JsonAsync("compact", [.. minute, "--dry-run"]);
        Assert.Equal(files, analysis.Files());
        Assert.Equal(files.Length, dry.GetProperty("files_before").GetInt32());
        Assert.Equal(files.Length, dry.GetProperty("files_after").GetInt32());
        Assert.Equal(12, dry.GetProperty("hours").GetInt32());

        var first = await analysis.JsonAsync("compact", [.. minute, "--gps-end", "1262304060"]);
        Assert.Equal(6, first.GetProperty("hours").GetInt32());
        var done = await analysis.JsonAsync("compact", minute);
        Assert.Equal(first.GetProperty("files_after").GetInt32(), done.GetProperty("files_before").GetInt32());
        Assert.Equal(analysis.CountFiles(), done.GetProperty("files_after").GetInt32());
        Assert.Equal(6, analysis.Files().Count(f => f.StartsWith("timeseries", StringComparison.Ordinal)));
        await analysis.AssertRegisteredAsync();
        Assert.Equal(rows, await analysis.RowsAsync(Count));
        Assert.Equal(0, (await analysis.JsonAsync("compact", minute)).GetProperty("hours").GetInt32());
    }

    [Fact]
    public async Task Gc_removes_what_is_old_and_says_how_much()
    {
        using var analysis = Analysis.Mock(Settings);
        _ = (await analysis.RunAsync("run", Range)).Done;
        var files = analysis.Files();
        var dry = await analysis.JsonAsync("gc", "--keep", "60", "--kind", "series", "--dry-run");
        Assert.Equal(files, analysis.Files());
        Assert.Contains("7d", (await analysis.RunAsync("gc", "--keep", "a week")).Refused.Errors, StringComparison.Ordinal);
        var done = await analysis.JsonAsync("gc", "--keep", "1m", "--kind", "series");
        Assert.Equal(JsonSerializer.Serialize(dry), JsonSerializer.Serialize(done));
        Assert.Equal(3 * 15, done.GetProperty("removed").GetProperty("series").GetInt32());
        Assert.True(done.GetProperty("bytes").GetInt64() > 3 * 15 * 100);
        await analysis.AssertRegisteredAsync();
        Assert.Equal(files.Length - 3 * 15, analysis.CountFiles());
        Assert.Equal(["1262304060"], (await analysis.RowsAsync("SELECT CAST(CAST(min(time) AS BIGINT) AS VARCHAR) AS t FROM series"))
            .Select(r => JsonDocument.Parse(r).RootElement.GetProperty("t").GetString()));

        await File.WriteAllTextAsync(Path.Combine(analysis.Products, "stray.parquet"), "half");
        var told = (await analysis.RunAsync("gc", "--keep", "1000000")).Done;
        Assert.Contains("1 files", told.Errors, StringComparison.Ordinal);
        Assert.Equal(4, (await analysis.JsonAsync("gc", "--keep", "1000000", "--strays")).GetProperty("bytes").GetInt64());
        await analysis.AssertRegisteredAsync();
    }

    [Fact]
    public async Task Every_parent_of_what_gc_leaves_is_there()
    {
        using var analysis = Analysis.Mock([.. Settings, "evaluate:random_rate=1"]);
        _ = (await analysis.RunAsync("run", Range)).Done;
        Assert.NotEqual(0, (await analysis.JsonAsync("gc", "--keep", "0")).GetProperty("bytes").GetInt64());
        var left = (await analysis.JsonAsync("products")).EnumerateArray().ToArray();
        var seqs = left.Select(p => p.GetProperty("seq").GetInt64()).ToHashSet();
        Assert.All(left.SelectMany(p => p.GetProperty("parents").EnumerateArray()), p => Assert.Contains(p.GetInt64(), seqs));
        Assert.Contains(left, p => p.GetProperty("kind").GetString() == "model");
        await analysis.AssertRegisteredAsync();
    }
}
