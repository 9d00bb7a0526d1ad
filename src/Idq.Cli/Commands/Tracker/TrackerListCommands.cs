using System.CommandLine;
using Idq.Tracking;

namespace Idq.Cli.Commands;

/// <summary>stream tracker experiments, runs, stats and gaps.</summary>
static class TrackerListCommands
{
    public static Command Experiments()
    {
        var deleted = new Option<bool>("--deleted") { Description = "Shows deleted ones too" };
        var command = new Command("experiments", "Lists experiments; the store may be an MLflow server") { deleted };
        var store = new StoreArgument(command);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                var table = new Table("id", "name", "runs", "created", "updated", "lifecycle", "comment", "tags");
                if (store.IsServer(result))
                {
                    using var client = store.Client(result);
                    foreach (
                        var e in await ServerFailures.TellAsync(() =>
                            ServerListing.ExperimentsAsync(client, result.GetValue(deleted), cancellationToken)
                        )
                    )
                        table.Add(
                            e.Id,
                            e.Name,
                            null,
                            ServerListing.Time(e.CreationTime),
                            ServerListing.Time(e.LastUpdateTime),
                            e.IsActive ? "active" : "deleted",
                            null,
                            ServerListing.Members(e.Tags)
                        );
                }
                else
                {
                    using var opened = store.OpenReadOnly(result);
                    foreach (var e in opened.ListExperiments(result.GetValue(deleted)))
                        table.Add(
                            e.Id,
                            e.Name,
                            e.Runs,
                            TrackerCommand.Text(e.Created),
                            TrackerCommand.Text(e.Updated),
                            e.IsDeleted ? "deleted" : "active",
                            e.Comment,
                            TrackerCommand.Element(e.Tags)
                        );
                }
                table.Write(Console.Out, result.GetValue(GlobalOptions.Output));
                return ExitCode.Done;
            }
        );
        return command.WithExamples(
            "stream tracker experiments --store sqlite:tracker.sqlite",
            "stream tracker experiments --store http://127.0.0.1:5000 --output json"
        );
    }

    public static Command Runs()
    {
        var experiment = new Option<string?>("--experiment") { Description = "Only runs of this experiment", HelpName = "NAME" };
        var status = new Option<string?>("--status")
        {
            Description = "Only runs in this state, such as RUNNING or COMPLETED",
            HelpName = "STATUS",
        };
        status.AcceptOnlyFromAmong([.. Enum.GetValues<RunStatus>().Select(s => s.ToText())]);
        var deleted = new Option<bool>("--deleted") { Description = "Shows deleted ones too" };
        var limit = new Option<int>("--limit")
        {
            Description = "At most so many, the newest ones",
            HelpName = "N",
            DefaultValueFactory = _ => 1000,
        };
        var command = new Command("runs", "Lists runs with their newest metrics; the store may be an MLflow server")
        {
            experiment,
            status,
            deleted,
            limit,
        };
        var store = new StoreArgument(command);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                if (result.GetValue(limit) < 1)
                    throw new UsageException("--limit must be at least 1");
                var table = new Table(
                    "id",
                    "uid",
                    "experiment",
                    "name",
                    "status",
                    "user",
                    "created",
                    "started",
                    "updated",
                    "ended",
                    "lifecycle",
                    "metrics"
                );
                RunStatus? wanted = result.GetValue(status) is { } text ? RunStatusText.Parse(text) : null;
                if (store.IsServer(result))
                {
                    using var client = store.Client(result);
                    foreach (
                        var (e, r) in await ServerFailures.TellAsync(() =>
                            ServerListing.RunsAsync(
                                client,
                                result.GetValue(experiment),
                                result.GetValue(deleted),
                                result.GetValue(limit),
                                wanted,
                                cancellationToken
                            )
                        )
                    )
                    {
                        table.Add(
                            null,
                            r.Id,
                            e,
                            r.Name,
                            ServerListing.Status(r.Status).ToText(),
                            r.UserId,
                            null,
                            ServerListing.Time(r.StartTime),
                            null,
                            ServerListing.Time(r.EndTime),
                            r.IsActive ? "active" : "deleted",
                            (IReadOnlyDictionary<string, object?>)r.Metrics.ToDictionary(m => m.Key, m => TrackerCommand.Exact(m.Value))
                        );
                    }
                }
                else
                {
                    using var opened = store.OpenReadOnly(result);
                    RequireExperiment(opened, result.GetValue(experiment));
                    foreach (
                        var r in opened.ListRuns(
                            new RunListingQuery
                            {
                                Experiment = result.GetValue(experiment),
                                Status = wanted,
                                IncludeDeleted = result.GetValue(deleted),
                                Limit = result.GetValue(limit),
                            }
                        )
                    )
                    {
                        table.Add(
                            r.Run.Id,
                            r.Run.Uid,
                            r.Run.Experiment,
                            r.Run.Name,
                            r.Run.Status.ToText(),
                            r.User,
                            TrackerCommand.Text(r.Run.Created),
                            TrackerCommand.Text(r.Run.Started),
                            TrackerCommand.Text(r.Run.Updated),
                            TrackerCommand.Text(r.Run.Ended),
                            r.IsDeleted ? "deleted" : "active",
                            TrackerCommand.Members(r.Metrics)
                        );
                    }
                }
                table.Write(Console.Out, result.GetValue(GlobalOptions.Output));
                return ExitCode.Done;
            }
        );
        return command.WithExamples(
            "stream tracker runs --store sqlite:tracker.sqlite --experiment o4 --status RUNNING",
            "stream tracker runs --store http://127.0.0.1:5000 --output csv"
        );
    }

    public static Command Stats()
    {
        var command = new Command("stats", "Counts what a store holds; the store may be an MLflow server");
        var store = new StoreArgument(command);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                var table = new Table("what", "count");
                if (store.IsServer(result))
                {
                    using var client = store.Client(result);
                    foreach (var (what, count) in await ServerFailures.TellAsync(() => ServerListing.CountAsync(client, cancellationToken)))
                        table.Add(what, count);
                }
                else
                {
                    using var opened = store.OpenReadOnly(result);
                    foreach (var count in opened.Count())
                        table.Add(count.What, count.Count);
                }
                table.Write(Console.Out, result.GetValue(GlobalOptions.Output));
                return ExitCode.Done;
            }
        );
        return command.WithExamples(
            "stream tracker stats --store sqlite:tracker.sqlite",
            "stream tracker stats --store http://127.0.0.1:5000 --output json"
        );
    }

    public static Command Gaps()
    {
        var experiment = new Option<string?>("--experiment") { Description = "Only runs of this experiment", HelpName = "NAME" };
        var run = new Option<string?>("--run") { Description = "Only the run of this uid, or whose uid begins so", HelpName = "UID" };
        var command = new Command("gaps", "Lists the holes in sequences: records that were lost, or are still under way")
        {
            experiment,
            run,
        };
        var store = new StoreArgument(command);
        command.SetAction(result =>
        {
            using var opened = store.OpenReadOnly(result);
            // A name that nobody has would look as if nothing were lost.
            RequireExperiment(opened, result.GetValue(experiment));
            if (
                result.GetValue(run) is { } uid
                && opened
                    .ListRuns(
                        new RunListingQuery
                        {
                            Uid = uid,
                            IncludeDeleted = true,
                            Limit = 1,
                        }
                    )
                    .Count == 0
            )
                throw new TrackerException(
                    TrackerFailure.UnknownReference,
                    $"there is no run '{uid}' in tracker store '{opened.Location}'"
                );
            var table = new Table("run", "experiment", "sequence", "first", "last", "missing");
            foreach (var gap in opened.ListGaps(result.GetValue(experiment), result.GetValue(run)))
                table.Add(gap.Run, gap.Experiment, gap.Sequence, gap.First, gap.Last, gap.Missing);
            table.Write(Console.Out, result.GetValue(GlobalOptions.Output));
            return ExitCode.Done;
        });
        return command.WithExamples(
            "stream tracker gaps --store sqlite:tracker.sqlite",
            "stream tracker gaps --store sqlite:tracker.sqlite --experiment o4 --output json"
        );
    }

    static void RequireExperiment(TrackerStore store, string? name)
    {
        if (name is not null && store.FindExperiment(name) is null)
            throw new TrackerException(
                TrackerFailure.UnknownReference,
                $"there is no experiment '{name}' in tracker store '{store.Location}'"
            );
    }
}
