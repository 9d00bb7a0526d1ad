using System.CommandLine;
using Idq.Tracking;
using Idq.Tracking.Mlflow;

namespace Idq.Cli.Commands;

static class TrackerListCommands
{
    public static Command Experiments()
    {
        var command = new Command("experiments", "Lists experiments; the store may be an MLflow server").WithExamples(
            "--store sqlite:tracker.sqlite",
            "--store http://127.0.0.1:5000 --output json");
        var deleted = command.AddFlag("--deleted", "Shows deleted ones too");
        var store = new StoreArgument(command);
        return command.Prints((result, cancellationToken) => store.ListAsync<ExperimentListing, MlflowExperiment>(
            result,
            opened => opened.ListExperiments(result.Get(deleted)),
            client => client.ListExperimentsAsync(result.Get(deleted), cancellationToken),
            new("id", e => e.Id, e => e.Id),
            new("name", e => e.Name, e => e.Name),
            new("runs", e => e.Runs, _ => null),
            new("created", e => TrackerValues.Text(e.Created), e => TrackerValues.Text(e.CreationTime)),
            new("updated", e => TrackerValues.Text(e.Updated), e => TrackerValues.Text(e.LastUpdateTime)),
            new("lifecycle", e => TrackerValues.Lifecycle(e.IsDeleted), e => TrackerValues.Lifecycle(!e.IsActive)),
            new("comment", e => e.Comment, _ => null),
            new("tags", e => TrackerValues.Element(e.Tags), e => TrackerValues.Of(e.Tags))));
    }

    public static Command Runs()
    {
        var command = new Command("runs", "Lists runs with their newest metrics; the store may be an MLflow server").WithExamples(
            "--store sqlite:tracker.sqlite --experiment o4 --status RUNNING",
            "--store http://127.0.0.1:5000 --output csv");
        var experiment = command.AddExperiment();
        var status = command.AddText("--status", "STATUS", "Only runs in this state, such as RUNNING or COMPLETED");
        status.AcceptOnlyFromAmong([.. Enum.GetValues<RunStatus>().Select(s => s.ToText())]);
        var deleted = command.AddFlag("--deleted", "Shows deleted ones too");
        var limit = command.AddValue("--limit", "N", "At most so many, the newest ones", 1000);
        var store = new StoreArgument(command);
        return command.Prints((result, cancellationToken) =>
        {
            var query = new RunListingQuery
            {
                Experiment = result.Get(experiment),
                Status = result.Get(status) is { } text ? RunStatusText.Parse(text) : null,
                IncludeDeleted = result.Get(deleted),
                Limit = result.GetChecked(limit, n => n >= 1, "at least 1"),
            };
            return store.ListAsync(
                result,
                opened =>
                {
                    if (query.Experiment is { } name) Chosen.Experiment(opened, name);
                    return opened.ListRuns(query);
                },
                client => client.ListRunsAsync(query, cancellationToken),
                [.. RunColumns.Names, .. RunColumns.User, .. RunColumns.Times, .. RunColumns.Lifecycle, .. RunColumns.Metrics]);
        });
    }

    public static Command Stats()
    {
        var command = new Command("stats", "Counts what a store holds; the store may be an MLflow server").WithExamples(
            "--store sqlite:tracker.sqlite",
            "--store http://127.0.0.1:5000 --output json");
        var store = new StoreArgument(command);
        return command.Prints((result, cancellationToken) => store.ListAsync<StoreCount, (string What, long Count)>(
            result,
            opened => opened.Count(),
            client => client.CountAsync(cancellationToken),
            new("what", c => c.What, c => c.What),
            new("count", c => c.Count, c => c.Count)));
    }

    public static Command Gaps()
    {
        var command = new Command("gaps", "Lists the holes in sequences: records that were lost, or are still under way").WithExamples(
            "--store sqlite:tracker.sqlite",
            "--store sqlite:tracker.sqlite --experiment o4 --output json");
        var experiment = command.AddExperiment();
        var run = command.AddText("--run", "UID", "Only the run of this uid, or whose uid begins so");
        var store = new StoreArgument(command);
        return command.Prints(result =>
        {
            using var opened = store.OpenReadOnly(result);
            // An empty answer to a name that does not exist would look as if nothing were lost.
            if (result.Get(experiment) is { } name) Chosen.Experiment(opened, name);
            if (result.Get(run) is { } uid
                && opened.ListRuns(new RunListingQuery { Uid = uid, IncludeDeleted = true, Limit = 1 }).Count == 0)
                throw Chosen.Unknown($"there is no run '{uid}' in tracker store '{opened.Location}'");
            return Table.Of(
                opened.ListGaps(result.Get(experiment), result.Get(run)),
                ("run", g => g.Run), ("experiment", g => g.Experiment), ("sequence", g => g.Sequence), ("first", g => g.First),
                ("last", g => g.Last), ("missing", g => g.Missing));
        });
    }
}
