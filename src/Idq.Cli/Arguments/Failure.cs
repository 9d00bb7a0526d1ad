using Idq.Streaming;
using Idq.Tracking;
using Idq.Tracking.Mlflow;

namespace Idq.Cli;

/// <summary>How the program tells that it failed: lines on standard error and an exit code.</summary>
static class Failure
{
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
