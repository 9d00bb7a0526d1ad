using System.CommandLine;
using Idq.Cli;
using Idq.Cli.Commands;
using Idq.Streaming;

var root = new RootCommand("Infers, stride after stride, the probability that there is a glitch in a detector's target channel.")
{
    GlobalOptions.Output,
    GlobalOptions.Level,
    GlobalOptions.Quiet,
};
foreach (var command in CommandTree.All()) root.Subcommands.Add(command);
HelpExamples.Install(root);

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    var path = string.Concat(CommandPath.Of(parsed.CommandResult).Select(name => name + " "));
    // A name that is no command makes an error of every word behind it.
    if (parsed.CommandResult.Command.Subcommands is { Count: > 0 } known
        && parsed.UnmatchedTokens is [var word, ..]
        && !word.StartsWith('-'))
    {
        var hint = Suggestions.Nearest(word, known.Select(c => c.Name)) is { } near ? $"; is '{near}' meant?" : "";
        Console.Error.WriteLine($"stream: there is no command '{path}{word}'{hint}");
    }
    else
    {
        foreach (var error in parsed.Errors) Console.Error.WriteLine($"stream: {Failure.Describe(error)}");
    }
    Console.Error.WriteLine($"stream: see 'stream {path}--help'");
    return ExitCode.Usage;
}
try
{
    return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (Exception e)
{
    return Failure.Tell(e);
}
