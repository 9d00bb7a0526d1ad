using System.IO.Compression;
using System.Text.Json;

namespace Idq.EndToEnd.Tests.Configuration;

/// <summary>A wrong configuration gives all its problems at once, and nothing is written.</summary>
public sealed class WrongConfigurationTests
{
    static readonly string Broken = $"""
        [general]
        tag = broken
        instrument = H1
        rootdir = products
        classifiers = ovl linear ovl

        [samples]
        target_channel = H1:GDS-CALIB_STRAIN
        target_chanel = H1:GDS-CALIB_STRAIN
        target_bounds = snr 8 inf
        dirty_bounds = snr 5 inf

        [features]
        channels = {Repository.Path("etc", "mock-safety.txt")}
        features = H1:CAL-INJ_TRANSIENT-snr

        [train]
        random_rate = fast

        [train data discovery]
        flavor = MockClassifierData
        config = nowhere.ini

        [evaluate stream]
        stride = 0

        [ovl]
        flavor = OVL

        [linear]
        flavor = linear
        """;

    static readonly (string Section, string Key, int Line, string Says)[] Expected =
    [
        ("general", "classifiers", 5, "ovl"),
        ("samples", "target_chanel", 9, "target_channel"),
        ("features", "features", 15, "H1:CAL-INJ_TRANSIENT"),
        ("train", "random_rate", 18, "fast"),
        ("train data discovery", "config", 22, "nowhere.ini"),
        ("evaluate stream", "stride", 25, "0"),
    ];

    [Fact]
    public async Task Check_lists_every_problem_with_section_key_line_and_what_to_do()
    {
        using var folder = new TemporaryFolder();
        var ini = folder.Write("broken.ini", Broken);
        var problems = (await StreamProgram.RunAsync("check", "--ini", ini, "--output", "json"))
            .Expect(2)
            .Json.GetProperty("problems")
            .EnumerateArray()
            .ToArray();
        Assert.Equal(
            Expected.Select(e => (e.Section, e.Key, e.Line)),
            problems.Select(p =>
                (p.GetProperty("section").GetString()!, p.GetProperty("key").GetString()!, p.GetProperty("line").GetInt32())
            )
        );
        foreach (var (problem, expected) in problems.Zip(Expected))
        {
            Assert.Equal("error", problem.GetProperty("severity").GetString());
            Assert.Equal(ini, problem.GetProperty("file").GetString());
            var says = problem.GetProperty("message").GetString() + "; " + problem.GetProperty("suggestion").GetString();
            Assert.Contains(expected.Says, says, StringComparison.Ordinal);
            Assert.False(string.IsNullOrWhiteSpace(problem.GetProperty("suggestion").GetString()), says);
        }
    }

    [Theory]
    [InlineData("run")]
    [InlineData("run --replay --gps-start 1262304000 --gps-end 1262304100")]
    [InlineData("batch --gps-start 1262304000 --gps-end 1262304100")]
    [InlineData("times --gps-start 1262304000 --gps-end 1262304100")]
    [InlineData("products")]
    public async Task A_command_with_a_wrong_configuration_says_the_same_and_writes_nothing(string command)
    {
        using var folder = new TemporaryFolder();
        var ini = folder.Write("broken.ini", Broken);
        var result = (await StreamProgram.RunAsync([.. command.Split(' '), "--ini", ini, "--output", "json"])).Refused;
        foreach (var (section, key, line, _) in Expected)
            Assert.Contains($"{ini}:{line} [{section}] {key}: ", result.Errors, StringComparison.Ordinal);
        Assert.Empty(result.Output);
        Assert.Equal([ini], Directory.GetFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("samples:target_channel=H1:GDS-CALIB_STRIAN", "samples", "target_channel", "H1:GDS-CALIB_STRAIN")]
    [InlineData("samples:target_bounds=snt 8 inf", "samples", "target_bounds", "snr")]
    [InlineData("features:columns=frequenzy", "features", "columns", "frequency")]
    [InlineData("features:channels=H1:NO-SUCH_CHANNEL", "features", "channels", "H1:NO-SUCH_CHANNEL")]
    public async Task What_does_not_fit_the_data_is_found_before_anything_is_written(
        string setting,
        string section,
        string key,
        string says
    )
    {
        using var analysis = Analysis.Mock(setting);
        var problem = Assert.Single(
            (await analysis.RunAsync("check", "--output", "json")).Expect(2).Json.GetProperty("problems").EnumerateArray()
        );
        Assert.Equal((section, key), (problem.GetProperty("section").GetString(), problem.GetProperty("key").GetString()));
        Assert.Contains(
            says,
            problem.GetProperty("message").GetString() + problem.GetProperty("suggestion").GetString(),
            StringComparison.Ordinal
        );
        var run = (await analysis.RunAsync("run", "--replay", "--gps-end", "1262304100")).Refused;
        Assert.Contains(problem.GetProperty("message").GetString()!, run.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(analysis.Root));
    }

    [Fact]
    public async Task Problems_of_settings_name_the_setting()
    {
        using var analysis = Analysis.Mock("evaluate stream:stride=-1", "nonsense", "ovll:flavor=OVL");
        var problems = (await analysis.RunAsync("check", "--output", "json"))
            .Expect(2)
            .Json.GetProperty("problems")
            .EnumerateArray()
            .ToArray();
        Assert.Contains(
            problems,
            p =>
                p.GetProperty("key").GetString() == "stride"
                && p.GetProperty("file").GetString() == "--set"
                && p.GetProperty("line").ValueKind == JsonValueKind.Null
        );
        Assert.Contains(problems, p => p.GetProperty("message").GetString()!.Contains("nonsense", StringComparison.Ordinal));
        Assert.Contains(problems, p => p.GetProperty("section").GetString() == "ovll");
    }

    [Fact]
    public async Task The_configurations_of_the_repository_have_no_problems()
    {
        foreach (
            var ini in Directory
                .GetFiles(Repository.Path("etc"), "*.ini")
                .Where(f => !f.EndsWith("mock-channels.ini", StringComparison.Ordinal))
        )
        {
            if (SharedData.Folder is null && (await File.ReadAllTextAsync(ini)).Contains("shared/data", StringComparison.Ordinal)) continue;
            var problems = (await StreamProgram.RunAsync("check", "--ini", ini, "--output", "json")).Done.Json.GetProperty("problems");
            Assert.Equal(0, problems.GetArrayLength());
        }
    }

    [Theory]
    [InlineData("check")]
    [InlineData("run")]
    [InlineData("products")]
    public async Task A_configuration_that_is_not_there_is_wrong_usage(string command)
    {
        using var folder = new TemporaryFolder();
        var result = await StreamProgram.RunAsync([command, "--ini", "nowhere.ini", "--output", "json"], null, folder.Path);
        _ = result.Expect(2);
        Assert.Contains("nowhere.ini", result.Errors + result.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [SharedFact]
    public async Task A_torn_archive_is_named()
    {
        using var folder = new TemporaryFolder();
        var whole = await File.ReadAllBytesAsync(Directory.GetFiles(SharedData.Path("triggers"), "*.xml.gz")[0]);
        await File.WriteAllBytesAsync(folder.File("H1-TORN-830046410-50274.xml.gz"), whole[..(whole.Length / 2)]);
        await AssertNamedAsync(folder, "LigoLwClassifierData", "H1-TORN-830046410-50274.xml.gz", "snr");
    }

    [Fact]
    public async Task A_torn_line_of_text_is_named()
    {
        using var folder = new TemporaryFolder();
        var torn = "# start_time stop_time time frequency unnormalized_energy normalized_energy chisqdof significance channel\n"
            + "830046500.0 830046500.1 830046500.05 100 1 10 1 40 H1:LSC-DARM_ERR\n830046501.0 830046501.1 8300";
        await File.WriteAllTextAsync(folder.File("H1-TORN-830046410-50274.trg"), torn);
        await AssertNamedAsync(folder, "KWMClassifierData", "H1-TORN-830046410-50274.trg", "significance");
    }

    [Fact]
    public async Task A_file_that_is_no_archive_at_all_is_named()
    {
        using var folder = new TemporaryFolder();
        await using (var gzip = new GZipStream(File.Create(folder.File("H1-TORN-830046410-50274.xml.gz")), CompressionLevel.Fastest))
            await gzip.WriteAsync(new byte[1000]);
        await AssertNamedAsync(folder, "LigoLwClassifierData", "H1-TORN-830046410-50274.xml.gz", "snr");
    }

    static async Task AssertNamedAsync(TemporaryFolder folder, string flavor, string file, string column)
    {
        var ini = folder.Write("torn.ini", $"""
            [general]
            tag = mock
            instrument = H1
            rootdir = products
            classifiers = random
            [samples]
            target_channel = H1:LSC-DARM_ERR
            target_bounds = {column} 0 inf
            [train data discovery]
            flavor = {flavor}
            files = {file}
            [random]
            flavor = random
            """
        );
        var result = (
            await StreamProgram.RunAsync("times", "--ini", ini, "--gps-start", "830046411", "--gps-end", "830096683", "--output", "json")
        ).Failed;
        Assert.Contains(file, result.Errors, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }
}
