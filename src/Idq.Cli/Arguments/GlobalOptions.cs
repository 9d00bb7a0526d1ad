using System.CommandLine;
using Microsoft.Extensions.Logging;

namespace Idq.Cli;

/// <summary>The options of every command.</summary>
static class GlobalOptions
{
    public static Option<OutputFormat> Output { get; } = new("--output", "-o")
    {
        Description = "How results are printed: text, json, or csv where the result is a table",
        HelpName = "text|json|csv",
        Recursive = true,
        DefaultValueFactory = _ => OutputFormat.Text,
    };

    public static Option<LogLevel> Level { get; } = new("--log-level")
    {
        Description = "Least severity of log lines on standard error: trace, debug, information, warning, error",
        HelpName = "trace|debug|information|warning|error",
        Recursive = true,
        DefaultValueFactory = _ => LogLevel.Information,
    };

    public static Option<bool> Quiet { get; } = new("--quiet", "-q")
    {
        Description = "No progress and no log lines below errors",
        Recursive = true,
    };

    extension(ParseResult result)
    {
        public OutputFormat Format => result.Get(Output);

        /// <summary>The least severity of log lines; <paramref name="configured"/> unless the command line says another.</summary>
        public LogLevel LeastSeverity(LogLevel configured = LogLevel.Information) =>
            result.Get(Quiet) ? LogLevel.Error
            : result.GetResult(Level) is { Implicit: false } ? result.Get(Level)
            : configured;
    }
}
