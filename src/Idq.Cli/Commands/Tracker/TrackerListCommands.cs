using System.CommandLine;
using Idq.Tracking;
using Idq.Tracking.Mlflow;

namespace Idq.Cli.Commands;

/// <summary>stream tracker experiments, runs, stats and gaps.</summary>
static class TrackerListCommands
{
    public static Command Experiments()
    {
        var command = new Command("experiments", "Lists experiments; the store may be an MLflow server").WithExamples(
            "stream tracker experiments --store sqlite:tracker.sqlite",
            "stream tracker experiments --store http://127.0.0.1:5000 --output json");
        var deleted = command.AddFlag("--deleted", "Shows deleted ones too");
        var store = new StoreArgument(command);
        return command.Prints((result, cancellationToken) => store.ListAsync<ExperimentListing, MlflowExperiment>(
            result,
            opened => opened.ListExperiments(result.GetValue(deleted)),
            client => ServerListing.ExperimentsAsync(client, result.GetValue(deleted), cancellationToken),
            ("id", e => e.Id, e => e.Id),
            ("name", e => e.Name, e => e.Name),
            ("runs", e => e.Runs, _ => null),
            ("created", e => TrackerValues.Text(e.Created), e => TrackerValues.Text(e.CreationTime)),
            ("updated", e => TrackerValues.Text(e.Updated), e => TrackerValues.Text(e.LastUpdateTime)),
            ("lifecycle", e => TrackerValues.Lifecycle(e.IsDeleted), e => TrackerValues.Lifecycle(!e.IsActive)),
            ("comment", e => e.Comment, _ => null),
            ("tags", e => TrackerValues.Element(e.Tags), e => TrackerValues.Of(e.Tags))));
    }

    public static Command Runs()
    {
        var command = new Command("runs", "Lists runs with their newest metrics; the store may be an MLflow server").WithExamples(
            "stream tracker runs --store sqlite:tracker.sqlite --experiment o4 --status RUNNING",
            "stream tracker runs --store http://127.0.0.1:5000 --output csv");
        var experiment = command.AddExperiment();
        var states = string.Join('|', Enum.GetValues<RunStatus>().Select(s => s.ToText()));
        var status = command.AddChoice("--status", states, "Only runs in this state");
        var deleted = command.AddFlag("--deleted", "Shows deleted ones too");
        var limit = command.AddValue("--limit", "N", "At most so many, the newest ones", 1000);
        var store = new StoreArgument(command);
        return command.Prints((result, cancellationToken) =>
        {
            var query = new RunListingQuery
            {
                Experiment = result.GetValue(experiment),
                Status = result.GetValue(status) is { } text ? RunStatusText.Parse(text) : null,
                IncludeDeleted = result.GetValue(deleted),
                Limit = result.GetChecked(limit, n => n >= 1, "at least 1"),
            };
            return store.ListAsync<RunListing, (string Experiment, MlflowRun Run)>(
                result,
                opened =>
                {
                    if (query.Experiment is { } name) Chosen.Experiment(opened, name);
                    return opened.ListRuns(query);
                },
                client => ServerListing.RunsAsync(client, query, cancellationToken),
                ("id", r => r.Run.Id, _ => null),
                ("uid", r => r.Run.Uid, r => r.Run.Id),
                ("experiment", r => r.Run.Experiment, r => r.Experiment),
                ("name", r => r.Run.Name, r => r.Run.Name),
                ("status", r => r.Run.Status.ToText(), r => TrackerValues.Status(r.Run.Status).ToText()),
                ("user", r => r.User, r => r.Run.UserId),
                ("created", r => TrackerValues.Text(r.Run.Created), _ => null),
                ("started", r => TrackerValues.Text(r.Run.Started), r => TrackerValues.Text(r.Run.StartTime)),
                ("updated", r => TrackerValues.Text(r.Run.Updated), _ => null),
                ("ended", r => TrackerValues.Text(r.Run.Ended), r => TrackerValues.Text(r.Run.EndTime)),
                ("lifecycle", r => TrackerValues.Lifecycle(r.IsDeleted), r => TrackerValues.Lifecycle(!r.Run.IsActive)),
                ("metrics", r => TrackerValues.Of(r.Metrics), r => TrackerValues.Of(r.Run.Metrics)));
        });
    }

    public static Command Stats()
    {
        var command = new Command("stats", "Counts what a store holds; the store may be an MLflow server").WithExamples(
            "stream tracker stats --store sqlite:tracker.sqlite",
            "stream tracker stats --store http://127.0.0.1:5000 --output json");
        var store = new StoreArgument(command);
        return command.Prints((result, cancellationToken) => store.ListAsync<StoreCount, (string What, long Count)>(
            result,
            opened => opened.Count(),
            client => ServerListing.CountAsync(client, cancellationToken),
            ("what", c => c.What, c => c.What),
            ("count", c => c.Count, c => c.Count)));
    }

    public static Command Gaps()
    {
        var command = new Command("gaps", "Lists the holes in sequences: records that were lost, or are still under way").WithExamples(
            "stream tracker gaps --store sqlite:tracker.sqlite",
            "stream tracker gaps --store sqlite:tracker.sqlite --experiment o4 --output json");
        var experiment = command.AddExperiment();
        var run = command.AddText("--run", "UID", "Only the run of this uid, or whose uid begins so");
        var store = new StoreArgument(command);
        return command.Prints(result =>
        {
            using var opened = store.OpenReadOnly(result);
            // An empty answer to a name that does not exist would look as if nothing were lost.
            if (result.GetValue(experiment) is { } name) Chosen.Experiment(opened, name);
            if (result.GetValue(run) is { } uid
                && opened.ListRuns(new RunListingQuery { Uid = uid, IncludeDeleted = true, Limit = 1 }).Count == 0)
                throw Chosen.Unknown($"there is no run '{uid}' in tracker store '{opened.Location}'");
            return Table.Of(
                opened.ListGaps(result.GetValue(experiment), result.GetValue(run)),
                ("run", g => g.Run),
                ("experiment", g => g.Experiment),
                ("sequence", g => g.Sequence),
                ("first", g => g.First),
                ("last", g => g.Last),
                ("missing", g => g.Missing));
        });
    }
}
