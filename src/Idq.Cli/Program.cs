using System.CommandLine;
using Idq.Cli;
using Idq.Cli.Commands;
using Idq;
using Idq.Streaming;
using Idq.Tracking;

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
    // A name that is no command makes an error of every word behind it.
    if (parsed.CommandResult.Command is { Subcommands: { Count: > 0 } known } && parsed.UnmatchedTokens is [var word, ..] && !word.StartsWith('-'))
        Console.Error.WriteLine($"stream: there is no command '{string.Join(' ', CommandTree.PathOf(parsed.CommandResult))}{word}'{(Suggestions.Nearest(word, known.Select(c => c.Name)) is { } near ? $"; is '{near}' meant?" : "")}");
    else foreach (var error in parsed.Errors) Console.Error.WriteLine($"stream: {error.Message}");
    Console.Error.WriteLine($"stream: see 'stream {string.Join(' ', CommandTree.PathOf(parsed.CommandResult))}--help'");
    return ExitCode.Usage;
}
try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (ConfigurationException e)
{
    foreach (var problem in e.Problems) Console.Error.WriteLine($"stream: {(problem.Severity == Severity.Error ? "error" : "warning")}: {problem}");
    return ExitCode.Usage;
}
catch (UsageException e)
{
    Console.Error.WriteLine($"stream: {e.Message}");
    return ExitCode.Usage;
}
catch (OperationCanceledException)
{
    return ExitCode.Interrupted;
}
catch (Exception e) when (e is DataException or TrackerException or JobInUseException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"stream: {e.Message}");
    return ExitCode.Failed;
}
catch (Exception e)
{
    // Nobody foresaw this: say everything, so that it can be mended.
    Console.Error.WriteLine($"stream: internal error: {e.Message}; please report it with what follows\n{e}");
    return ExitCode.Failed;
}
