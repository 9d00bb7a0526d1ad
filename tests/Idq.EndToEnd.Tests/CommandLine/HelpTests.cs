using System.Diagnostics;

namespace Idq.EndToEnd.Tests.CommandLine;

/// <summary>What the program says of itself.</summary>
public sealed class HelpTests
{
    static readonly string[] Commands =
    [
        "",
        "run",
        "train",
        "evaluate",
        "calibrate",
        "timeseries",
        "batch",
        "check",
        "times",
        "features",
        "simulate",
        "model",
        "model show",
        "products",
        "query",
        "reliability",
        "compact",
        "gc",
        "runs",
        "segments",
        "segments union",
        "segments intersection",
        "segments difference",
        "segments symmetric-difference",
        "segments complement",
        "segments coalesce",
        "segments protract",
        "segments contract",
        "segments shift",
        "frame",
        "frame channels",
        "frame dump",
        "frame check",
        "frame merge",
        "gps",
        "options",
        "completion",
        "tracker",
        "tracker setup",
        "tracker serve",
        "tracker listen",
        "tracker quarantine",
        "tracker spool",
        "tracker experiments",
        "tracker runs",
        "tracker show",
        "tracker stats",
        "tracker gaps",
        "tracker series",
        "tracker thin",
        "tracker objects",
        "tracker export",
        "tracker import",
        "tracker gc",
        "tracker vacuum",
        "tracker sql",
    ];

    [Fact]
    public async Task Every_command_has_help_with_an_example()
    {
        await Parallel.ForEachAsync(
            Commands,
            new ParallelOptions { MaxDegreeOfParallelism = 2 },
            async (command, _) =>
            {
                var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                var help = (await StreamProgram.RunAsync([.. words, "--help"])).Done;
                Assert.True(help.Lines.Contains("Examples:"), $"'stream {command} --help' has no examples:\n{help.Output}");
                Assert.True(
                    help.Lines.SkipWhile(l => l != "Examples:")
                        .Any(l => l.StartsWith($"  stream {command}".TrimEnd(), StringComparison.Ordinal)),
                    help.Output
                );
                Assert.Empty(help.Errors);
            }
        );
    }

    [Fact]
    public async Task The_help_of_the_program_lists_every_command()
    {
        var help = (await StreamProgram.RunAsync("--help")).Done;
        var listed = help
            .Lines.SkipWhile(l => l != "Commands:")
            .Skip(1)
            .TakeWhile(l => l.StartsWith("  ", StringComparison.Ordinal))
            .Select(l => l.Trim().Split(' ')[0]);
        Assert.Equal(Commands.Where(c => c.Length > 0 && !c.Contains(' ', StringComparison.Ordinal)).Order(), listed.Order());
    }

    [Fact]
    public async Task The_version_is_three_numbers() =>
        Assert.Matches(@"^\d+\.\d+\.\d+\s*$", (await StreamProgram.RunAsync("--version")).Done.Output);

    [Theory]
    [InlineData("", "command")]
    [InlineData("trian --ini x.ini", "trian")]
    [InlineData("run --replai", "--replai")]
    [InlineData("run", "--ini")]
    [InlineData("run --ini x.ini --skip everything", "everything")]
    [InlineData("segments union", "argument")]
    [InlineData("segments unite a.txt", "unite")]
    [InlineData("segments protract a.txt --seconds long", "long")]
    [InlineData("gps 12x", "12x")]
    [InlineData("completion tcsh", "tcsh")]
    [InlineData("gps now --output yaml", "yaml")]
    public async Task What_is_not_understood_is_named_and_the_exit_code_is_2(string command, string named)
    {
        var result = (await StreamProgram.RunAsync(command.Split(' ', StringSplitOptions.RemoveEmptyEntries))).Refused;
        Assert.Contains(named, result.Errors, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(result.Output);
    }

    [Theory]
    [InlineData("--gps-start 1262304100 --gps-end 1262304000", "--gps-end")]
    [InlineData("--gps-start yesterday --gps-end 1262304000", "yesterday")]
    [InlineData("--initial-lookback soon", "soon")]
    [InlineData("--initial-lookback -5", "-5")]
    [InlineData("--skip train --skip evaluate --skip calibrate --skip timeseries", "--skip")]
    public async Task A_range_that_makes_no_sense_is_refused_before_anything_is_written(string range, string named)
    {
        using var analysis = Analysis.Mock();
        var result = (await analysis.RunAsync("run", ["--replay", .. range.Split(' ')])).Refused;
        Assert.Contains(named, result.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(analysis.Root));
    }

    [Theory]
    [InlineData("bash", "complete ")]
    [InlineData("zsh", "#compdef stream")]
    [InlineData("fish", "complete -c stream")]
    public async Task Completion_scripts_are_printed(string shell, string holds) =>
        Assert.Contains(holds, (await StreamProgram.RunAsync("completion", shell)).Done.Output, StringComparison.Ordinal);

    [Fact]
    public async Task In_bash_the_commands_complete()
    {
        using var folder = new TemporaryFolder();
        var script = folder.Write("completion.sh", (await StreamProgram.RunAsync("completion", "bash")).Done.Output);
        var bash = $$"""
            stream() { dotnet '{{Path.Combine(AppContext.BaseDirectory, "stream.dll")}}' "$@"; }
            source '{{script}}'
            COMP_LINE='stream ru' COMP_POINT=9 COMP_WORDS=(stream ru) COMP_CWORD=1
            _stream_complete
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        using var process = Process.Start(
            new ProcessStartInfo("bash", ["-c", bash]) { UseShellExecute = false, RedirectStandardOutput = true }
        )!;
        var candidates = (await process.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await process.WaitForExitAsync();
        Assert.Equal(["run", "runs"], candidates.Order());
    }
}
