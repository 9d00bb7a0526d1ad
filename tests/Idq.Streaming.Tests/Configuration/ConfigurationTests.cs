namespace Idq.Streaming.Tests.Configurations;

public sealed class ConfigurationTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public ConfigurationTests() => folder.Write("channels.ini", Analysis.Channels);

    Configuration Read(string ini, params string[] settings) => Texts.Read(ini, settings, path: folder.File("test.ini"));

    static (int Line, string? Section, string? Key)[] Places(Configuration configuration) =>
        configuration.Problems.Select(p => (p.Line ?? 0, p.Section, p.Key)).ToArray();

    ConfigurationProblem Only(string ini, params string[] settings) => Assert.Single(Read(ini, settings).Problems);

    [Fact]
    public void The_least_configuration_has_no_problem_and_the_documented_defaults()
    {
        var c = Read(Texts.Least);
        Assert.Empty(c.Problems);
        Assert.False(c.HasErrors);
        Assert.Equal(
            (64 * Gps.Second, 8 * Gps.Second, 8 * Gps.Second),
            (c.Train.Cadence.Stride, c.Evaluate.Cadence.Stride, c.Timeseries.Cadence.Stride)
        );
        Assert.Equal(
            (100, long.MaxValue, 604_800 * Gps.Second),
            (c.Train.Cadence.MinNewSamples, c.Train.Cadence.MaxSamples, c.Train.Cadence.MaxStride)
        );
        Assert.Equal((0.1, 0.1, 128.0), (c.Train.RandomRate, c.Evaluate.RandomRate, c.Timeseries.SampleRate));
        Assert.Equal(
            (0L, long.MaxValue, long.MaxValue, true),
            (c.Evaluate.Cadence.Delay, c.Evaluate.Cadence.MaxIters, c.Evaluate.Cadence.MaxLatency, c.Evaluate.Cadence.Align)
        );
        Assert.Equal(folder.Path, c.General.RootDir);
        Assert.Equal((folder.File("test.sqlite"), "test"), (c.Tracker.Store, c.Tracker.Experiment));
        Assert.Equal(
            (CalibrationChoice.Auto, 100L, 10L, 10_000L, 201),
            (c.Calibrate.Kind, c.Calibrate.MinNewSamples, c.Calibrate.MinSamples, c.Calibrate.MaxSamples, c.Calibrate.NumPoints)
        );
        Assert.Equal((4, 4, false, BatchSplit.Livetime), (c.Batch.Bins, c.Batch.SegmentsPerBin, c.Batch.Causal, c.Batch.Split));
        Assert.Null(c.Segments.Open());
        Assert.Null(c.Features.Channels);
        Assert.Equal(["snr"], c.Features.Columns);
        Assert.Equal("OVL", Assert.Single(c.Classifiers).Flavor.Name);
    }

    [Fact]
    public void All_problems_come_at_once_in_the_order_of_lines()
    {
        var c = Read("""
            [general]
            tag = my tag
            instrument = H1
            classifiers = ovl ovl train bad-name
            sead = 3
            [samples]
            target_channel = H1:TARGET
            target_bounds = snr 8
            dirty_window = -1
            [train data discovery]
            flavor = MokClassifierData
            config = channels.ini
            [train stream]
            stride = 0
            min_new_samples = many
            [evalute stream]
            stride = 8
            [ovl]
            flavor = OVL
            thresholds = loud
            [ovl]
            metric = best
            """);
        Assert.True(c.HasErrors);
        Assert.Equal(
            [
                (2, "general", "tag"),
                (4, "general", "classifiers"),
                (4, "general", "classifiers"),
                (4, "general", "classifiers"),
                (5, "general", "sead"),
                (8, "samples", "target_bounds"),
                (9, "samples", "dirty_window"),
                (11, "train data discovery", "flavor"),
                (14, "train stream", "stride"),
                (15, "train stream", "min_new_samples"),
                (16, "evalute stream", null),
                (20, "ovl", "thresholds"),
                (21, "ovl", null),
                (22, "ovl", "metric"),
                (0, "bad-name", null),
            ],
            Places(c));
        Assert.Equal("did you mean 'seed'?", c.Problems.Single(p => p.Key == "sead").Suggestion);
        Assert.Equal("did you mean 'MockClassifierData'?", c.Problems.Single(p => p.Key == "flavor").Suggestion);
        Assert.Equal("did you mean [evaluate stream]?", c.Problems.Single(p => p.Line == 16).Suggestion);
        Assert.All(c.Problems, p => Assert.Equal(folder.File("test.ini"), p.File));
    }

    [Fact]
    public void Nothing_at_all_names_everything_that_must_be_there()
    {
        var c = Read("");
        Assert.Equal(
            [("general", "classifiers"), ("general", "instrument"), ("general", "tag"), ("samples", null), ("train data discovery", null)],
            c.Problems.Select(p => (p.Section!, p.Key)).Order());
    }

    [Theory]
    [InlineData("tag", "a/b")]
    [InlineData("tag", "a b")]
    [InlineData("tag", "..")]
    [InlineData("tag", ".a")]
    [InlineData("tag", "a2345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901")]
    [InlineData("instrument", "H-1")]
    [InlineData("classifiers", "o/v")]
    public void Names_that_become_paths_are_checked(string key, string value)
    {
        var c = Read(Texts.Least, $"general:{key}={value}");
        Assert.Contains(c.Problems, p => p.Section == "general" && p.Key == key && p.File == "--set" && p.Line is null);
    }

    [Theory]
    [InlineData("tag")]
    [InlineData("instrument")]
    [InlineData("classifiers")]
    public void A_required_value_cannot_be_taken_back(string key) =>
        Assert.Contains(Read(Texts.Least, $"general:{key}=").Problems, p => p.Message == $"[general] needs '{key}'");

    [Theory]
    [InlineData("samples")]
    [InlineData("Kafka")]
    [InlineData("general")]
    [InlineData("report")]
    public void A_nickname_may_not_be_the_name_of_another_section(string nickname)
    {
        var c = Read(Texts.Least.Replace("classifiers = ovl", $"classifiers = ovl {nickname}", StringComparison.Ordinal));
        Assert.Equal(
            (4, $"the nickname '{nickname}' is the name of another section"),
            c.Problems.Select(p => (p.Line ?? 0, p.Message)).Single()
        );
        Assert.Single(c.Classifiers);
    }

    [Fact]
    public void Nicknames_that_differ_in_case_only_are_the_same()
    {
        var c = Read(Texts.Least.Replace("classifiers = ovl", "classifiers = ovl OVL", StringComparison.Ordinal));
        Assert.Equal("the nickname 'ovl' stands 2 times", Assert.Single(c.Problems).Message);
        Assert.Single(c.Classifiers);
    }

    [Fact]
    public void A_classifier_without_a_section_is_an_error()
    {
        var c = Read(Texts.Least.Replace("classifiers = ovl", "classifiers = ovl tree", StringComparison.Ordinal));
        Assert.Equal(
            ("tree", "the classifier 'tree' has no section", "add [tree] with a flavor"),
            c.Problems.Select(p => (p.Section!, p.Message, p.Suggestion)).Single()
        );
    }

    [Fact]
    public void A_setting_for_an_unknown_section_or_key_does_not_pass_silently()
    {
        Assert.Equal("did you mean [evaluate stream]?", Only(Texts.Least, "evaluat stream:stride=4").Suggestion);
        Assert.Equal("did you mean 'stride'?", Only(Texts.Least, "evaluate stream:strid=4").Suggestion);
        var c = Texts.Read(Texts.Least, environment: new() { ["STREAM__EVALUATES_STREAM__STRIDE"] = "4" }, path: folder.File("test.ini"));
        Assert.Equal("environment", Assert.Single(c.Problems).File);
    }

    [Fact]
    public void Settings_change_what_the_file_says()
    {
        var c = Read(Texts.Least, "evaluate stream:stride=2.5", "ovl:flavor=random", "general:seed=12");
        Assert.Empty(c.Problems);
        Assert.Equal((2_500_000_000, "random", 12ul), (c.Evaluate.Cadence.Stride, c.Classifiers[0].Flavor.Name, c.General.Seed));
    }

    [Theory]
    [InlineData("train stream:stride=0")]
    [InlineData("evaluate stream:stride=0.0")]
    [InlineData("timeseries stream:stride=-8")]
    [InlineData("train stream:max_samples=0")]
    [InlineData("evaluate stream:max_iters=0")]
    [InlineData("timeseries:srate=0")]
    [InlineData("timeseries stream:max_latency=0")]
    [InlineData("calibrate:bandwidth=13")]
    [InlineData("calibrate:window=-1")]
    [InlineData("batch:num_bins=1")]
    [InlineData("train:random_rate=-0.1")]
    [InlineData("ovl:windows=0")]
    [InlineData("ovl:windows=2000")]
    [InlineData("ovl:thresholds=8 inf")]
    [InlineData("ovl:max_poisson_probability=2")]
    [InlineData("ovl:max_poisson_probability=0")]
    [InlineData("features:window=inf")]
    [InlineData("train stream:stride=inf")]
    [InlineData("features:window=-0.1")]
    [InlineData("train:workflow=condor")]
    public void A_number_that_cannot_work_is_an_error(string setting) =>
        Assert.Equal(
            setting[..setting.IndexOf('=', StringComparison.Ordinal)],
            Only(Texts.Least, setting) is var p ? $"{p.Section}:{p.Key}" : ""
        );

    [Theory]
    [InlineData("l2", "0")]
    [InlineData("l2", "inf")]
    [InlineData("tolerance", "1")]
    public void Options_that_a_classifier_would_refuse_are_problems_and_no_exceptions(string key, string value)
    {
        var problem = Only(Texts.Least, "ovl:flavor=linear", $"ovl:{key}={value}");
        Assert.Equal(("ovl", key), (problem.Section, problem.Key));
    }

    [Theory]
    [InlineData("train", "log_level")]
    [InlineData("train", "srate")]
    [InlineData("timeseries", "random_rate")]
    [InlineData("evaluate stream", "min_new_samples")]
    [InlineData("timeseries stream", "max_samples")]
    [InlineData("calibrate", "stride")]
    public void An_option_belongs_to_its_jobs_only(string section, string key)
    {
        var isKnown = (section, key) == ("train", "log_level");
        Assert.Equal(
            isKnown ? [] : [$"[{section}] has no option '{key}'"],
            Read(Texts.Least, $"{section}:{key}=10").Problems.Select(p => p.Message)
        );
    }

    [Fact]
    public void Samples_need_a_target_or_labels_and_not_both()
    {
        var labels = folder.Write("labels.csv", "time,label\n1,1\n");
        var without = Texts.Least.Replace("target_channel = H1:TARGET\n", "", StringComparison.Ordinal);
        Assert.Equal(
            (5, "[samples] needs 'target_channel' or 'labels'"),
            Read(without).Problems.Select(p => (p.Line ?? 0, p.Message)).Single()
        );
        Assert.Empty(Read(without, "samples:labels=labels.csv").Problems);
        Assert.Equal(labels, Read(without, "samples:labels=labels.csv").Samples.Labels);
        Assert.Equal("[samples] has both 'labels' and 'target_channel'", Only(Texts.Least, "samples:labels=labels.csv").Message);
    }

    [Fact]
    public void Dirty_bounds_default_to_the_target_bounds()
    {
        var c = Read(Texts.Least, "samples:target_bounds=snr 8 inf");
        Assert.Equal(c.Samples.TargetBounds, c.Samples.DirtyBounds);
        c = Read(Texts.Least, "samples:target_bounds=snr 8 inf", "samples:dirty_bounds=snr 5 inf");
        Assert.Equal(5, Assert.Single(c.Samples.DirtyBounds).Min);
    }

    [Fact]
    public void The_replay_range_must_not_be_empty()
    {
        Assert.Empty(Read(Texts.Least, "replay:gps_start=10", "replay:gps_end=20").Problems);
        Assert.Equal("gps_end", Only(Texts.Least, "replay:gps_start=20", "replay:gps_end=20").Key);
    }

    [Fact]
    public void The_padding_is_the_widest_window_of_all()
    {
        Assert.Equal(200_000_000, Read(Texts.Least).Padding);
        Assert.Equal(300_000_000, Read(Texts.Least, "samples:dirty_window=0.3").Padding);
        Assert.Equal(200_000_000, Read(Texts.Least, "features:window=5").Padding);
        Assert.Equal(5_000_000_000, Read(Texts.Least, "features:window=5", "ovl:flavor=linear").Padding);
        Assert.Equal(700_000_000, Read(Texts.Least, "ovl:windows=0.1 0.7").Padding);
    }

    [Fact]
    public void A_delay_shorter_than_the_padding_is_a_warning_and_no_error()
    {
        var c = Read(Texts.Least, "evaluate stream:delay=0.1");
        Assert.Equal((Severity.Warning, "evaluate stream", "delay"), c.Problems.Select(p => (p.Severity, p.Section!, p.Key!)).Single());
        Assert.False(c.HasErrors);
        Assert.Empty(Read(Texts.Least, "evaluate stream:delay=0.2").Problems);
    }

    [Fact]
    public void The_target_may_not_witness_itself()
    {
        Assert.Equal(
            ("features", "features"),
            Only(Texts.Least, "features:features=H1:TARGET-snr") is var p ? (p.Section, p.Key) : default
        );
        Assert.Equal(
            "the target channel 'H1:TARGET' is used as a feature",
            Only(Texts.Least, "features:features=H1:TARGET-snr", "features:channels=H1:TARGET H1:A").Message
        );
    }

    [Fact]
    public void A_store_elsewhere_is_relative_to_the_file_or_on_a_server_of_a_kind_that_is_known()
    {
        Assert.Equal(folder.File("db/t.sqlite"), Read(Texts.Least, "tracker:store=sqlite:db/t.sqlite").Tracker.Store);
        Assert.Equal("/db/t.sqlite", Read(Texts.Least, "tracker:store=/db/t.sqlite").Tracker.Store);
        Assert.Equal("postgresql://me@host/db?schema=s", Read(Texts.Least, "tracker:store=postgresql://me@host/db?schema=s").Tracker.Store);
        Assert.Contains("sqlite:FILE", Only(Texts.Least, "tracker:store=mysql://host/db").Suggestion, StringComparison.Ordinal);
        Assert.Equal("http://host:5000", Read(Texts.Least, "tracker:uri=http://host:5000").Tracker.Uri);
        Assert.Contains("address", Only(Texts.Least, "tracker:uri=host").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Loading_throws_every_error_in_one_message()
    {
        var path = folder.Write("bad.ini", Texts.Least + "\nflavor = tree\n[train stream]\nstride = 0");
        var e = Assert.Throws<ConfigurationException>(() => Configuration.Load(path, ["evaluate stream:delay=0.1"]));
        Assert.Equal(
            [$"{path}:10 [ovl] flavor", $"{path}:12 [train stream] stride"],
            e.Message.Split('\n').Select(l => l[..l.IndexOf(": ", StringComparison.Ordinal)])
        );
        Assert.Equal(3, e.Problems.Count);
        Assert.Equal("test", Configuration.Load(folder.Write("good.ini", Texts.Least)).General.Tag);
        Assert.Throws<ConfigurationException>(() => Configuration.Load(folder.File("gone.ini")));
    }

    [Fact]
    public void The_fingerprint_changes_with_what_can_change_a_result()
    {
        var plain = Read(Texts.Least).Fingerprint();
        Assert.Matches("^[0-9a-f]{8}$", plain);
        Assert.Equal(
            plain,
            Read(Texts.Least, "general:rootdir=elsewhere", "tracker:experiment=x", "batch:num_bins=7", "replay:gps_start=1").Fingerprint()
        );
        Assert.Equal(plain, Read("; a remark\n" + Texts.Least).Fingerprint());
        string[] others =
        [
            "ovl:metric=vsig",
            "general:seed=2",
            "samples:target_bounds=snr 8 inf",
            "train data discovery:bounds=snr 6 inf",
            "train:random_rate=2",
        ];
        Assert.Equal(
            others.Length + 1,
            others.Select(o => Read(Texts.Least, o).Fingerprint()).Append(plain).Distinct(StringComparer.Ordinal).Count()
        );
    }

    [Fact]
    public void A_problem_reads_as_one_line()
    {
        Assert.Equal(
            "f.ini:3 [s] k: m; do this",
            new ConfigurationProblem(Severity.Error, "f.ini", "s", "k", 3, "m", "do this").ToString()
        );
        Assert.Equal("--set: m", new ConfigurationProblem(Severity.Error, "--set", null, null, null, "m", "").ToString());
    }

    public void Dispose() => folder.Dispose();
}
