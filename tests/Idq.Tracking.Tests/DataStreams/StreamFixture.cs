using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Idq.Tracking.Tests;

/// <summary>A fresh folder for the sockets and logs of one test, and short ways to make both ends.</summary>
public abstract class StreamFixture : IDisposable
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly string folder = Directory.CreateTempSubdirectory("ds-").FullName;

    protected Guid Run { get; } = new("00112233-4455-6677-8899-aabbccddeeff");

    protected FakeClock Clock { get; } = new(Instant.FromUtc(2026, 1, 2, 3, 4, 5));

    protected LinesLogger Log { get; } = new();

    protected string InFolder(string name) => Path.Combine(folder, name);

    protected DataStreamOptions Unix => new() { SrvAddress = InFolder("s"), CliAddress = InFolder("s"), SrvWal = InFolder("wal") };

    protected DataStreamOptions Inet => Unix with { Kind = DataStreamKind.Inet, SrvAddress = "127.0.0.1:0" };

    protected Task<DataStreamServer> ServeAsync(DataStreamOptions options, ISequenceStore store) =>
        DataStreamServer.StartAsync(options, store, Clock, Log);

    protected DataStreamClient Connect(DataStreamOptions options) => DataStreamClient.Connect(options, Log);

    protected static RecordValues Row(long i) => RecordValues.Of(("value", (double)i));

    protected static async Task<IReadOnlyList<SequenceRow>> AllAsync(ISequenceStore store, Guid run, string sequence) =>
        await store.RowsAsync(run, sequence, 0, int.MaxValue, CancellationToken.None);

    protected static async Task UntilAsync(Func<bool> isSo)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!isSo()) await Task.Delay(5, limit.Token);
    }

    public void Dispose()
    {
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}

/// <summary>Keeps the lines of a log.</summary>
public sealed class LinesLogger : ILogger
{
    public ConcurrentQueue<(LogLevel Level, string Text)> Lines { get; } = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => Lines.Enqueue((logLevel, formatter(state, exception)));
}
