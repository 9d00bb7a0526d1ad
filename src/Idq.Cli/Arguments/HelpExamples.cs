using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Idq.Cli;

/// <summary>Shows examples below the help of a command.</summary>
static class HelpExamples
{
    static readonly Dictionary<Command, string[]> Examples = [];

    /// <summary>The examples of a command: what is typed behind its name, or a whole line with "stream" in it.</summary>
    public static Command WithExamples(this Command command, params string[] examples)
    {
        Examples[command] = examples;
        return command;
    }

    /// <summary>Makes --help show examples.</summary>
    public static void Install(RootCommand root)
    {
        root.WithExamples(
            "run --replay --ini etc/mock.ini",
            "check --ini idq.ini",
            "query --ini idq.ini \"SELECT nickname, count(*) FROM quivers GROUP BY 1\"");
        foreach (var option in root.Options.OfType<HelpOption>())
            if (option.Action is HelpAction help) option.Action = new Action(help);
    }

    sealed class Action(HelpAction help) : SynchronousCommandLineAction
    {
        // A call for help needs none of the other arguments of the command.
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var code = help.Invoke(parseResult);
            if (!Examples.TryGetValue(parseResult.CommandResult.Command, out var examples)) return code;
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            var path = CommandPath.Of(parseResult.CommandResult);
            foreach (var example in examples)
                output.WriteLine(example.Contains("stream ", StringComparison.Ordinal)
                    ? $"  {example}"
                    : $"  {string.Join(' ', ["stream", .. path, example])}".TrimEnd());
            output.WriteLine();
            return code;
        }
    }
}
