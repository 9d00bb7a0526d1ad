using System.Text.Json;

namespace Idq.EndToEnd.Tests.Replay;

/// <summary>Only time that the segment database calls good is learned from, ranked and marked OK.</summary>
public sealed class GoodTimeTests
{
    // Good: [0, 40), [70, 120) and [200, 240) s after the start; [100, 104.5) is vetoed.
    const long Start = 1_262_304_000;

    [Fact]
    public async Task Bad_time_has_no_rows_and_is_not_ok()
    {
        using var folder = new TemporaryFolder();
        var good = folder.Write(
            "good.txt",
            $"0 {Start - 5000} {Start + 40} 5040\n1 {Start + 70} {Start + 120} 50\n2 {Start + 200} {Start + 240} 40\n"
        );
        var vetoed = folder.Write("vetoed.txt", $"{Start + 100} {Start + 104.5m}\n");
        using var analysis = Analysis.Mock(
            $"segdb:files={good}",
            $"segdb:exclude_files={vetoed}",
            "evaluate:random_rate=2",
            "timeseries:srate=16",
            "train stream:min_new_samples=40",
            "calibrate:min_new_samples=20",
            "calibrate:min_samples=1"
        );
        var report = await analysis.JsonAsync(
            "run",
            "--replay",
            "--gps-start",
            $"{Start}",
            "--gps-end",
            $"{Start + 240}",
            "--initial-lookback",
            "1280"
        );
        Assert.Equal("125.5", report.GetProperty("livetime").GetRawText());
        var strides = report.GetProperty("strides");
        Assert.Equal(
            (17, 0, 13),
            (strides.GetProperty("done").GetInt32(), strides.GetProperty("skipped").GetInt32(), strides.GetProperty("empty").GetInt32())
        );

        string Bad(string time) =>
            $"({time} >= {Start + 40} AND {time} < {Start + 70} OR {time} >= {Start + 100} AND {time} < {Start + 104.5m} "
            + $"OR {time} >= {Start + 120} AND {time} < {Start + 200})";
        var rows = await One(analysis, $"SELECT count(*) AS n, count_if{Bad("time")} AS bad FROM quivers WHERE nickname = 'random'");
        Assert.InRange(rows.GetProperty("n").GetInt32(), 150, 400);
        Assert.Equal(0, rows.GetProperty("bad").GetInt32());

        var series = await One(
            analysis,
            $"SELECT count(*) AS n, sum(ok) AS ok, sum(ok) FILTER ({Bad("time")}) AS bad, max(time) FILTER (ok = 1) AS last "
            + "FROM series WHERE nickname = 'linear'"
        );
        Assert.Equal((240 * 16, 0), (series.GetProperty("n").GetInt32(), series.GetProperty("bad").GetInt32()));
        Assert.InRange(series.GetProperty("ok").GetInt32(), 50 * 16, (int)(125.5 * 16));
        Assert.Equal(Start + 240 - 0.0625m, series.GetProperty("last").GetDecimal());

        var times = await analysis.JsonAsync("times", "--gps-start", $"{Start}", "--gps-end", $"{Start + 240}");
        Assert.Equal("125.5", times.GetProperty("livetime").GetRawText());
    }

    [Fact]
    public async Task An_outage_of_the_source_is_not_ok_either()
    {
        using var folder = new TemporaryFolder();
        var channels = folder.Write(
            "channels.ini",
            await File.ReadAllTextAsync(Repository.Path("etc", "mock-channels.ini")) + $"\n[mock]\noutages = {Start + 20} {Start + 60}\n"
        );
        using var analysis = Analysis.Mock(
            $"train data discovery:config={channels}",
            "evaluate:random_rate=2",
            "timeseries:srate=16",
            "train stream:min_new_samples=40",
            "calibrate:min_new_samples=20",
            "calibrate:min_samples=1"
        );
        var report = await analysis.JsonAsync(
            "run",
            "--replay",
            "--gps-start",
            $"{Start}",
            "--gps-end",
            $"{Start + 160}",
            "--initial-lookback",
            "1280"
        );
        Assert.Equal(120, report.GetProperty("livetime").GetInt32());
        var series = await One(
            analysis,
            $"SELECT sum(ok) AS ok, sum(ok) FILTER (time >= {Start + 20} AND time < {Start + 60}) AS bad "
            + "FROM series WHERE nickname = 'linear'"
        );
        Assert.Equal(0, series.GetProperty("bad").GetInt32());
        Assert.True(series.GetProperty("ok").GetInt32() > 0);
        var undelivered = await One(analysis, "SELECT sum(value) AS s FROM metrics WHERE name = 'evaluate' AND key = 'undelivered'");
        Assert.Equal(40, undelivered.GetProperty("s").GetDouble());
    }

    static async Task<JsonElement> One(Analysis analysis, string sql) =>
        Assert.Single((await analysis.JsonAsync("query", sql)).EnumerateArray());
}
