using System.CommandLine;
using Idq.Tracking;
using Idq.Tracking.Mlflow;

namespace Idq.Cli.Commands;

/// <summary>stream tracker export and import.</summary>
static class TrackerExchangeCommands
{
    public static Command Export()
    {
        var file = new Argument<string>("FILE") { Description = "Where to: .jsonl, .jsonl.gz, .zip, or - for standard output" };
        var experiments = new Option<string[]>("--experiment") { Description = "Only this experiment; repeatable", HelpName = "NAME", DefaultValueFactory = _ => [] };
        var runs = new Option<string[]>("--run") { Description = "Only the run of this uid; repeatable", HelpName = "UID", DefaultValueFactory = _ => [] };
        var active = new Option<bool>("--active") { Description = "Leaves out what was deleted" };
        var command = new Command("export", "Writes experiments, runs and all their data to a file; the store may be an MLflow server") { file, experiments, runs, active };
        var store = new StoreArgument(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            var path = result.GetValue(file)!;
            var format = result.GetValue(GlobalOptions.Output);
            if (path == "-" && format != OutputFormat.Text) throw new UsageException("an export to standard output leaves no room for --output json or csv: name a file");
            var query = new ExportQuery { Experiments = result.GetValue(experiments)!, Runs = result.GetValue(runs)!, ActiveOnly = result.GetValue(active) };
            using var signals = new StopSignals(cancellationToken);
            var counts = new SortedDictionary<string, long>(StringComparer.Ordinal) { ["experiments"] = 0, ["runs"] = 0 };
            using var client = store.IsServer(result) ? store.Client(result) : null;
            using var opened = client is null ? store.OpenReadOnly(result) : null;
            if (path == "-")
            {
                using var output = Console.OpenStandardOutput();
                using var buffered = new BufferedStream(output, 1 << 16);
                await WriteAsync(buffered);
                return ExitCode.Done;
            }
            // The file is packed while it is written, which is not asynchronous.
            await Task.Run(() => ExchangeFile.Write(path, stream => WriteAsync(stream).GetAwaiter().GetResult()), signals.Stopping);
            var table = new Table("file", "experiments", "runs", "bytes");
            table.Add(path, counts["experiments"], counts["runs"], new FileInfo(path).Length);
            table.Write(Console.Out, format);
            return ExitCode.Done;

            async Task WriteAsync(Stream stream)
            {
                using var writer = new ExchangeWriter(stream, leaveOpen: true);
                if (client is null) opened!.Export(query, Write, signals.Stopping);
                else
                    await ServerFailures.TellAsync(async () =>
                    {
                        await foreach (var record in MlflowServerRecords.ReadAsync(client, query, signals.Stopping)) Write(record);
                        return true;
                    });
                writer.Complete();

                void Write(ExchangeRecord record)
                {
                    if (record is ExportedExperiment) counts["experiments"]++;
                    if (record is ExportedRun) counts["runs"]++;
                    writer.Write(record);
                }
            }
        });
        return command.WithExamples(
            "stream tracker export --store sqlite:tracker.sqlite o4.jsonl.gz --experiment o4",
            "stream tracker export --store http://127.0.0.1:5000 everything.zip");
    }

    public static Command Import()
    {
        var from = new Argument<string>("FROM")
        {
            Description = "An export, another store (sqlite:FILE, postgresql://…), the database of MLflow, MLtraq or SQLTrack (a file, a plain dump, or postgresql://…), an MLflow server (http://…), or - for standard input",
        };
        var mode = new Option<ImportMode>("--mode")
        {
            Description = "What happens to a run that is there: merge adds what it lacks, skip leaves it, replace takes its place, fail refuses",
            HelpName = "merge|skip|replace|fail",
            DefaultValueFactory = _ => ImportMode.Merge,
        };
        var into = new Option<string?>("--into") { Description = "The experiment that all runs go into, instead of their own", HelpName = "NAME" };
        var command = new Command("import", "Takes experiments and runs in; doing it again changes nothing") { from, mode, into };
        var store = new StoreArgument(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            var source = result.GetValue(from)!;
            var options = new ImportOptions { Mode = result.GetValue(mode), Experiment = result.GetValue(into) };
            using var signals = new StopSignals(cancellationToken);
            var (kind, report) = await Task.Run(() => Import(), cancellationToken);
            var table = new Table(
                "from", "experiments", "experiments_added", "runs", "runs_added", "runs_replaced", "runs_skipped", "metric_rows", "history_points", "sequence_rows", "datasets", "inputs", "links");
            table.Add(kind, report.Experiments, report.ExperimentsAdded, report.Runs, report.RunsAdded, report.RunsReplaced, report.RunsSkipped, report.MetricRows, report.HistoryPoints,
                report.SequenceRows, report.Datasets, report.Inputs, report.Links);
            table.Write(Console.Out, result.GetValue(GlobalOptions.Output));
            return ExitCode.Done;

            (string Kind, ImportReport Report) Import()
            {
                if (source.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || source.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
                {
                    using var client = Client(source);
                    using var target = store.Open(result);
                    try
                    {
                        return ("mlflow server", target.Import(MlflowServerRecords.ReadAsync(client, new ExportQuery(), signals.Stopping).ToBlockingEnumerable(signals.Stopping), options, signals.Stopping));
                    }
                    catch (MlflowException e)
                    {
                        throw new DataException($"the MLflow server failed: {e.Message}", cause: e);
                    }
                }
                if (source == "-")
                {
                    using var input = Console.OpenStandardInput();
                    using var target = store.Open(result);
                    return ("export", target.Import(input, "standard input", options, signals.Stopping));
                }
                // Whatever cannot be read is known before a store is made for it.
                using (var opened = Source(source))
                {
                    using var target = store.Open(result);
                    return (opened.Format.ToString().ToLowerInvariant(), target.Import(opened.Records(signals.Stopping), options, signals.Stopping));
                }
            }
        });
        return command.WithExamples(
            "stream tracker import --store sqlite:tracker.sqlite o4.jsonl.gz",
            "stream tracker import --store sqlite:tracker.sqlite mlflow.db",
            "stream tracker import --store postgresql://idq@db.example/tracker sqlite:tracker.sqlite --mode skip");
    }

    static ExchangeSource Source(string location)
    {
        try
        {
            return ExchangeSource.Open(location);
        }
        catch (TrackerException e) when (e.Failure == TrackerFailure.BadLocation)
        {
            throw new UsageException($"FROM: {e.Message}");
        }
    }

    static MlflowClient Client(string uri)
    {
        try
        {
            return new MlflowClient(MlflowSettings.FromEnvironment(uri), GpsArgument.Clock);
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"FROM: {e.Message}");
        }
    }
}
