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
        var age = new Option<string>("--older-than")
        {
            Description = "How long ago it must have been deleted: a number with s, m, h, d or w",
            HelpName = "AGE",
            DefaultValueFactory = _ => "30d",
        };
        var artifacts = new Option<string?>("--artifacts")
        {
            Description = "The folder that artifacts lie in; without it they stay",
            HelpName = "DIR",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Lists what would go, and changes nothing" };
        var command = new Command("gc", "Takes away for good what was deleted long enough ago: runs, experiments, their objects, artifacts")
        {
            age,
            artifacts,
            dryRun,
        };
        var store = new StoreArgument(command, hasObjects: true);
        command.SetAction(result =>
        {
            var options = new GarbageOptions(Age("--older-than", result.GetValue(age)!))
            {
                IsDryRun = result.GetValue(dryRun),
                Artifacts = result.GetValue(artifacts),
            };
            using var opened = store.OpenExisting(result);
            var table = new Table("kind", "name", "deleted", "status");
            foreach (var garbage in opened.CollectGarbage(options))
                table.Add(garbage.Kind, garbage.Name, TrackerCommand.Text(garbage.Deleted), options.IsDryRun ? "would go" : "gone");
            table.Write(Console.Out, result.GetValue(GlobalOptions.Output));
            return ExitCode.Done;
        });
        return command.WithExamples(
            "stream tracker gc --store sqlite:tracker.sqlite --older-than 90d --dry-run",
            "stream tracker gc --store sqlite:tracker.sqlite --artifacts /srv/artifacts"
        );
    }

    public static Command Thin()
    {
        var rules = new Option<string[]>("--rule")
        {
            Description = "How old points must be, and the time that one row stands for afterwards, such as 30d:1m; repeatable",
            HelpName = "AGE:BUCKET",
            Required = true,
        };
        var experiment = new Option<string?>("--experiment") { Description = "Only runs of this experiment", HelpName = "NAME" };
        var run = new Option<string?>("--run")
        {
            Description = "Only this run: its uid, the beginning of it, or its number",
            HelpName = "RUN",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Tells what would happen, and changes nothing" };
        var command = new Command(
            "thin",
            "Sums up old points of histories: number, sum, least and greatest of every bucket of time stay, single points go"
        )
        {
            rules,
            experiment,
            run,
            dryRun,
        };
        var store = new StoreArgument(command);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                var parsed = Array.ConvertAll(result.GetValue(rules)!, Rule);
                using var signals = new StopSignals(cancellationToken);
                using var opened = store.OpenExisting(result);
                var options = new RetentionOptions(parsed)
                {
                    Experiment = result.GetValue(experiment),
                    RunId = result.GetValue(run) is { } name ? ChosenRun.Of(opened, name).Run.Id : null,
                    IsDryRun = result.GetValue(dryRun),
                };
                var table = new Table("run", "older_than", "bucket", "points", "merged", "rollups", "status");
                try
                {
                    foreach (var t in await Task.Run(() => opened.Thin(options, signals.Stopping), CancellationToken.None))
                        table.Add(
                            t.Uid,
                            Text(t.Rule.OlderThan),
                            Text(t.Rule.Bucket),
                            t.Points,
                            t.Merged,
                            t.Rollups,
                            options.IsDryRun ? "would be thinned" : "thinned"
                        );
                }
                catch (ArgumentException e)
                {
                    throw new UsageException($"--rule: {e.Message}");
                }
                table.Write(Console.Out, result.GetValue(GlobalOptions.Output));
                return ExitCode.Done;
            }
        );
        return command.WithExamples(
            "stream tracker thin --store sqlite:tracker.sqlite --rule 30d:1m --rule 365d:1h --dry-run",
            "stream tracker thin --store sqlite:tracker.sqlite --experiment o4 --rule 90d:10m");

        static RetentionRule Rule(string text) => text.Split(':') is [var age, var bucket]
            ? new RetentionRule(Age("--rule", age), Age("--rule", bucket))
            : throw new UsageException($"--rule: '{text}' is no rule: write AGE:BUCKET, such as 30d:1m");
    }

    public static Command Vacuum()
    {
        var into = new Option<string?>("--into")
        {
            Description = "Copies an SQLite store to this file instead, as it is at one moment, while jobs run",
            HelpName = "FILE",
        };
        var command = new Command("vacuum", "Gives unused room back and refreshes the planner's statistics, or makes a copy") { into };
        var store = new StoreArgument(command);
        command.SetAction(result =>
        {
            if (result.GetValue(into) is { } file)
            {
                using var copied = store.OpenExisting(result);
                var copy = new Table("file", "bytes");
                copy.Add(file, copied.CopyTo(file));
                copy.Write(Console.Out, result.GetValue(GlobalOptions.Output));
                return ExitCode.Done;
            }
            using var opened = store.OpenExisting(result);
            var (before, after) = opened.Vacuum();
            var table = new Table("bytes_before", "bytes_after");
            table.Add(before, after);
            table.Write(Console.Out, result.GetValue(GlobalOptions.Output));
            return ExitCode.Done;
        });
        return command.WithExamples(
            "stream tracker vacuum --store sqlite:tracker.sqlite",
            "stream tracker vacuum --store sqlite:tracker.sqlite --into backup/tracker.sqlite"
        );
    }

    static string Text(Duration duration)
    {
        var seconds = duration.TotalSeconds;
        var (unit, length) = new[] { ("d", 86_400), ("h", 3600), ("m", 60), ("s", 1) }.First(u => u.Item2 == 1 || seconds % u.Item2 == 0);
        return $"{seconds / length}{unit}";
    }

    static Duration Age(string option, string text)
    {
        var seconds =
            text.Length > 1
                ? text[^1] switch
                {
                    's' => 1,
                    'm' => 60,
                    'h' => 3600,
                    'd' => 86_400,
                    'w' => 604_800,
                    _ => 0,
                }
                : 0;
        if (
            seconds == 0
            || !double.TryParse(
                text.AsSpan(0, text.Length - 1),
                NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out var number
            )
            || number * seconds > 3e9
        )
            throw new UsageException($"{option}: '{text}' is no age: write a number with s, m, h, d or w, such as 30d");
        return Duration.FromSeconds(number * seconds);
    }
}
