using System.CommandLine;
using Idq.Tracking;
using Idq.Tracking.Mlflow;

namespace Idq.Cli.Commands;

static class TrackerImportCommand
{
    public static Command Create()
    {
        var command = new Command("import", "Takes experiments and runs in; doing it again changes nothing").WithExamples(
            "--store sqlite:tracker.sqlite o4.jsonl.gz", "--store sqlite:tracker.sqlite mlflow.db",
            "--store postgresql://idq@db.example/tracker sqlite:tracker.sqlite --mode skip");
        var from = command.AddWord("FROM",
            "An export, another store (sqlite:FILE, postgresql://…), the database of MLflow, MLtraq or SQLTrack (a file, a plain dump, "
            + "or postgresql://…), an MLflow server (http://…), or - for standard input");
        var mode = command.AddValue("--mode", "merge|skip|replace|fail",
            "What happens to a run that is there: merge adds what it lacks, skip leaves it, replace takes its place, fail refuses",
            ImportMode.Merge);
        var into = command.AddText("--into", "NAME", "The experiment that all runs go into, instead of their own");
        var artifacts = command.AddText("--artifacts", "DIR", "The folder that artifacts go to; without it they are left out");
        var withObjects = command.AddFlag(
            "--with-objects", "Takes the large objects of another store along; those of an export always come");
        var withArtifacts = command.AddFlag(
            "--with-artifacts", "Takes artifacts of a store or a server along; those of an export always come");
        var fromObjects = command.AddText(
            "--from-objects", "DIR", "The folder of the other store's objects, when it is not beside its file");
        var fromArtifacts = command.AddText("--from-artifacts", "DIR", "The folder that artifacts of the other store's runs lie in");
        var store = new StoreArgument(command, hasObjects: true);
        return command.PrintsLater((result, stopping) =>
        {
            var source = result.Get(from);
            var options = new ImportOptions
            {
                Mode = result.Get(mode),
                Experiment = result.Get(into),
                ArtifactsFolder = result.Get(artifacts),
            };
            if (result.Get(withArtifacts) && options.ArtifactsFolder is null)
                throw new UsageException("--with-artifacts: name the folder that artifacts go to with --artifacts DIR");
            var query = new ExportQuery
            {
                WithObjects = result.Get(withObjects),
                WithArtifacts = result.Get(withArtifacts),
                ArtifactsFolder = result.Get(fromArtifacts),
            };
            var (kind, report) = Import();
            if (report.FilesLeftOut > 0)
                Console.Error.WriteLine($"stream: {report.FilesLeftOut} {(report.FilesLeftOut == 1 ? "file was" : "files were")} left out: "
                    + "--objects DIR and --artifacts DIR say where they go");
            return Table.OfRow(
                ("from", kind), ("experiments", report.Experiments), ("experiments_added", report.ExperimentsAdded), ("runs", report.Runs),
                ("runs_added", report.RunsAdded), ("runs_replaced", report.RunsReplaced), ("runs_skipped", report.RunsSkipped),
                ("metric_rows", report.MetricRows), ("history_points", report.HistoryPoints), ("rollups", report.Rollups),
                ("sequence_rows", report.SequenceRows), ("datasets", report.Datasets), ("inputs", report.Inputs), ("links", report.Links),
                ("objects", report.Objects), ("artifacts", report.Artifacts), ("files_left_out", report.FilesLeftOut));

            // What cannot be read is known before a store is made for it.
            (string Kind, ImportReport Report) Import()
            {
                if (StoreArgument.IsServer(source))
                {
                    using var client = UsageException.Of(
                        () => new MlflowClient(MlflowSettings.FromEnvironment(source), GpsArgument.Clock), "FROM: ");
                    var records = MlflowServerRecords.ReadAsync(client, query, stopping).ToBlockingEnumerable(stopping);
                    return Into("mlflow server", target => target.Import(records, options, stopping));
                }
                if (source == "-")
                {
                    using var input = Console.OpenStandardInput();
                    return Into("export", target => target.Import(input, "standard input", options, stopping));
                }
                using var opened = UsageException.Of(() => ExchangeSource.Open(source), "FROM: ");
                return Into(opened.Format.ToString().ToLowerInvariant(),
                    target => target.Import(opened.Records(query, result.Get(fromObjects), stopping), options, stopping));
            }

            (string Kind, ImportReport Report) Into(string kind, Func<TrackerStore, ImportReport> import)
            {
                using var target = store.Open(result);
                return (kind, import(target));
            }
        });
    }
}
