using System.CommandLine.Parsing;
using Idq.Streaming;
using Idq.Tracking;
using Idq.Tracking.Mlflow;

namespace Idq.Cli;

/// <summary>How the program tells that it failed: lines on standard error and an exit code.</summary>
static class Failure
{
    /// <summary>What is wrong with an argument; the library's own sentence about a value names types of the program.</summary>
    public static string Describe(ParseError error)
    {
        if (error.SymbolResult is not OptionResult { Option: { ValueType: var type } option, Tokens: [var token] }) return error.Message;
        var value = Nullable.GetUnderlyingType(type) ?? type;
        var expected = value == typeof(int) || value == typeof(long) ? "a whole number" : value.IsEnum ? option.HelpName : null;
        return expected is null ? error.Message : $"{option.Name}: '{token.Value}' is not {expected}";
    }

    /// <summary>Writes what went wrong; the exit code.</summary>
    public static int Tell(Exception failure)
    {
        if (failure is OperationCanceledException) return ExitCode.Interrupted;
        string[] lines = failure switch
        {
            ConfigurationException e => [.. e.Problems.Select(p => $"{ConfigurationArguments.Name(p.Severity)}: {p}")],
            MlflowException e => [$"the MLflow server failed: {e.Message}"],
            UsageException or EmptyRangeException or DataException or DataStreamException or TrackerException or JobInUseException
                or IOException or UnauthorizedAccessException => [failure.Message],
            // Nobody expected this: everything is written, so that it can be mended.
            _ => [$"internal error: {failure.Message}; please report it with the lines below\n{failure}"],
        };
        foreach (var line in lines) Console.Error.WriteLine($"stream: {line}");
        return failure is ConfigurationException or UsageException or EmptyRangeException ? ExitCode.Usage : ExitCode.Failed;
    }
}
