using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using NodaTime;
using NodaTime.Text;

namespace Idq.Cli;

/// <summary>Plain log lines on standard error: time in UTC, level, job, message.</summary>
/// <param name="clock">Where the times come from.</param>
/// <param name="begin">What a line begins with: nothing, or what erases the progress on a terminal.</param>
sealed class LogLineFormatter(IClock clock, string begin) : ConsoleFormatter(nameof(LogLineFormatter))
{
    static readonly InstantPattern Time = InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss.fff'Z'");

    /// <summary>Loggers of one call of the program, from this severity on, or from that of the job.</summary>
    public static ILoggerFactory Loggers(
        IClock clock, LogLevel least, string begin = "", IEnumerable<(string Job, LogLevel Least)>? jobs = null) =>
        LoggerFactory.Create(builder =>
    {
        foreach (var (job, own) in jobs ?? []) builder.AddFilter(job, own);
        builder.SetMinimumLevel(least).AddConsole(console =>
        {
            console.FormatterName = nameof(LogLineFormatter);
            console.LogToStandardErrorThreshold = LogLevel.Trace;
        });
        builder.Services.AddSingleton<ConsoleFormatter>(new LogLineFormatter(clock, begin));
    });

    /// <summary>Writes a line at once.</summary>
    /// <remarks>
    /// The line does not go to <paramref name="textWriter"/>: the console logger would queue it, give up on the queue 1.5 s after its end
    /// if the reader of standard error is slow, and let other messages of the program pass it.
    /// </remarks>
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var cause = logEntry.Exception is { } e ? $": {e.Message}" : "";
        var time = Time.Format(clock.GetCurrentInstant());
        Console.Error.WriteLine($"{begin}{time} {Word(logEntry.LogLevel)} {logEntry.Category}: {message}{cause}");
    }

    static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info ",
        LogLevel.Warning => "warn ",
        _ => "error",
    };
}
