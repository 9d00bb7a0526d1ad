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
        var experiments = new Option<string[]>("--experiment")
        {
            Description = "Only this experiment; repeatable",
            HelpName = "NAME",
            DefaultValueFactory = _ => [],
        };
        var runs = new Option<string[]>("--run")
        {
            Description = "Only the run of this uid; repeatable",
            HelpName = "UID",
            DefaultValueFactory = _ => [],
        };
        var active = new Option<bool>("--active") { Description = "Leaves out what was deleted" };
        var withObjects = new Option<bool>("--with-objects") { Description = "Takes large objects and archives along" };
        var withArtifacts = new Option<bool>("--with-artifacts")
        {
            Description = "Takes artifacts along: of an MLflow server, or from the folder --artifacts",
        };
        var artifacts = new Option<string?>("--artifacts")
        {
            Description = "The folder that artifacts of the store's runs lie in",
            HelpName = "DIR",
        };
        var command = new Command("export", "Writes experiments, runs and all their data to a file; the store may be an MLflow server")
        {
            file,
            experiments,
            runs,
            active,
            withObjects,
            withArtifacts,
            artifacts,
        };
        var store = new StoreArgument(command, hasObjects: true);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                var path = result.GetValue(file)!;
                var format = result.GetValue(GlobalOptions.Output);
                if (path == "-" && format != OutputFormat.Text)
                    throw new UsageException("an export to standard output leaves no room for --output json or csv: name a file");
                if (result.GetValue(withArtifacts) && result.GetValue(artifacts) is null && !store.IsServer(result))
                    throw new UsageException(
                        "--with-artifacts: a store does not know the folder of its server's artifacts: name it with --artifacts DIR"
                    );
                if (result.GetValue(withObjects) && store.IsServer(result))
                    throw new UsageException("--with-objects: an MLflow server has no objects, only artifacts");
                var query = new ExportQuery
                {
                    Experiments = result.GetValue(experiments)!,
                    Runs = result.GetValue(runs)!,
                    ActiveOnly = result.GetValue(active),
                    WithObjects = result.GetValue(withObjects),
                    WithArtifacts = result.GetValue(withArtifacts),
                    ArtifactsFolder = result.GetValue(artifacts),
                };
                using var signals = new StopSignals(cancellationToken);
                var exported = new Exported();
                using var client = store.IsServer(result) ? store.Client(result) : null;
                using var opened = client is null ? store.OpenReadOnly(result) : null;
                if (path == "-")
                {
                    using var output = Console.OpenStandardOutput();
                    using var buffered = new BufferedStream(output, 1 << 16);
                    await WriteAsync(buffered);
                    exported.TellWhatStays(opened, query);
                    return ExitCode.Done;
                }
                // The file is packed while it is written, which is not asynchronous.
                await Task.Run(() => ExchangeFile.Write(path, stream => WriteAsync(stream).GetAwaiter().GetResult()), signals.Stopping);
                var table = new Table("file", "experiments", "runs", "objects", "artifacts", "bytes");
                table.Add(
                    path,
                    exported.Experiments.Count,
                    exported.Runs.Count,
                    exported.Objects,
                    exported.Artifacts,
                    new FileInfo(path).Length
                );
                table.Write(Console.Out, format);
                exported.TellWhatStays(opened, query);
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
                    exported.Count(record);
                    writer.Write(record);
                }
            }
        });
        return command.WithExamples(
            "stream tracker export --store sqlite:tracker.sqlite o4.jsonl.gz --experiment o4",
            "stream tracker export --store sqlite:tracker.sqlite o4.zip --with-objects --with-artifacts --artifacts /srv/artifacts",
            "stream tracker export --store http://127.0.0.1:5000 everything.zip --with-artifacts");
    }

    // What went into an export, and what only its name did.
    sealed class Exported
    {
        public HashSet<string> Experiments { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Runs { get; } = new(StringComparer.Ordinal);

        public long Objects { get; private set; }

        public long Artifacts { get; private set; }

        long RunsWithArtifacts { get; set; }

        public void Count(ExchangeRecord record)
        {
            if (record is ExportedExperiment experiment) Experiments.Add(experiment.Name);
            if (record is ExportedObject) Objects++;
            if (record is ExportedArtifact) Artifacts++;
            if (record is not ExportedRun run) return;
            Runs.Add(run.Uid);
            if (run.ArtifactUri is not null) RunsWithArtifacts++;
        }

        public void TellWhatStays(TrackerStore? store, ExportQuery query)
        {
            var objects =
                query.WithObjects || store is null
                    ? 0
                    : store.ListObjects().Count(o => o.RunUid is { } run ? Runs.Contains(run) : Experiments.Contains(o.Experiment));
            if (objects > 0)
                Console.Error.WriteLine(
                    $"stream: {objects} {(objects == 1 ? "object stays" : "objects stay")} behind; --with-objects takes them along"
                );
            if (!query.WithArtifacts && RunsWithArtifacts > 0)
                Console.Error.WriteLine(
                    $"stream: artifacts of {RunsWithArtifacts} {(RunsWithArtifacts == 1 ? "run are" : "runs are")} only named by where they are; --with-artifacts takes them along"
                );
        }
    }

    public static Command Import()
    {
        var from = new Argument<string>("FROM")
        {
            Description =
                "An export, another store (sqlite:FILE, postgresql://…), the database of MLflow, MLtraq or SQLTrack (a file, a plain dump, or postgresql://…), an MLflow server (http://…), or - for standard input",
        };
        var mode = new Option<ImportMode>("--mode")
        {
            Description =
                "What happens to a run that is there: merge adds what it lacks, skip leaves it, replace takes its place, fail refuses",
            HelpName = "merge|skip|replace|fail",
            DefaultValueFactory = _ => ImportMode.Merge,
        };
        var into = new Option<string?>("--into")
        {
            Description = "The experiment that all runs go into, instead of their own",
            HelpName = "NAME",
        };
        var artifacts = new Option<string?>("--artifacts")
        {
            Description = "The folder that artifacts go to; without it they are left out",
            HelpName = "DIR",
        };
        var withObjects = new Option<bool>("--with-objects")
        {
            Description = "Takes the large objects of another store along; those of an export always come",
        };
        var withArtifacts = new Option<bool>("--with-artifacts")
        {
            Description = "Takes artifacts of a store or a server along; those of an export always come",
        };
        var fromObjects = new Option<string?>("--from-objects")
        {
            Description = "The folder of the other store's objects, when it is not beside its file",
            HelpName = "DIR",
        };
        var fromArtifacts = new Option<string?>("--from-artifacts")
        {
            Description = "The folder that artifacts of the other store's runs lie in",
            HelpName = "DIR",
        };
        var command = new Command("import", "Takes experiments and runs in; doing it again changes nothing")
        {
            from,
            mode,
            into,
            artifacts,
            withObjects,
            withArtifacts,
            fromObjects,
            fromArtifacts,
        };
        var store = new StoreArgument(command, hasObjects: true);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                var source = result.GetValue(from)!;
                var options = new ImportOptions
                {
                    Mode = result.GetValue(mode),
                    Experiment = result.GetValue(into),
                    ArtifactsFolder = result.GetValue(artifacts),
                };
                if (result.GetValue(withArtifacts) && options.ArtifactsFolder is null)
                    throw new UsageException("--with-artifacts: name the folder that artifacts go to with --artifacts DIR");
                var query = new ExportQuery
                {
                    WithObjects = result.GetValue(withObjects),
                    WithArtifacts = result.GetValue(withArtifacts),
                    ArtifactsFolder = result.GetValue(fromArtifacts),
                };
                using var signals = new StopSignals(cancellationToken);
                var (kind, report) = await Task.Run(() => Import(), cancellationToken);
                var table = new Table(
                    "from",
                    "experiments",
                    "experiments_added",
                    "runs",
                    "runs_added",
                    "runs_replaced",
                    "runs_skipped",
                    "metric_rows",
                    "history_points",
                    "rollups",
                    "sequence_rows",
                    "datasets",
                    "inputs",
                    "links",
                    "objects",
                    "artifacts",
                    "files_left_out"
                );
                table.Add(
                    kind,
                    report.Experiments,
                    report.ExperimentsAdded,
                    report.Runs,
                    report.RunsAdded,
                    report.RunsReplaced,
                    report.RunsSkipped,
                    report.MetricRows,
                    report.HistoryPoints,
                    report.Rollups,
                    report.SequenceRows,
                    report.Datasets,
                    report.Inputs,
                    report.Links,
                    report.Objects,
                    report.Artifacts,
                    report.FilesLeftOut
                );
                table.Write(Console.Out, result.GetValue(GlobalOptions.Output));
                if (report.FilesLeftOut > 0)
                    Console.Error.WriteLine(
                        $"stream: {report.FilesLeftOut} {(report.FilesLeftOut == 1 ? "file was" : "files were")} left out: --objects DIR and --artifacts DIR say where they go"
                    );
                return ExitCode.Done;

                (string Kind, ImportReport Report) Import()
                {
                    if (
                        source.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
                        || source.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
                    )
                    {
                        using var client = Client(source);
                        using var target = store.Open(result);
                        try
                        {
                            return (
                                "mlflow server",
                                target.Import(
                                    MlflowServerRecords.ReadAsync(client, query, signals.Stopping).ToBlockingEnumerable(signals.Stopping),
                                    options,
                                    signals.Stopping
                                )
                            );
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
                        return (
                            opened.Format.ToString().ToLowerInvariant(),
                            target.Import(opened.Records(query, result.GetValue(fromObjects), signals.Stopping), options, signals.Stopping)
                        );
                    }
                }
            }
        );
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
