using System.CommandLine;
using System.Globalization;
using Idq.Tracking;
using NodaTime;

namespace Idq.Cli.Commands;

static class TrackerUpkeepCommands
{
    public static Command CollectGarbage()
    {
        var command = new Command(
            "gc", "Takes away for good what was deleted long enough ago: runs, experiments, their objects, artifacts").WithExamples(
            "--store sqlite:tracker.sqlite --older-than 90d --dry-run",
            "--store sqlite:tracker.sqlite --artifacts /srv/artifacts");
        var age = command.AddValue("--older-than", "AGE", "How long ago it must have been deleted: a number with s, m, h, d or w", "30d");
        var artifacts = command.AddText("--artifacts", "DIR", "The folder that artifacts lie in; without it they stay");
        var dryRun = command.AddFlag("--dry-run", "Lists what would go, and changes nothing");
        var store = new StoreArgument(command, hasObjects: true);
        return command.Prints(result =>
        {
            var options = new GarbageOptions(Age("--older-than", result.Get(age)))
            {
                IsDryRun = result.Get(dryRun),
                Artifacts = result.Get(artifacts),
            };
            using var opened = store.OpenExisting(result);
            return Table.Of(
                opened.CollectGarbage(options),
                ("kind", g => g.Kind), ("name", g => g.Name), ("deleted", g => TrackerValues.Text(g.Deleted)),
                ("status", _ => options.IsDryRun ? "would go" : "gone"));
        });
    }

    public static Command Thin()
    {
        var command = new Command(
            "thin", "Sums up old points of histories: number, sum, least and greatest of every bucket of time stay, single points go")
            .WithExamples(
                "--store sqlite:tracker.sqlite --rule 30d:1m --rule 365d:1h --dry-run",
                "--store sqlite:tracker.sqlite --experiment o4 --rule 90d:10m");
        var rules = command.AddRequired<string[]>(
            "--rule",
            "AGE:BUCKET",
            "How old points must be, and the time that one row stands for afterwards, such as 30d:1m; repeatable");
        var experiment = command.AddExperiment();
        var run = command.AddText("--run", "RUN", "Only this run: " + Chosen.RunMeaning);
        var dryRun = command.AddFlag("--dry-run", "Tells what would happen, and changes nothing");
        var store = new StoreArgument(command);
        return command.PrintsLater((result, stopping) =>
        {
            var parsed = Array.ConvertAll(result.Get(rules), Rule);
            using var opened = store.OpenExisting(result);
            var options = new RetentionOptions(parsed)
            {
                Experiment = result.Get(experiment),
                RunId = result.Get(run) is { } name ? Chosen.Run(opened, name).Run.Id : null,
                IsDryRun = result.Get(dryRun),
            };
            return Table.Of(
                UsageException.Of(() => opened.Thin(options, stopping), "--rule: "),
                ("run", t => t.Uid), ("older_than", t => Text(t.Rule.OlderThan)), ("bucket", t => Text(t.Rule.Bucket)),
                ("points", t => t.Points), ("merged", t => t.Merged), ("rollups", t => t.Rollups),
                ("status", _ => options.IsDryRun ? "would be thinned" : "thinned"));
        });

        static RetentionRule Rule(string text) => text.Split(':') is [var age, var bucket]
            ? new RetentionRule(Age("--rule", age), Age("--rule", bucket))
            : throw new UsageException($"--rule: '{text}' is no rule: write AGE:BUCKET, such as 30d:1m");
    }

    public static Command Vacuum()
    {
        var command = new Command("vacuum", "Gives unused room back and refreshes the planner's statistics, or makes a copy").WithExamples(
            "--store sqlite:tracker.sqlite",
            "--store sqlite:tracker.sqlite --into backup/tracker.sqlite");
        var into = command.AddText(
            "--into", "FILE", "Copies an SQLite store to this file instead, as it is at one moment, while jobs run");
        var store = new StoreArgument(command);
        return command.Prints(result =>
        {
            using var opened = store.OpenExisting(result);
            if (result.Get(into) is { } file) return Table.OfRow(("file", file), ("bytes", opened.CopyTo(file)));
            var (before, after) = opened.Vacuum();
            return Table.OfRow(("bytes_before", before), ("bytes_after", after));
        });
    }

    static readonly (char Unit, int Seconds)[] Units = [('w', 604_800), ('d', 86_400), ('h', 3600), ('m', 60), ('s', 1)];

    static string Text(Duration duration)
    {
        var seconds = duration.TotalSeconds;
        var (unit, length) = Units.First(u => u.Unit != 'w' && (u.Seconds == 1 || seconds % u.Seconds == 0));
        return $"{seconds / length}{unit}";
    }

    static Duration Age(string option, string text)
    {
        var length = text.Length > 1 ? Units.FirstOrDefault(u => u.Unit == text[^1]).Seconds : 0;
        return length > 0
            && double.TryParse(text.AsSpan(..^1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number * length <= 3e9
                ? Duration.FromSeconds(number * length)
                : throw new UsageException($"{option}: '{text}' is no age: write a number with s, m, h, d or w, such as 30d");
    }
}
