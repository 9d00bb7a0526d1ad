using System.CommandLine;

namespace Idq.Cli.Commands;

static class CommandTree
{
    /// <summary>The commands in the order of the help.</summary>
    public static IEnumerable<Command> All() =>
    [
        RunCommand.Create(), JobCommand.Create("train", "Trains models, stride after stride"),
        JobCommand.Create("evaluate", "Ranks the samples of every stride with the newest models"),
        JobCommand.Create("calibrate", "Makes calibration maps of evaluated quivers"),
        JobCommand.Create("timeseries", "Publishes series of the probability of a glitch"), BatchCommand.Create(), CheckCommand.Create(),
        TimesCommand.Create(), FeaturesCommand.Create(), SimulateCommand.Create(), ModelCommand.Create(), ProductsCommand.Create(),
        QueryCommand.Create(), ReliabilityCommand.Create(), CompactCommand.Create(), GcCommand.Create(), RunsCommand.Create(),
        TrackerCommand.Create(), SegmentsCommand.Create(), FrameCommand.Create(), GpsCommand.Create(),
        OptionsCommand.Create(), CompletionCommand.Create()];
}
