using Microsoft.Extensions.Logging;
using NodaTime;
using NodaTime.Text;

namespace Idq.Cli;

/// <summary>Plain log lines on standard error: time, level, job, message.</summary>
sealed class LineLogger(TextWriter output, IClock clock, ProgressLine? progress) : ILoggerProvider
{
    static readonly InstantPattern Time = InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss.fff'Z'");
    readonly Lock turn = new();

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void Dispose()
    {
    }

    void Write(string category, LogLevel level, string message)
    {
        lock (turn)
        {
            progress?.Clear();
            output.WriteLine($"{Time.Format(clock.GetCurrentInstant())} {Name(level)} {category}: {message}");
        }
    }

    static string Name(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info ",
        LogLevel.Warning => "warn ",
        _ => "error",
    };

    sealed class Category(LineLogger owner, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => owner.Write(name, logLevel, formatter(state, exception) + (exception is null ? "" : $": {exception.Message}"));
    }
}
