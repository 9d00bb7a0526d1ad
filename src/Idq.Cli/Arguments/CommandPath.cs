using System.CommandLine;
using System.CommandLine.Parsing;

namespace Idq.Cli;

/// <summary>Where a command stands in the tree of commands.</summary>
static class CommandPath
{
    /// <summary>The names that lead to a command, without that of the program.</summary>
    public static IEnumerable<string> Of(CommandResult result)
    {
        var names = new Stack<string>();
        for (var at = result; at is { Command: not RootCommand }; at = at.Parent as CommandResult) names.Push(at.Command.Name);
        return names;
    }
}
