using System.CommandLine;
using System.CommandLine.Parsing;

namespace Idq.Cli.Commands;

/// <summary>All commands of the program.</summary>
static class CommandTree
{
    /// <summary>The commands in the order of the help.</summary>
    public static IEnumerable<Command> All() =>
    [
        RunCommand.Create(),
        JobCommand.Create("train", "Trains models, stride after stride"),
        JobCommand.Create("evaluate", "Ranks the samples of every stride with the newest models"),
        JobCommand.Create("calibrate", "Makes calibration maps of evaluated quivers"),
        JobCommand.Create("timeseries", "Publishes series of the probability of a glitch"),
        BatchCommand.Create(),
        CheckCommand.Create(),
        TimesCommand.Create(),
        FeaturesCommand.Create(),
        SimulateCommand.Create(),
        ModelCommand.Create(),
        ProductsCommand.Create(),
        QueryCommand.Create(),
        RunsCommand.Create(),
        TrackerCommand.Create(),
        SegmentsCommand.Create(),
        GpsCommand.Create(),
        OptionsCommand.Create(),
        CompletionCommand.Create(),
    ];

    /// <summary>The names that lead to a command, without that of the program.</summary>
    public static IEnumerable<string> PathOf(CommandResult result)
    {
        var names = new Stack<string>();
        for (var at = result; at is { Command: not RootCommand }; at = at.Parent as CommandResult) names.Push(at.Command.Name);
        return names;
    }
}
