using System.CommandLine;
using Idq.Streaming;
using Idq.Tracking;
using Microsoft.Extensions.Logging;

namespace Idq.Cli;

/// <summary>What long-running commands share: logging, progress, and stopping at Ctrl-C or SIGTERM.</summary>
/// <param name="Loggers">Where log lines go.</param>
/// <param name="Progress">Where progress goes; null when standard error is no terminal.</param>
/// <param name="Stopping">Cancelled at the first Ctrl-C or SIGTERM; the second one ends the process at once.</param>
sealed record Session(ILoggerFactory Loggers, IProgress<RunProgress>? Progress, CancellationToken Stopping)
{
    /// <summary>Runs work in a session of its own: when it has ended, the terminal is free for its result.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="levels">The least severity of a job's log lines in the configuration: 10 debug, 20 information, 30 warnings.</param>
    /// <param name="work">The work.</param>
    public static async Task<T> RunAsync<T>(ParseResult result, IEnumerable<(string Job, long Level)> levels, Func<Session, Task<T>> work)
    {
        var terminal = result.Get(GlobalOptions.Quiet) ? null : ProgressLine.Terminal();
        using var signals = new StopSignals();
        using var loggers = LogLineFormatter.Loggers(
            GpsArgument.Clock,
            result.LeastSeverity(),
            terminal is null ? "" : ProgressLine.Erase,
            levels.Select(l => (l.Job, result.LeastSeverity(FromConfigured(l.Level)))));
        return terminal is null
            ? await work(new(loggers, null, signals.Stopping))
            : await ProgressLine.ShowAsync(terminal, progress => work(new(loggers, progress, signals.Stopping)));
    }

    static LogLevel FromConfigured(long level) => level switch
    {
        < 10 => LogLevel.Trace,
        < 20 => LogLevel.Debug,
        < 30 => LogLevel.Information,
        < 40 => LogLevel.Warning,
        _ => LogLevel.Error,
    };
}
