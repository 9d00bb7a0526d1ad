using System.CommandLine;
using Idq.Tracking;

namespace Idq.Cli.Commands;

static class TrackerExportCommand
{
    public static Command Create()
    {
        var command = new Command("export", "Writes experiments, runs and all their data to a file; the store may be an MLflow server")
            .WithExamples("--store sqlite:tracker.sqlite o4.jsonl.gz --experiment o4",
                "--store sqlite:tracker.sqlite o4.zip --with-objects --with-artifacts --artifacts /srv/artifacts",
                "--store http://127.0.0.1:5000 everything.zip --with-artifacts");
        var file = command.AddWord("FILE", "Where to: .jsonl, .jsonl.gz, .zip, or - for standard output");
        var experiments = command.AddList("--experiment", "NAME", "Only this experiment");
        var runs = command.AddList("--run", "UID", "Only the run of this uid");
        var active = command.AddFlag("--active", "Leaves out what was deleted");
        var withObjects = command.AddFlag("--with-objects", "Takes large objects and archives along");
        var withArtifacts = command.AddFlag(
            "--with-artifacts", "Takes artifacts along: of an MLflow server, or from the folder --artifacts");
        var artifacts = command.AddText("--artifacts", "DIR", "The folder that artifacts of the store's runs lie in");
        var store = new StoreArgument(command, hasObjects: true);
        return command.Does(async (result, _) =>
        {
            var path = result.Get(file);
            if (path == "-" && result.Format != OutputFormat.Text)
                throw new UsageException("an export to standard output leaves no room for --output json or csv: name a file");
            var query = new ExportQuery
            {
                Experiments = result.Get(experiments),
                Runs = result.Get(runs),
                ActiveOnly = result.Get(active),
                WithObjects = result.Get(withObjects),
                WithArtifacts = result.Get(withArtifacts),
                ArtifactsFolder = result.Get(artifacts),
            };
            var isServer = store.IsServer(result);
            if (query is { WithArtifacts: true, ArtifactsFolder: null } && !isServer)
                throw new UsageException(
                    "--with-artifacts: a store does not know the folder of its server's artifacts: name it with --artifacts DIR");
            if (query.WithObjects && isServer) throw new UsageException("--with-objects: an MLflow server has no objects, only artifacts");
            using var client = isServer ? store.Client(result) : null;
            using var opened = isServer ? null : store.OpenReadOnly(result);
            var exported = new Exported();
            await Declarations.StoppableAsync(stopping =>
            {
                var records = client is null ? null : MlflowServerRecords.ReadAsync(client, query, stopping).ToBlockingEnumerable(stopping);
                if (path == "-")
                {
                    using var output = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
                    Write(output);
                }
                else ExchangeFile.Write(path, Write);
                return path;

                void Write(Stream stream)
                {
                    using var writer = new ExchangeWriter(stream, leaveOpen: true);
                    if (records is null) opened!.Export(query, Add, stopping);
                    else foreach (var record in records) Add(record);
                    writer.Complete();

                    void Add(ExchangeRecord record)
                    {
                        exported.Count(record);
                        writer.Write(record);
                    }
                }
            });
            if (path != "-")
                Table.OfRow(("file", path), ("experiments", exported.Experiments.Count), ("runs", exported.Runs.Count),
                    ("objects", exported.Objects), ("artifacts", exported.Artifacts),
                    ("bytes", new FileInfo(path).Length)).Print(result.Format);
            exported.TellWhatStays(opened, query);
            return ExitCode.Done;
        });
    }

    // What went into an export, and what only its name did.
    sealed class Exported
    {
        long runsWithArtifacts;

        public HashSet<string> Experiments { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Runs { get; } = new(StringComparer.Ordinal);

        public long Objects { get; private set; }

        public long Artifacts { get; private set; }

        public void Count(ExchangeRecord record)
        {
            if (record is ExportedExperiment experiment) Experiments.Add(experiment.Name);
            if (record is ExportedObject) Objects++;
            if (record is ExportedArtifact) Artifacts++;
            if (record is not ExportedRun run) return;
            Runs.Add(run.Uid);
            if (run.ArtifactUri is not null) runsWithArtifacts++;
        }

        public void TellWhatStays(TrackerStore? store, ExportQuery query)
        {
            var objects = query.WithObjects || store is null
                ? 0
                : store.ListObjects().Count(o => o.RunUid is { } run ? Runs.Contains(run) : Experiments.Contains(o.Experiment));
            if (objects > 0)
                Console.Error.WriteLine(
                    $"stream: {objects} {(objects == 1 ? "object stays" : "objects stay")} behind; --with-objects takes them along");
            if (!query.WithArtifacts && runsWithArtifacts > 0)
                Console.Error.WriteLine(
                    $"stream: artifacts of {runsWithArtifacts} {(runsWithArtifacts == 1 ? "run are" : "runs are")} only named by where "
                    + "they are; --with-artifacts takes them along");
        }
    }
}
