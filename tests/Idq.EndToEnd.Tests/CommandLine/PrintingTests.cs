using System.Diagnostics;
using Idq.EndToEnd.Tests.Tracker;

namespace Idq.EndToEnd.Tests.CommandLine;

/// <summary>What goes to standard output and what to standard error, in a pipe and on a terminal.</summary>
public sealed class PrintingTests
{
    const string LogLine = @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (trace|debug|info |warn |error) [\w.]+: \S.*$";

    static readonly string[] Range = ["--gps-start", "1262304000", "--gps-end", "1262304128", "--initial-lookback", "256"];

    [Theory]
    [InlineData("dumb")]
    [InlineData("xterm-256color")]
    public async Task A_wide_table_reaches_a_pipe_with_every_character_on_one_line(string terminal)
    {
        using var store = await FilledAsync();
        var wide = string.Concat(Enumerable.Repeat("0123456789 ", 100)) + "end";
        var table = await StreamProgram.RunAsync(
            store.Arguments("sql", $"SELECT '{wide}' AS wide, 7 AS number, 'a' AS last"),
            null,
            null,
            ("TERM", terminal),
            ("COLUMNS", "40"));
        Assert.Equal($"{"wide".PadRight(wide.Length)}  number  last\n{wide}       7  a\n", table.Done.Output);
        Assert.Empty(table.Errors);
    }

    [Fact]
    public async Task Csv_quotes_what_would_break_it_and_leaves_out_what_is_not_there()
    {
        using var store = await FilledAsync();
        var sql = "SELECT 'a,b' AS \"x,y\", 'say \"hi\"' AS q, 'two' || char(10) || 'lines' AS l, "
            + "NULL AS n, 1.5 AS d, 9007199254740993 AS i";
        Assert.Equal(
            "\"x,y\",q,l,n,d,i\n\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",,1.5,9007199254740993\n",
            (await store.RunAsync("sql", sql, "--output", "csv")).Done.Output);
    }

    [Fact]
    public async Task Log_lines_go_to_standard_error_and_the_document_alone_to_standard_output()
    {
        using var analysis = Analysis.Mock();
        var run = (await analysis.RunAsync("run", ["--replay", .. Range, "--output", "json"])).Done;
        Assert.StartsWith("{", run.Output, StringComparison.Ordinal);
        Assert.True(run.Json.TryGetProperty("classifiers", out _));
        Assert.EndsWith("\n", run.Errors, StringComparison.Ordinal);
        var lines = run.Errors.Split('\n')[..^1];
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.Matches(LogLine, line));
    }

    [Theory]
    [InlineData("--quiet")]
    [InlineData("--log-level", "error")]
    [InlineData("--set", "train:log_level=50")]
    public async Task A_run_that_is_told_to_be_quiet_says_nothing(params string[] quiet)
    {
        using var analysis = Analysis.Mock();
        Assert.Empty((await analysis.RunAsync("run", ["--replay", .. Range, .. quiet])).Done.Errors);
    }

    [Fact]
    public async Task The_command_line_decides_on_the_log_before_the_configuration()
    {
        using var analysis = Analysis.Mock("train:log_level=50");
        Assert.Contains(
            " info ",
            (await analysis.RunAsync("run", ["--replay", .. Range, "--log-level", "information"])).Done.Errors,
            StringComparison.Ordinal);
    }

    [TerminalFact]
    public async Task A_table_is_the_same_on_a_terminal_as_in_a_pipe()
    {
        using var store = await FilledAsync();
        var arguments = store.Arguments("sql", $"SELECT '{new string('x', 300)}' AS wide, 7 AS number");
        var piped = (await StreamProgram.RunAsync(arguments)).Done.Output;
        var shown = (await OnTerminalAsync(arguments)).Replace("\r\n", "\n", StringComparison.Ordinal);
        Assert.Contains(piped, shown, StringComparison.Ordinal);
    }

    [TerminalFact]
    public async Task On_a_terminal_a_run_shows_its_progress_on_one_line_and_takes_it_away()
    {
        using var analysis = Analysis.Mock();
        var shown = await OnTerminalAsync(analysis.Arguments("run", ["--replay", .. Range]));
        Assert.Contains(" 126230", shown, StringComparison.Ordinal);
        // Each log line erases the progress first.
        Assert.Matches(@"\r\e\[2K\d{4}-\d\d-\d\dT\S+ info ", shown);
        Assert.Contains("classifier", shown[shown.LastIndexOf("\e[2K", StringComparison.Ordinal)..], StringComparison.Ordinal);
        // The cursor is seen at the end.
        Assert.True(shown.LastIndexOf("\e[?25h", StringComparison.Ordinal) > shown.LastIndexOf("\e[?25l", StringComparison.Ordinal), shown);
    }

    static async Task<TestStore> FilledAsync()
    {
        var store = new TestStore();
        Assert.NotEmpty((await store.RunAsync("setup")).Done.Output);
        return store;
    }

    // script gives the program a terminal of 80 columns.
    static async Task<string> OnTerminalAsync(string[] arguments)
    {
        var quoted = string.Join(' ', arguments.Select(a => "'" + a.Replace("'", "'\\''", StringComparison.Ordinal) + "'"));
        var command = $"stty cols 80 rows 24; exec dotnet '{Path.Combine(AppContext.BaseDirectory, "stream.dll")}' {quoted}";
        var start = new ProcessStartInfo(TerminalFactAttribute.Script, ["-qec", command, "/dev/null"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["TERM"] = "xterm-256color";
        using var process = Process.Start(start)!;
        var shown = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, shown);
        return shown;
    }
}

/// <summary>A test on a terminal; skipped without the program that makes one, but not in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class TerminalFactAttribute : FactAttribute
{
    public const string Script = "/usr/bin/script";

    public TerminalFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("CI") != "true" && !File.Exists(Script)) Skip = "'script' is not on this machine";
    }
}
