namespace Idq.EndToEnd.Tests.CommandLine;

/// <summary>stream simulate: what is on disk is what the simulation says, in every format.</summary>
public sealed class SimulateTests
{
    static readonly string[] Range = ["--gps-start", "1262304000", "--gps-end", "1262304500"];

    [Theory]
    [InlineData("parquet", "table", "*.parquet", "snr", 8, 5)]
    [InlineData("ligolw", "ligolw", "*.xml.gz", "snr", 8, 5)]
    [InlineData("kw", "kw", "*.trg", "significance", 32, 12.5)] // KleineWelle's significance of an snr is half its square
    public async Task Simulated_files_give_the_samples_of_the_simulation(
        string format,
        string flavor,
        string pattern,
        string column,
        double target,
        double dirty
    )
    {
        using var folder = new TemporaryFolder();
        using var mock = Analysis.Mock();
        var events = folder.File("events");
        var answer = await mock.JsonAsync("simulate", [.. Range, "--to", events, "--format", format, "--file-duration", "200"]);
        var files = answer.GetProperty("files").EnumerateArray().Select(f => f.GetString()!).ToArray();
        Assert.Equal(Directory.GetFiles(events, pattern).Order(), files.Order());
        Assert.Equal(3, files.Length);
        Assert.InRange(answer.GetProperty("events").GetInt64(), 2500, 4500);

        using var read = Analysis.Mock(
            $"train data discovery:flavor={flavor}",
            $"train data discovery:files={events}",
            $"samples:target_bounds={column} {target} inf",
            $"samples:dirty_bounds={column} {dirty} inf",
            $"features:significance={column}",
            $"features:columns={column}",
            "features:transforms=",
            "train data discovery:span_start=1262304000",
            "train data discovery:span_end=1262304500"
        );
        var (simulated, found) = (await mock.JsonAsync("times", [.. Range, "--list"]), await read.JsonAsync("times", [.. Range, "--list"]));
        Assert.Equal(simulated.GetProperty("target").ToString(), found.GetProperty("target").ToString());
        Assert.Equal(
            simulated
                .GetProperty("times")
                .EnumerateArray()
                .Where(t => t.GetProperty("label").GetInt32() == 1)
                .Select(t => Round(t.GetProperty("time").GetDecimal(), format)),
            found
                .GetProperty("times")
                .EnumerateArray()
                .Where(t => t.GetProperty("label").GetInt32() == 1)
                .Select(t => Round(t.GetProperty("time").GetDecimal(), format))
        );
    }

    [Fact]
    public async Task A_second_simulation_is_the_same_and_the_files_fit_together_however_they_are_cut()
    {
        using var folder = new TemporaryFolder();
        using var mock = Analysis.Mock();
        var whole = await mock.JsonAsync("simulate", [.. Range, "--to", folder.File("whole")]);
        var again = await mock.JsonAsync("simulate", [.. Range, "--to", folder.File("again")]);
        var parts = await mock.JsonAsync("simulate", [.. Range, "--to", folder.File("parts"), "--file-duration", "37"]);
        Assert.Equal(whole.GetProperty("events").GetInt64(), parts.GetProperty("events").GetInt64());
        Assert.Equal(14, parts.GetProperty("files").GetArrayLength());
        Assert.Equal(
            await File.ReadAllBytesAsync(whole.GetProperty("files")[0].GetString()!),
            await File.ReadAllBytesAsync(again.GetProperty("files")[0].GetString()!)
        );
    }

    // KleineWelle text has what it has of decimals.
    static decimal Round(decimal time, string format) => format == "kw" ? Math.Round(time, 6) : time;

    [Fact]
    public async Task What_is_no_folder_is_refused()
    {
        using var folder = new TemporaryFolder();
        using var mock = Analysis.Mock();
        foreach (var to in new[] { "", folder.Write("file", ""), "/dev/null" })
            Assert.Contains($"--to: '{to}' is no folder", (await mock.RunAsync("simulate", [.. Range, "--to", to])).Refused.Errors,
                StringComparison.Ordinal);
    }
}
