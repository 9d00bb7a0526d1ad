namespace Idq.Streaming.Tests.Configurations;

/// <summary>What reads well and is probably not meant.</summary>
public sealed class DoubtfulValueTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public DoubtfulValueTests() => folder.Write("channels.ini", Analysis.Channels);

    Configuration Read(params string[] settings) => Texts.Read(Texts.Least, settings, path: folder.File("test.ini"));

    ConfigurationProblem Only(Severity severity, string key, params string[] settings)
    {
        var problem = Assert.Single(Read(settings).Problems);
        Assert.Equal((severity, key), (problem.Severity, $"{problem.Section}:{problem.Key}"));
        return problem;
    }

    [Theory]
    [InlineData("products ; where it goes", "a comment needs a line of its own")]
    [InlineData("products # where it goes", "a comment needs a line of its own")]
    [InlineData("\"products\"", "the quotes are part of the path")]
    [InlineData("'products'", "the quotes are part of the path")]
    [InlineData("~/products", "'~' stands for no folder here")]
    [InlineData("$HOME/products", "variables are not replaced here")]
    [InlineData("/data/${USER}", "variables are not replaced here")]
    [InlineData("/data/%(tag)s", "variables are not replaced here")]
    public void A_path_that_is_probably_not_meant_is_a_warning_with_its_value(string path, string says)
    {
        foreach (var key in new[] { "general:rootdir", "tracker:store" })
        {
            var problem = Only(Severity.Warning, key, $"{key}={path}");
            Assert.StartsWith($"'{path}': {says}", problem.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Blanks_at_the_ends_of_a_path_that_comes_from_the_environment_are_told()
    {
        var read = Texts.Read(Texts.Least, null, new() { ["STREAM__GENERAL__ROOTDIR"] = "/data/ " }, folder.File("test.ini"));
        var problem = Assert.Single(read.Problems);
        Assert.Equal(("environment", "rootdir"), (problem.File, problem.Key));
        Assert.Contains("blanks at its ends", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("products")]
    [InlineData("/data/a b/c;d#e")]
    [InlineData("../it's/~x")]
    public void Other_paths_are_taken_as_they_are(string path) => Assert.Empty(Read($"general:rootdir={path}").Problems);

    [Fact]
    public void Products_go_to_a_folder_and_the_store_is_a_file()
    {
        foreach (var path in new[] { "channels.ini", "channels.ini/products", "/dev/null", "/dev/null/a/b" })
            Assert.Contains("is a file", Only(Severity.Error, "general:rootdir", $"general:rootdir={path}").Message,
                StringComparison.Ordinal);
        Assert.Contains("is a folder", Only(Severity.Error, "tracker:store", "tracker:store=.").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("general:leap_seconds", "~/leap.txt", "'~' stands for no folder")]
    [InlineData("general:leap_seconds", "\"channels.ini\"", "leave them out")]
    [InlineData("segdb:files", "$SEGMENTS/good.txt", "variables are not replaced")]
    [InlineData("segdb:exclude_files", "~/bad.txt", "'~' stands for no folder")]
    [InlineData("train data discovery:config", "'channels.ini'", "leave them out")]
    public void A_file_that_is_not_there_is_refused_with_what_is_strange_about_it(string key, string path, string says) =>
        Assert.Contains(says, Only(Severity.Error, key, $"{key}={path}").Suggestion, StringComparison.Ordinal);

    [Theory]
    [InlineData("lists/gone.txt")]
    [InlineData("~/channels")]
    [InlineData("gone.csv")]
    public void A_list_of_channels_that_is_a_missing_file_is_no_channel(string path) =>
        Assert.Contains("there is no file", Only(Severity.Error, "features:channels", $"features:channels={path}").Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_folder_and_a_link_to_nothing_are_called_what_they_are()
    {
        Assert.Contains("is a folder; expected a file", Only(Severity.Error, "features:channels", "features:channels=./.").Message,
            StringComparison.Ordinal);
        Assert.Contains("is a folder; expected a file", Only(Severity.Error, "general:leap_seconds", "general:leap_seconds=.").Suggestion,
            StringComparison.Ordinal);
        var link = folder.File("link.txt");
        File.CreateSymbolicLink(link, "/nowhere/at/all");
        foreach (var key in new[] { "general:leap_seconds", "segdb:files" })
            Assert.Contains("is a link to '/nowhere/at/all', which does not exist", Only(Severity.Error, key, $"{key}={link}").Suggestion,
                StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_of_channels_that_cannot_be_read_is_a_problem_of_its_key()
    {
        // A file that nobody can read, whoever he is.
        const string Unreadable = "/proc/self/mem";
        if (!File.Exists(Unreadable)) return;
        var problem = Only(Severity.Error, "features:channels", $"features:channels={Unreadable}");
        Assert.StartsWith($"cannot read '{Unreadable}'", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("calibrate:window", "86401")]
    [InlineData("calibrate:window", "9e9")]
    [InlineData("features:window", "9e9")]
    [InlineData("evaluate stream:stride", "9e9")]
    public void A_time_with_which_no_machine_could_work_is_refused(string key, string value) =>
        Assert.Contains("s are too long", Only(Severity.Error, key, $"{key}={value}").Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("train stream:stride", "1e12")]
    [InlineData("calibrate:num_points", "1e12")]
    [InlineData("train stream:max_memory", "1e30")]
    [InlineData("timeseries:srate", "1e12")]
    public void A_size_that_no_number_can_hold_is_refused(string key, string value) =>
        Assert.StartsWith($"'{value}' is not ", Only(Severity.Error, key, $"{key}={value}").Message, StringComparison.Ordinal);

    [Fact]
    public void Channels_and_files_may_stand_in_quotes_and_a_quoted_one_may_hold_blanks()
    {
        Assert.Equal(["H1:A", "H1:B"], Read("features:channels=\"H1:A\", 'H1:B'").Features.Channels!);
        var path = folder.Write("good time.txt", "0 1 2 1\n");
        Assert.Equal([path], Read("segdb:files=\"good time.txt\"").Segments.Files);
    }

    [Theory]
    [InlineData("tracker:experiment=mine ; not yours")]
    [InlineData("features:significance=snr # loudness")]
    public void A_comment_behind_a_text_is_a_warning(string setting) =>
        Assert.Contains("a comment needs a line of its own",
            Only(Severity.Warning, setting[..setting.IndexOf('=', StringComparison.Ordinal)], setting).Message, StringComparison.Ordinal);

    [Fact]
    public void A_pattern_of_a_kind_that_is_not_known_is_told_so()
    {
        folder.Write("a/good.txt", "0 1 2 1\n");
        foreach (var pattern in new[] { "[ab]/good.txt", "\"{a,b}/good.txt\"" })
            Assert.Contains("only '*' and '?' make a pattern", Only(Severity.Error, "segdb:files", $"segdb:files={pattern}").Suggestion,
                StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_file_is_not_waited_for()
    {
        foreach (var key in new[] { "general:leap_seconds", "segdb:files", "train data discovery:config" })
            Assert.Contains("/dev/zero", Only(Severity.Error, key, $"{key}=/dev/zero").Suggestion, StringComparison.Ordinal);
        Assert.Contains("/dev/zero", Only(Severity.Error, "features:channels", "features:channels=/dev/zero").Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Bounds_that_are_exchanged_are_told_so() =>
        Assert.Equal(
            "nothing lies between the bounds of 'snr 9 8': the smaller one comes first",
            Only(Severity.Error, "samples:target_bounds", "samples:target_bounds=frequency 16 32, snr 9 8").Suggestion);

    [Theory]
    [InlineData("train:random_rate", "inf")]
    [InlineData("evaluate:random_rate", "-0.1")]
    [InlineData("evaluate:random_rate", "1e300")]
    [InlineData("timeseries:srate", "0")]
    [InlineData("timeseries:srate", "-128")]
    [InlineData("timeseries:srate", "inf")]
    [InlineData("train stream:stride", "1e-9")]
    [InlineData("evaluate stream:stride", "-8")]
    [InlineData("evaluate stream:stride", "0")]
    [InlineData("evaluate stream:delay", "-1")]
    [InlineData("evaluate stream:delay", "inf")]
    [InlineData("timeseries stream:max_latency", "0")]
    [InlineData("timeseries stream:max_iters", "0")]
    [InlineData("features:missing", "inf")]
    [InlineData("samples:dirty_window", "-0.1")]
    [InlineData("replay:gps_start", "inf")]
    [InlineData("replay:gps_end", "nan")]
    [InlineData("tracker:store", "sqlite:")]
    [InlineData("features:window", "86400.000000001")]
    [InlineData("samples:dirty_window", "9e9")]
    [InlineData("train stream:stride", "9e9")]
    [InlineData("evaluate stream:delay", "9e9")]
    [InlineData("evaluate reporting:outbox_limit", "0")]
    [InlineData("batch:num_segs_per_bin", "3000")]
    public void A_value_with_which_nothing_can_run_is_refused_at_its_place(string key, string value) =>
        Only(Severity.Error, key, $"{key}={value}");

    [Theory]
    [InlineData("kw", "span_start=20", "span_end=10")]
    [InlineData("table", "span_start=20", "span_end=20")]
    public void The_span_of_files_is_not_reversed(string flavor, string start, string end)
    {
        folder.Write("events.csv", "time,channel,snr\n15,H1:TARGET,9\n");
        const string Section = "train data discovery:";
        Only(Severity.Error, Section + "span_end",
            Section + "flavor=" + flavor, Section + "files=events.csv", Section + start, Section + end);
    }

    [Fact]
    public void A_table_is_files_or_a_query()
    {
        folder.Write("events.csv", "time,channel,snr\n15,H1:TARGET,9\n");
        const string Section = "train data discovery:";
        Only(Severity.Error, Section + "files", Section + "flavor=table", Section + "files=events.csv", Section + "query=SELECT 1");
    }

    public void Dispose() => folder.Dispose();
}
