namespace Idq.EndToEnd.Tests.CommandLine;

/// <summary>Ranges over which nothing can run are refused in one sentence, before anything is written.</summary>
public sealed class RangeTests
{
    const string Start = "--gps-start=1262304000", End = "--gps-end=1262304064";

    static async Task<string> RefusedAsync(string command, params string[] arguments)
    {
        using var analysis = Analysis.Mock();
        var refused = (await analysis.RunAsync(command, [.. arguments, "--quiet"])).Refused;
        Assert.Empty(analysis.Files());
        Assert.Empty(refused.Output);
        return Assert.Single(refused.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("run")]
    [InlineData("train")]
    [InlineData("evaluate")]
    [InlineData("calibrate")]
    [InlineData("timeseries")]
    [InlineData("batch")]
    [InlineData("times")]
    [InlineData("features")]
    public async Task No_command_starts_at_infinity_or_goes_backwards(string command)
    {
        foreach (var start in new[] { "-inf", "inf" })
            Assert.Contains($"a finite start is needed, not {start}", await RefusedAsync(command, $"--gps-start={start}", End),
                StringComparison.Ordinal);
        Assert.Contains("is empty", await RefusedAsync(command, Start, "--gps-end=1262303000"), StringComparison.Ordinal);
        Assert.Contains("is empty", await RefusedAsync(command, Start, "--gps-end=1262304000"), StringComparison.Ordinal);
        Assert.Contains("is empty", await RefusedAsync(command, "--gps-end=-inf"), StringComparison.Ordinal);
        Assert.Contains("--gps-start: 'nan' is not a time", await RefusedAsync(command, "--gps-start=nan", End), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run --replay")]
    [InlineData("batch")]
    [InlineData("times")]
    [InlineData("features")]
    [InlineData("simulate --to nowhere")]
    public async Task What_needs_a_finite_range_does_not_end_at_infinity(string command)
    {
        var words = command.Split(' ');
        Assert.Contains("a finite range is needed", await RefusedAsync(words[0], [.. words[1..], Start, "--gps-end=inf"]),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run --replay")]
    [InlineData("evaluate")]
    [InlineData("batch")]
    [InlineData("times")]
    [InlineData("features")]
    [InlineData("simulate --to nowhere")]
    public async Task No_range_lies_so_near_the_ends_of_time_that_what_is_around_it_is_none(string command)
    {
        var words = command.Split(' ');
        foreach (var (start, end) in new[] { ("-9223372036", "-9223372035"), ("9223372036.85", "9223372036.854775806") })
            Assert.Contains($"--gps-start: {start} is too near the end of GPS time",
                await RefusedAsync(words[0], [.. words[1..], $"--gps-start={start}", $"--gps-end={end}"]), StringComparison.Ordinal);
        Assert.Contains("gps_end in [replay]: 9200000000 is too near", await RefusedAsync("times", "--set", "replay:gps_end=9.2e9"),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run --replay")]
    [InlineData("batch")]
    public async Task What_reads_a_range_once_does_not_reach_into_the_future(string command)
    {
        var words = command.Split(' ');
        Assert.Contains("is not over yet", await RefusedAsync(words[0], [.. words[1..], Start, "--gps-end=9000000000"]),
            StringComparison.Ordinal);
        Assert.Contains("is not over yet",
            await RefusedAsync(words[0], [.. words[1..], "--gps-start=8000000000", "--gps-end=9000000000"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("evaluate")]
    [InlineData("timeseries")]
    public async Task An_end_before_now_needs_a_start(string command) =>
        Assert.Contains("the end 1262304064 lies before the start", await RefusedAsync(command, End), StringComparison.Ordinal);

    [Fact]
    public async Task A_job_goes_on_where_it_stands_to_an_end_that_is_past()
    {
        using var analysis = Analysis.Mock();
        _ = (await analysis.RunAsync("evaluate", Start, End, "--quiet")).Done;
        var more = await analysis.JsonAsync("evaluate", "--gps-end", "1262304128");
        Assert.Equal(8, more.GetProperty("strides").GetProperty("done").GetInt32());
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("inf")]
    [InlineData("-inf")]
    [InlineData("nan")]
    [InlineData("an hour")]
    public async Task A_lookback_is_a_finite_number_of_seconds(string lookback) =>
        Assert.Contains($"--initial-lookback: '{lookback}' is no finite number of seconds",
            await RefusedAsync("train", Start, End, $"--initial-lookback={lookback}"), StringComparison.Ordinal);

    [Fact]
    public async Task A_lookback_to_before_all_time_is_refused() =>
        Assert.Contains("there is no GPS time",
            await RefusedAsync("train", "--gps-start=-9000000000", "--gps-end=-8000000000", "--initial-lookback=9000000000"),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("--bins=1")]
    [InlineData("--bins=0")]
    [InlineData("--bins=-3")]
    [InlineData("--bins=10001")]
    [InlineData("--segments-per-bin=0")]
    [InlineData("--segments-per-bin=10001")]
    public async Task A_batch_has_a_number_of_bins_that_can_be(string argument) =>
        Assert.Contains(argument[..argument.IndexOf('=', StringComparison.Ordinal)], await RefusedAsync("batch", Start, End, argument),
            StringComparison.Ordinal);

    [Fact]
    public async Task A_batch_has_a_number_of_pieces_that_can_be() =>
        Assert.Contains("1000 × 1000 pieces are more than 10000",
            await RefusedAsync("batch", Start, End, "--bins=1000", "--segments-per-bin=1000"), StringComparison.Ordinal);

    [Fact]
    public async Task Segments_are_clipped_to_a_range_and_moved_by_a_finite_time()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("a.txt", "0 100 200 100\n");
        async Task<string> Refused(params string[] arguments) => (await StreamProgram.RunAsync(["segments", .. arguments])).Refused.Errors;
        Assert.Contains("[300, 200) is empty", await Refused("coalesce", file, "--start", "300", "--end", "200"), StringComparison.Ordinal);
        foreach (var seconds in new[] { "inf", "-inf", "nan" })
            Assert.Contains("--seconds", await Refused("shift", file, $"--seconds={seconds}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_simulated_file_lasts_a_finite_positive_time()
    {
        foreach (var duration in new[] { "0", "-1", "inf" })
            Assert.Contains("--file-duration", await RefusedAsync("simulate", Start, End, "--to=nowhere", $"--file-duration={duration}"),
                StringComparison.Ordinal);
    }
}
