using System.CommandLine;
using Idq.Streaming;
using Idq.Tracking;
using Microsoft.Extensions.Logging;

namespace Idq.Cli;

/// <summary>What long-running commands share: logging, progress, and stopping at Ctrl-C or SIGTERM.</summary>
sealed class Session : IDisposable
{
    readonly StopSignals signals = new();
    readonly ProgressLine? progress;

    /// <summary>A session for one invocation.</summary>
    public Session(ParseResult result, long configuredLevel = 20)
    {
        var quiet = result.GetValue(GlobalOptions.Quiet);
        var level = result.GetResult(GlobalOptions.Level) is { Implicit: false }
            ? result.GetValue(GlobalOptions.Level)
            : FromConfigured(configuredLevel);
        if (quiet)
            level = LogLevel.Error;
        progress = quiet || Console.IsErrorRedirected ? null : new ProgressLine(Console.Error);
        Loggers = LoggerFactory.Create(builder =>
            builder.SetMinimumLevel(level).AddProvider(new LineLogger(Console.Error, GpsArgument.Clock, progress))
        );
    }

    /// <summary>Where log lines go.</summary>
    public ILoggerFactory Loggers { get; }

    /// <summary>Cancelled at the first Ctrl-C or SIGTERM; the second one ends the process at once.</summary>
    public CancellationToken Stopping => signals.Stopping;

    /// <summary>Where progress goes; null when standard error is no terminal.</summary>
    public IProgress<RunProgress>? Progress => progress;

    /// <summary>Clears the progress line.</summary>
    public void Dispose()
    {
        progress?.Clear();
        signals.Dispose();
        Loggers.Dispose();
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
