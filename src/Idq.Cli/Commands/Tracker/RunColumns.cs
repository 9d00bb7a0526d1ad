using Idq.Tracking;
using Idq.Tracking.Mlflow;

namespace Idq.Cli.Commands;

/// <summary>A column of a table: its name, and what it shows of an item of a store and of one of an MLflow server.</summary>
sealed record Column<TStore, TServer>(string Name, Func<TStore, object?> OfStore, Func<TServer, object?> OfServer);

/// <summary>What is shown of a run; each column is declared for a store and for a server, which does not know all of them.</summary>
static class RunColumns
{
    public static readonly Column<RunListing, (string Experiment, MlflowRun Run)>[]
        Names =
        [
            new("id", r => r.Run.Id, _ => null), new("uid", r => r.Run.Uid, r => r.Run.Id),
            new("experiment", r => r.Run.Experiment, r => r.Experiment), new("name", r => r.Run.Name, r => r.Run.Name),
            new("status", r => r.Run.Status.ToText(), r => r.Run.Status.ToRunStatus().ToText())],
        Lifecycle = [new("lifecycle", r => TrackerValues.Lifecycle(r.IsDeleted), r => TrackerValues.Lifecycle(!r.Run.IsActive))],
        User = [new("user", r => r.User, r => r.Run.UserId)],
        Times =
        [
            new("created", r => TrackerValues.Text(r.Run.Created), _ => null),
            new("started", r => TrackerValues.Text(r.Run.Started), r => TrackerValues.Text(r.Run.StartTime)),
            new("updated", r => TrackerValues.Text(r.Run.Updated), _ => null),
            new("ended", r => TrackerValues.Text(r.Run.Ended), r => TrackerValues.Text(r.Run.EndTime)),
        ],
        Metrics = [new("metrics", r => TrackerValues.Of(r.Metrics), r => TrackerValues.Of(r.Run.Metrics))];
}
