namespace Idq.EndToEnd.Tests.CommandLine;

/// <summary>Doubts about a configuration go to standard error and stop nothing.</summary>
public sealed class WarningTests
{
    static readonly string[] Range = ["--gps-start", "1262304000", "--gps-end", "1262304064"];

    [Fact]
    public async Task Times_warns_of_a_segment_of_years_and_of_an_exclusion_of_everything()
    {
        using var folder = new TemporaryFolder();
        var bad = folder.Write("bad.txt", "0 126230400 1262320000 1136089600\n");
        using var analysis = Analysis.Mock($"segdb:exclude_files={bad}");
        var told = (await analysis.RunAsync("times", [.. Range, "--output", "json"])).Done;
        Assert.Equal(0, told.Json.GetProperty("livetime").GetInt32());
        Assert.Contains("has a segment of 36.0 years", told.Errors, StringComparison.Ordinal);
        Assert.Contains("all good time in [1262304000, 1262304064) is excluded", told.Errors, StringComparison.Ordinal);
        Assert.Empty((await analysis.RunAsync("times", [.. Range, "--quiet"])).Done.Errors);
        Assert.Equal(2, (await analysis.RunAsync("check")).Done.Lines.Count(l => l.StartsWith("warning: ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Features_without_features_says_so()
    {
        using var analysis = Analysis.Mock("features:channels=H1:GDS-CALIB_STRAIN");
        Assert.Contains("there are no features: the source has no channel that may be used",
            (await analysis.RunAsync("features", [.. Range, "--quiet"])).Failed.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_level_of_every_job_is_its_own()
    {
        using var analysis = Analysis.Mock("train:log_level=40", "evaluate:log_level=20", "calibrate:log_level=30");
        var lines = (await analysis.RunAsync("run", ["--replay", .. Range, "--initial-lookback", "0"])).Done.Errors.Split('\n');
        var jobs = lines.Where(l => l.Contains(" info ", StringComparison.Ordinal))
            .Select(l => l.Split("info ", 2)[1].TrimStart().Split(':')[0]);
        Assert.Equal(["evaluate"], jobs.Distinct(StringComparer.Ordinal));
        var all = (await analysis.RunAsync("run", ["--replay", .. Range, "--initial-lookback", "0", "--log-level", "error"])).Done.Errors;
        Assert.DoesNotContain(" info ", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gps_says_an_error_once()
    {
        var errors = (await StreamProgram.RunAsync("gps", "2015-02-30 00:00:00")).Refused.Errors;
        Assert.Equal("stream: gps: '2015-02-30 00:00:00' has no such date between 1700 and 2270\n", errors);
        errors = (await StreamProgram.RunAsync("gps", "yesterday")).Refused.Errors;
        Assert.Single(errors.Split("'yesterday'")[1..]);
        Assert.Single(errors.Split("expected GPS seconds")[1..]);
    }

    [Theory]
    [InlineData("0.0000000005", "0")]
    [InlineData("0x5p-10", "0.004882812")]
    [InlineData("692.8837890625", "692.883789062")]
    public async Task Half_a_nanosecond_is_rounded_to_even(string text, string gps) =>
        Assert.Equal(gps, (await StreamProgram.RunAsync("gps", text, "--output", "json")).Done.Json[0].GetProperty("gps").GetRawText());
}
