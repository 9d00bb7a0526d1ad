using System.CommandLine;
using Microsoft.Extensions.Logging;

namespace Idq.Cli;

/// <summary>The options of every command.</summary>
static class GlobalOptions
{
    /// <summary>How results are printed.</summary>
    public static Option<OutputFormat> Output { get; } = new("--output", "-o")
    {
        Description = "How results are printed: text, json, or csv where the result is a table",
        HelpName = "text|json|csv",
        Recursive = true,
        DefaultValueFactory = _ => OutputFormat.Text,
    };

    /// <summary>The least severity of log lines.</summary>
    public static Option<LogLevel> Level { get; } = new("--log-level")
    {
        Description = "Least severity of log lines on standard error: trace, debug, information, warning, error",
        HelpName = "level",
        Recursive = true,
        DefaultValueFactory = _ => LogLevel.Information,
    };

    /// <summary>No log lines and no progress.</summary>
    public static Option<bool> Quiet { get; } = new("--quiet", "-q")
    {
        Description = "No progress and no log lines below errors",
        Recursive = true,
    };

    extension(ParseResult result)
    {
        /// <summary>How this call prints its results.</summary>
        public OutputFormat Format => result.GetValue(Output);

        /// <summary>The least severity of log lines of this call; <paramref name="configured"/> unless the command line says another.</summary>
        public LogLevel LeastSeverity(LogLevel configured = LogLevel.Information) =>
            result.GetValue(Quiet) ? LogLevel.Error : result.GetResult(Level) is { Implicit: false } ? result.GetValue(Level) : configured;
    }
}
