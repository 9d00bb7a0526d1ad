using System.CommandLine;
using System.Text.Json;
using Idq.Tracking;
using NodaTime.Text;

namespace Idq.Cli.Commands;

/// <summary>stream runs: runs and their last metrics.</summary>
static class RunsCommand
{
    public static Command Create()
    {
        var command = new Command("runs", "Lists runs with their status and last metrics");
        var configuration = new ConfigurationArguments(command);
        command.SetAction(result =>
        {
            using var store = TrackerStore.OpenReadOnly(configuration.Load(result).Tracker.Store);
            var runs = store.Runs();
            var format = result.GetValue(GlobalOptions.Output);
            if (format == OutputFormat.Json) JsonOutput.Write(Console.Out, json => WriteJson(json, runs));
            else WriteTable(runs, format);
            return ExitCode.Done;
        });
        return command.WithExamples("stream runs --ini idq.ini", "stream runs --ini idq.ini --output json");
    }

    static void WriteJson(Utf8JsonWriter json, IEnumerable<RunSummary> runs)
    {
        json.WriteStartArray();
        foreach (var run in runs)
        {
            json.WriteStartObject();
            json.WriteNumber("id", run.Id);
            json.WriteString("experiment", run.Experiment);
            json.WriteString("name", run.Name);
            json.WriteString("status", run.Status.ToText());
            json.WriteString("started", Text(run.Started));
            json.WriteString("updated", Text(run.Updated));
            json.WriteStartObject("metrics");
            foreach (var (key, value) in run.Metrics)
            {
                json.WritePropertyName(key);
                json.Any(value.Boxed);
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static void WriteTable(IEnumerable<RunSummary> runs, OutputFormat format)
    {
        var table = new Table("id", "experiment", "name", "status", "started", "updated", "metrics");
        foreach (var run in runs)
            table.Add(run.Id, run.Experiment, run.Name, run.Status.ToText(), Text(run.Started), Text(run.Updated),
                string.Join(' ', run.Metrics.Select(m => m.Value.IsNumber ? $"{m.Key}={m.Value.AsDouble:G4}" : $"{m.Key}={m.Value}")));
        table.Write(Console.Out, format);
    }

    static string? Text(NodaTime.Instant? instant) => instant is { } i ? InstantPattern.ExtendedIso.Format(i) : null;
}
