using Idq.Tracking;

namespace Idq.Cli.Commands;

/// <summary>The run that a user means by its uid, the beginning of it, or its number.</summary>
static class ChosenRun
{
    /// <summary>That run, deleted or not.</summary>
    /// <exception cref="TrackerException">There is none, or there are several.</exception>
    public static RunListing Of(TrackerStore store, string name)
    {
        var found = store.ListRuns(new RunListingQuery { Uid = name, IncludeDeleted = true, Limit = 3 });
        // A number that is also the beginning of a uid means the number.
        return (found.Count == 1 ? found[0] : found.FirstOrDefault(r => r.Run.Uid == name || r.Run.Id.ToString() == name))
            ?? throw new TrackerException(
                TrackerFailure.UnknownReference,
                found.Count == 0
                    ? $"there is no run '{name}' in tracker store '{store.Location}'"
                    : $"'{name}' begins the uids of several runs in tracker store '{store.Location}': write more of it"
            );
    }
}
