using System.CommandLine;
using System.Globalization;
using Idq.Tracking;
using NodaTime;

namespace Idq.Cli.Commands;

/// <summary>stream tracker gc and vacuum.</summary>
static class TrackerUpkeepCommands
{
    public static Command CollectGarbage()
    {
        var age = new Option<string>("--older-than") { Description = "How long ago it must have been deleted: a number with s, m, h, d or w", HelpName = "AGE", DefaultValueFactory = _ => "30d" };
        var artifacts = new Option<string?>("--artifacts") { Description = "The folder that artifacts lie in; without it they stay", HelpName = "DIR" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Lists what would go, and changes nothing" };
        var command = new Command("gc", "Takes away for good what was deleted long enough ago: runs, experiments, their objects, artifacts") { age, artifacts, dryRun };
        var store = new StoreArgument(command, hasObjects: true);
        command.SetAction(result =>
        {
            var options = new GarbageOptions(Age(result.GetValue(age)!)) { IsDryRun = result.GetValue(dryRun), Artifacts = result.GetValue(artifacts) };
            using var opened = store.OpenExisting(result);
            var table = new Table("kind", "name", "deleted", "status");
            foreach (var garbage in opened.CollectGarbage(options)) table.Add(garbage.Kind, garbage.Name, TrackerCommand.Text(garbage.Deleted), options.IsDryRun ? "would go" : "gone");
            table.Write(Console.Out, result.GetValue(GlobalOptions.Output));
            return ExitCode.Done;
        });
        return command.WithExamples("stream tracker gc --store sqlite:tracker.sqlite --older-than 90d --dry-run", "stream tracker gc --store sqlite:tracker.sqlite --artifacts /srv/artifacts");
    }

    public static Command Vacuum()
    {
        var command = new Command("vacuum", "Gives unused room back and refreshes the planner's statistics");
        var store = new StoreArgument(command);
        command.SetAction(result =>
        {
            using var opened = store.OpenExisting(result);
            var (before, after) = opened.Vacuum();
            var table = new Table("bytes_before", "bytes_after");
            table.Add(before, after);
            table.Write(Console.Out, result.GetValue(GlobalOptions.Output));
            return ExitCode.Done;
        });
        return command.WithExamples("stream tracker vacuum --store sqlite:tracker.sqlite");
    }

    static Duration Age(string text)
    {
        var seconds = text.Length > 1 ? text[^1] switch
        {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            'w' => 604_800,
            _ => 0,
        } : 0;
        if (seconds == 0 || !double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number * seconds > 3e9)
            throw new UsageException($"--older-than: '{text}' is no age: write a number with s, m, h, d or w, such as 30d");
        return Duration.FromSeconds(number * seconds);
    }
}
