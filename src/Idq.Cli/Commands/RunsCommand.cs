using System.CommandLine;
using Idq.Tracking;

namespace Idq.Cli.Commands;

static class RunsCommand
{
    public static Command Create()
    {
        var command = new Command("runs", "Lists runs with their status and last metrics")
            .WithExamples("--ini idq.ini", "--ini idq.ini --output json");
        var configuration = new ConfigurationArguments(command);
        return command.Prints(result =>
        {
            using var store = TrackerStore.OpenReadOnly(configuration.Load(result).Tracker.Store);
            return Table.Of(
                store.Runs(),
                ("id", r => r.Id), ("experiment", r => r.Experiment), ("name", r => r.Name), ("status", r => r.Status.ToText()),
                ("started", r => TrackerValues.Text(r.Started)), ("updated", r => TrackerValues.Text(r.Updated)),
                ("metrics", r => new Members(r.Metrics.Select(m => KeyValuePair.Create(m.Key, (object?)m.Value.Boxed)))));
        });
    }
}
