using System.CommandLine;
using Idq.Tracking;

namespace Idq.Cli.Commands;

/// <summary>What a user means by a name, and what is said when a store has nothing of that name.</summary>
static class Chosen
{
    /// <summary>The line of the help on how a run is named.</summary>
    public const string RunMeaning = "its uid, the beginning of it, or its number";

    /// <summary>--experiment, which limits a command to the runs of one experiment.</summary>
    public static Option<string?> AddExperiment(this Command command) =>
        command.AddText("--experiment", "NAME", "Only runs of this experiment");

    /// <summary>The run of a uid, of the beginning of one, or of a number; deleted or not.</summary>
    public static RunListing Run(TrackerStore store, string name)
    {
        var found = store.ListRuns(new RunListingQuery { Uid = name, IncludeDeleted = true, Limit = 3 });
        // A number that is also the beginning of a uid means the number.
        return (found.Count == 1 ? found[0] : found.FirstOrDefault(r => r.Run.Uid == name || r.Run.Id.ToString() == name))
            ?? throw Unknown(
                found.Count == 0
                    ? $"there is no run '{name}' in tracker store '{store.Location}'"
                    : $"'{name}' begins the uids of several runs in tracker store '{store.Location}': write more of it");
    }

    public static Experiment Experiment(TrackerStore store, string name) =>
        store.FindExperiment(name) ?? throw Unknown($"there is no experiment '{name}' in tracker store '{store.Location}'");

    public static TrackerException Unknown(string message) => new(TrackerFailure.UnknownReference, message);
}
