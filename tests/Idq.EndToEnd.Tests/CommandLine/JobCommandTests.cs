using System.Text.Json;

namespace Idq.EndToEnd.Tests.CommandLine;

/// <summary>The loops one by one, each in a process of its own, over a past range.</summary>
public sealed class JobCommandTests
{
    static readonly string[] Range = ["--gps-start", "1262304000", "--gps-end", "1262304240"];

    [Fact]
    public async Task The_four_jobs_run_one_after_the_other_and_hand_their_products_on()
    {
        using var analysis = Analysis.Mock(
            "train stream:min_new_samples=60",
            "calibrate:min_new_samples=30",
            "calibrate:min_samples=2",
            "timeseries:srate=16"
        );
        var train = await analysis.JsonAsync("train", [.. Range, "--initial-lookback", "1200"]);
        AssertJob(train, "train", "model", 1440, (240 + 1200 + 63) / 64);
        var evaluate = await analysis.JsonAsync("evaluate", Range);
        AssertJob(evaluate, "evaluate", "quiver", 240, 30);
        var calibrate = await analysis.JsonAsync("calibrate", Range);
        AssertJob(calibrate, "calibrate", "map", 0, 30);
        // The map is made of the whole range, so that it speaks of what comes after.
        var timeseries = await analysis.JsonAsync("timeseries", "--gps-start", "1262304240", "--gps-end", "1262304480");
        AssertJob(timeseries, "timeseries", "series", 240, 30);
        await analysis.AssertRegisteredAsync();

        // With a map from the start, every sample of the series means something.
        var series = await analysis.JsonAsync("query", "SELECT count(*) AS n, sum(ok) AS ok FROM series");
        Assert.Equal((3 * 240 * 16, 3 * 240 * 16), (series[0].GetProperty("n").GetInt32(), series[0].GetProperty("ok").GetInt32()));
        var first = timeseries.GetProperty("products")[0].GetProperty("parents").EnumerateArray().Select(p => p.GetInt64()).ToArray();
        Assert.Contains(train.GetProperty("products").EnumerateArray(), p => first.Contains(p.GetProperty("seq").GetInt64()));
        Assert.Contains(calibrate.GetProperty("products").EnumerateArray(), p => first.Contains(p.GetProperty("seq").GetInt64()));
    }

    [Fact]
    public async Task Without_a_model_evaluate_records_what_it_could_not_do()
    {
        using var analysis = Analysis.Mock();
        var evaluate = await analysis.JsonAsync("evaluate", Range);
        Assert.Empty(evaluate.GetProperty("products").EnumerateArray());
        var timeseries = await analysis.JsonAsync("timeseries", Range);
        Assert.Equal(3 * 30, timeseries.GetProperty("products").GetArrayLength());
        var series = await analysis.JsonAsync("query", "SELECT sum(ok) AS ok FROM series");
        Assert.Equal(0, series[0].GetProperty("ok").GetInt32());
    }

    [Fact]
    public async Task Text_is_for_people_and_quiet_is_quiet()
    {
        using var analysis = Analysis.Mock();
        var loud = (await analysis.RunAsync("train", Range)).Done;
        Assert.Contains("train", loud.Output, StringComparison.Ordinal);
        Assert.Contains("info", loud.Errors, StringComparison.Ordinal);
        var quiet = (await analysis.RunAsync("evaluate", [.. Range, "--quiet"])).Done;
        Assert.Empty(quiet.Errors);
        var debug = (await analysis.RunAsync("calibrate", [.. Range, "--log-level", "error"])).Done;
        Assert.Empty(debug.Errors);
    }

    static void AssertJob(JsonElement report, string job, string kind, int livetime, int strides)
    {
        Assert.Equal(job, report.GetProperty("job").GetString());
        Assert.Equal(livetime, report.GetProperty("livetime").GetInt32());
        var counts = report.GetProperty("strides");
        Assert.Equal(
            (strides, 0, 0),
            (counts.GetProperty("done").GetInt32(), counts.GetProperty("skipped").GetInt32(), counts.GetProperty("empty").GetInt32())
        );
        Assert.NotEmpty(report.GetProperty("products").EnumerateArray());
        Assert.All(report.GetProperty("products").EnumerateArray(), p => Assert.Equal(kind, p.GetProperty("kind").GetString()));
    }
}
