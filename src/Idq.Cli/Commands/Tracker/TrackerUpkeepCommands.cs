using System.CommandLine;
using Idq.Tracking;

namespace Idq.Cli.Commands;

static class TrackerUpkeepCommands
{
    public static Command CollectGarbage()
    {
        var command = new Command(
            "gc", "Takes away for good what was deleted long enough ago: runs, experiments, their objects, artifacts").WithExamples(
            "--store sqlite:tracker.sqlite --older-than 90d --dry-run", "--store sqlite:tracker.sqlite --artifacts /srv/artifacts");
        var age = command.AddValue("--older-than", "AGE", "How long ago it must have been deleted: a number with s, m, h, d or w", "30d");
        var artifacts = command.AddText("--artifacts", "DIR", "The folder that artifacts lie in; without it they stay");
        var dryRun = command.AddFlag("--dry-run", "Lists what would go, and changes nothing");
        var store = new StoreArgument(command, hasObjects: true);
        return command.Prints(result =>
        {
            var options = new GarbageOptions(UsageException.Of(() => RetentionRule.ParseAge(result.Get(age)), "--older-than: "))
            {
                IsDryRun = result.Get(dryRun),
                Artifacts = result.Get(artifacts),
            };
            using var opened = store.OpenExisting(result);
            return Table.Of(opened.CollectGarbage(options),
                ("kind", g => g.Kind), ("name", g => g.Name), ("deleted", g => TrackerValues.Text(g.Deleted)),
                ("status", _ => options.IsDryRun ? "would go" : "gone"));
        });
    }

    public static Command Thin()
    {
        var command = new Command(
            "thin", "Sums up old points of histories: number, sum, least and greatest of every bucket of time stay, single points go")
            .WithExamples("--store sqlite:tracker.sqlite --rule 30d:1m --rule 365d:1h --dry-run",
                "--store sqlite:tracker.sqlite --experiment o4 --rule 90d:10m");
        var rules = command.AddRequired<string[]>("--rule", "AGE:BUCKET",
            "How old points must be, and the time that one row stands for afterwards, such as 30d:1m; repeatable");
        var experiment = command.AddExperiment();
        var run = command.AddText("--run", "RUN", "Only this run: " + Chosen.RunMeaning);
        var dryRun = command.AddFlag("--dry-run", "Tells what would happen, and changes nothing");
        var store = new StoreArgument(command);
        return command.PrintsLater((result, stopping) =>
        {
            var parsed = UsageException.Of(() => Array.ConvertAll(result.Get(rules), RetentionRule.Parse), "--rule: ");
            using var opened = store.OpenExisting(result);
            var options = new RetentionOptions(parsed)
            {
                Experiment = result.Get(experiment),
                RunId = result.Get(run) is { } name ? Chosen.Run(opened, name).Run.Id : null,
                IsDryRun = result.Get(dryRun),
            };
            return Table.Of(UsageException.Of(() => opened.Thin(options, stopping), "--rule: "),
                ("run", t => t.Uid), ("older_than", t => RetentionRule.Text(t.Rule.OlderThan)),
                ("bucket", t => RetentionRule.Text(t.Rule.Bucket)),
                ("points", t => t.Points), ("merged", t => t.Merged), ("rollups", t => t.Rollups),
                ("status", _ => options.IsDryRun ? "would be thinned" : "thinned"));
        });
    }

    public static Command Vacuum()
    {
        var command = new Command("vacuum", "Gives unused room back and refreshes the planner's statistics, or makes a copy").WithExamples(
            "--store sqlite:tracker.sqlite", "--store sqlite:tracker.sqlite --into backup/tracker.sqlite");
        var into = command.AddText("--into", "FILE", "Copies an SQLite store to this file instead, as it is at one moment, while jobs run");
        var store = new StoreArgument(command);
        return command.Prints(result =>
        {
            using var opened = store.OpenExisting(result);
            if (result.Get(into) is { } file) return Table.OfRow(("file", file), ("bytes", opened.CopyTo(file)));
            var (before, after) = opened.Vacuum();
            return Table.OfRow(("bytes_before", before), ("bytes_after", after));
        });
    }
}
