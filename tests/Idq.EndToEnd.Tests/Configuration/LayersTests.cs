namespace Idq.EndToEnd.Tests.Configuration;

/// <summary>Where values come from: the file, the environment, the command line; and what paths are relative to.</summary>
public sealed class LayersTests
{
    [Fact]
    public async Task Settings_win_over_the_environment_and_the_environment_over_the_file()
    {
        using var analysis = Analysis.Mock();
        string[] range = ["--gps-start", "1262304000", "--gps-end", "1262304200", "--output", "json"];
        async Task<int> Candidates(string? set, params (string, string)[] environment)
        {
            var arguments = analysis.Arguments("times", set is null ? range : [.. range, "--set", set]);
            return (await StreamProgram.RunAsync(arguments, null, null, environment))
                .Done.Json.GetProperty("target")
                .GetProperty("candidates")
                .GetInt32();
        }

        var (file, environment, setting) = (await Candidates(null), await Candidates(null, ("STREAM__SAMPLES__TARGET_BOUNDS", "snr 5 inf")),
            await Candidates("samples:target_bounds=snr 12 inf", ("STREAM__SAMPLES__TARGET_BOUNDS", "snr 5 inf")));
        Assert.True(setting < file && file < environment, $"{setting} < {file} < {environment}");
    }

    [Fact]
    public async Task A_wrong_environment_variable_is_told_as_such()
    {
        using var analysis = Analysis.Mock();
        var problems = (
            await StreamProgram.RunAsync(
                analysis.Arguments("check", "--output", "json"),
                null,
                null,
                ("STREAM__EVALUATE_STREAM__STRIDE", "0")
            )
        )
            .Expect(2)
            .Json.GetProperty("problems");
        var problem = Assert.Single(problems.EnumerateArray());
        Assert.Equal(("environment", "evaluate stream", "stride"),
            (problem.GetProperty("file").GetString(), problem.GetProperty("section").GetString(), problem.GetProperty("key").GetString()));
    }

    [Fact]
    public async Task Paths_in_a_configuration_are_relative_to_it_and_paths_on_the_command_line_to_the_working_folder()
    {
        using var folder = new TemporaryFolder();
        var (etc, work) = (Directory.CreateDirectory(folder.File("etc")).FullName, Directory.CreateDirectory(folder.File("work")).FullName);
        foreach (var name in new[] { "mock.ini", "mock-channels.ini", "mock-safety.txt" })
            File.Copy(Repository.Path("etc", name), Path.Combine(etc, name));
        string[] range = ["--ini", "../etc/mock.ini", "--gps-start", "1262304000", "--gps-end", "1262304064", "--quiet"];
        _ = (await StreamProgram.RunAsync(["train", .. range], null, work)).Done;
        _ = (await StreamProgram.RunAsync(["simulate", .. range, "--to", "events"], null, work)).Done;
        Assert.True(File.Exists(folder.File("artifacts/mock/mock.sqlite")));
        Assert.True(Directory.Exists(folder.File("artifacts/mock/mock/train")));
        Assert.Equal([Path.Combine(work, "events")], Directory.GetFileSystemEntries(work));
        Assert.Equal(3, Directory.GetFileSystemEntries(etc).Length);
    }

    [Fact]
    public async Task A_range_may_be_given_in_utc()
    {
        using var analysis = Analysis.Mock();
        var utc = await analysis.JsonAsync("times", "--gps-start", "2020-01-06 00:00:00", "--gps-end", "2020-01-06T00:10:00Z");
        var gps = await analysis.JsonAsync("times", "--gps-start", "1262304018", "--gps-end", "1262304618");
        Assert.Equal(600, utc.GetProperty("livetime").GetInt32());
        Assert.Equal(gps.ToString(), utc.ToString());
    }
}
