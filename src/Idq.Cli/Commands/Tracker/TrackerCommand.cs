using System.CommandLine;

namespace Idq.Cli.Commands;

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
        TrackerExportCommand.Create(),
        TrackerImportCommand.Create(),
        TrackerUpkeepCommands.CollectGarbage(),
        TrackerUpkeepCommands.Thin(),
        TrackerUpkeepCommands.Vacuum(),
        TrackerSpoolCommand.Create(),
        TrackerSqlCommand.Create(),
    }.WithExamples("runs --store sqlite:tracker.sqlite", "serve --store postgresql://idq@db.example/tracker --artifacts /srv/artifacts",
        "import --store sqlite:tracker.sqlite mlflow.db");
}
