namespace Idq.Streaming.Tests.Configurations;

/// <summary>An option that is accepted does something: what nothing reads is refused, what another option replaces is a warning.</summary>
public sealed class IdleOptionTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public IdleOptionTests() => folder.Write("channels.ini", Analysis.Channels);

    IReadOnlyList<ConfigurationProblem> Read(string ini, params string[] settings) =>
        Texts.Read(ini, settings, path: folder.File("test.ini")).Problems;

    [Theory]
    [InlineData("train", "workflow", "fork", "block")]
    [InlineData("evaluate", "workflow", "condor", "block")]
    [InlineData("calibrate", "workflow", "slurm", "block")]
    [InlineData("timeseries", "workflow", "fork", "block")]
    [InlineData("train reporting", "flavor", "PickleReporter", "JsonReporter")]
    [InlineData("calibrate reporting", "flavor", "HDF5Reporter", "JsonReporter")]
    public void Where_only_one_word_is_there_every_other_is_refused_with_it(string section, string key, string value, string only)
    {
        var problem = Assert.Single(Read(Texts.Least, $"{section}:{key}={value}"));
        Assert.Equal((Severity.Error, section, key), (problem.Severity, problem.Section, problem.Key));
        Assert.Equal($"'{value}' is not only {only}", problem.Message);
        Assert.StartsWith($"nothing but '{only}' is there", problem.Suggestion, StringComparison.Ordinal);
        Assert.Empty(Read(Texts.Least, $"{section}:{key}={only.ToUpperInvariant()}"));
    }

    [Theory]
    [InlineData("report")]
    [InlineData("Kafka")]
    public void A_section_that_nothing_reads_is_refused(string section)
    {
        var problem = Assert.Single(Read($"{Texts.Least}\n[{section}]\nkey = value"));
        Assert.Equal((Severity.Error, section, 10), (problem.Severity, problem.Section, problem.Line));
        Assert.Equal(($"nothing reads the section [{section}]", "remove it"), (problem.Message, problem.Suggestion));
    }

    [Fact]
    public void With_labelled_samples_what_draws_samples_has_no_effect()
    {
        folder.Write("labels.csv", "time,label\n1,1\n");
        var problems = Read(
            Texts.Least.Replace("target_channel = H1:TARGET\n", "", StringComparison.Ordinal), "samples:labels=labels.csv",
            "samples:target_bounds=snr 8 inf", "samples:dirty_bounds=snr 5 inf", "train:random_rate=1", "evaluate:random_rate=1");
        Assert.Equal(
            ["evaluate random_rate", "samples dirty_bounds", "samples target_bounds", "train random_rate"],
            problems.Select(p => $"{p.Section} {p.Key}").Order(StringComparer.Ordinal));
        Assert.All(problems, p => Assert.Equal(Severity.Warning, p.Severity));
        Assert.All(problems, p => Assert.Contains("'labels'", p.Message.Replace("[samples] labels", "'labels'", StringComparison.Ordinal),
            StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("columns", "features:features=H1:A-snr", "features:columns=snr")]
    [InlineData("transforms", "features:transforms=frequency:log10", "features:columns=snr")]
    [InlineData("missing_channels", "features:missing_channels=ignore", "features:window=0.1")]
    public void Options_of_features_that_others_replace_are_told(string key, params string[] settings)
    {
        var problem = Assert.Single(Read(Texts.Least, settings));
        Assert.Equal((Severity.Warning, "features", key), (problem.Severity, problem.Section, problem.Key));
    }

    [Fact]
    public void Segment_files_that_every_job_ignores_are_told()
    {
        folder.Write("good.txt", "0 1262304000 1262305000 1000\n");
        string[] settings = ["segdb:files=good.txt", "train data discovery:ignore_segdb=True"];
        var problem = Assert.Single(Read(Texts.Least, settings));
        Assert.Equal((Severity.Warning, "segdb", "files"), (problem.Severity, problem.Section, problem.Key));
        Assert.Empty(Read(Texts.Least, [.. settings, "timeseries data discovery:ignore_segdb=False"]));
    }

    [Fact]
    public void The_log_level_of_a_job_is_that_of_train_unless_it_says_another()
    {
        var c = Texts.Read(Texts.Least, ["train:log_level=40", "evaluate:log_level=10"], path: folder.File("test.ini"));
        Assert.Equal((40, 10, 40, 40), (c.Train.LogLevel, c.Evaluate.LogLevel, c.Calibrate.LogLevel, c.Timeseries.LogLevel));
    }

    [Fact]
    public void The_command_line_chooses_among_the_classifiers_that_the_file_names()
    {
        var ini = Texts.Least.Replace("classifiers = ovl", "classifiers = ovl linear random", StringComparison.Ordinal)
            + "\nmetric = vsig\n[linear]\nflavor = linear\nl2 = 2\n[random]\nflavor = random";
        Assert.Empty(Read(ini, "general:classifiers=linear"));
        Assert.Equal(
            ["linear"], Texts.Read(ini, ["general:classifiers=linear"], path: folder.File("test.ini")).Classifiers.Select(c => c.Nickname));
        var problem = Assert.Single(Read(ini + "\n[randon]\nflavor = random", "general:classifiers=linear"));
        Assert.Equal(("randon", "did you mean [random]?"), (problem.Section, problem.Suggestion));
        Assert.Equal("forest", Assert.Single(Read(ini, "general:classifiers=linear forest")).Section);
    }

    [Fact]
    public void Another_kind_on_the_command_line_makes_no_mistake_of_what_the_file_gives_for_its_own()
    {
        var ini = Texts.Least + "\nmetric = vsig";
        Assert.Empty(Read(ini, "ovl:flavor=linear"));
        Assert.Equal("metric", Assert.Single(Read(ini + "\nflavor = linear")).Key);
        var reader = new SectionReader(Texts.Layered("[s]\nkind = a\nof_a = 1", ["s:kind=b"]), "s", "m", []);
        reader.Kind("kind", 1, "m", ("a", 1), ("b", 2));
        reader.RejectUnknownKeys();
    }

    public void Dispose() => folder.Dispose();
}
