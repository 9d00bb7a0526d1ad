using System.CommandLine;
using System.Text.Json;
using Idq.Tracking;
using NodaTime.Text;

namespace Idq.Cli.Commands;

/// <summary>stream tracker: experiments, runs and metrics of a store, and the services that fill it.</summary>
static class TrackerCommand
{
    public static Command Create() => new Command("tracker", "Works with the store of experiments, runs and metrics")
    {
        TrackerSetupCommand.Create(),
        TrackerServeCommand.Create(),
        TrackerListenCommand.Create(),
        TrackerQuarantineCommand.Create(),
        TrackerListCommands.Experiments(),
        TrackerListCommands.Runs(),
        TrackerShowCommand.Create(),
        TrackerListCommands.Stats(),
        TrackerSeriesCommand.Create(),
        TrackerListCommands.Gaps(),
        TrackerObjectsCommand.Create(),
        TrackerExchangeCommands.Export(),
        TrackerExchangeCommands.Import(),
        TrackerUpkeepCommands.CollectGarbage(),
        TrackerUpkeepCommands.Thin(),
        TrackerUpkeepCommands.Vacuum(),
        TrackerSpoolCommand.Create(),
        TrackerSqlCommand.Create(),
    }.WithExamples(
        "stream tracker runs --store sqlite:tracker.sqlite",
        "stream tracker serve --store postgresql://idq@db.example/tracker --artifacts /srv/artifacts",
        "stream tracker import --store sqlite:tracker.sqlite mlflow.db");

    /// <summary>A time as text; null for none.</summary>
    public static string? Text(NodaTime.Instant? time) => time is { } t ? InstantPattern.ExtendedIso.Format(t) : null;

    /// <summary>Metrics as members of an object.</summary>
    public static IReadOnlyDictionary<string, object?> Members(IEnumerable<KeyValuePair<string, MetricValue>> metrics) =>
        metrics.ToDictionary(m => m.Key, m => Exact(m.Value.Boxed));

    /// <summary>A value of a store or server for the output, where an empty cell and null mean that there is no value: a NaN is not that.</summary>
    public static object? Exact(object? value) => value is double.NaN ? "NaN" : value;

    /// <summary>A JSON object of the store, as one in the output.</summary>
    public static JsonElement Element(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
