using System.Data.Common;
using System.Text;
using Microsoft.Data.Sqlite;
using NodaTime;

namespace Idq.Tracking.Tests;

/// <summary>A fresh store and a clock for one test, on either engine; both go when the test ends.</summary>
public abstract class StoreFixture : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly Lazy<TrackerStore> store;

    protected StoreFixture(TestEngine engine = TestEngine.Sqlite)
    {
        Engine = engine;
        StorePath = engine == TestEngine.Sqlite ? folder.File("tracker.sqlite") : PostgresServer.NewLocation();
        store = new Lazy<TrackerStore>(OpenAgain);
    }

    protected TestEngine Engine { get; }

    protected FakeClock Clock { get; } = new(Instant.FromUtc(2026, 1, 2, 3, 4, 5));

    /// <summary>The location of the store.</summary>
    protected string StorePath { get; }

    protected TrackerStore Store => store.Value;

    protected string InFolder(string name) => folder.File(name);

    protected TrackerStore OpenAgain() => TrackerStore.Open(StorePath, Clock);

    /// <summary>SQL on the store from outside of its API; the first value when it is a whole number, else 0.</summary>
    protected long Sql(string sql)
    {
        using DbConnection connection = Engine == TestEngine.Sqlite
            ? new SqliteConnection($"Data Source={StorePath};Pooling=False;Foreign Keys=True")
            : PostgresServer.Connect(StorePath);
        if (connection.State != System.Data.ConnectionState.Open)
            connection.Open();
        using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() switch
        {
            long number => number,
            int number => number,
            _ => 0,
        };
    }

    /// <summary>Everything in the store that a commit can change, as one text.</summary>
    protected string Contents() => Contents(Store);

    /// <summary>As <see cref="Contents()"/>, of a store that was opened again.</summary>
    protected static string Contents(TrackerStore store) => string.Join(
        '\n',
        [
            .. store.Products().Select(p => $"{p with { Parents = [] }} <- {string.Join(',', p.Parents)}"),
            .. store.Cursors().Select(c => $"{c.Key}={c.Value}"),
            .. store.Skips().Select(s => s.ToString()),
            .. store.Outbox().Select(Shown),
        ]);

    protected static ProductDraft Draft(
        string path,
        string kind = "quiver",
        string nickname = "ovl",
        long start = 0,
        long end = 8,
        string job = "evaluate",
        params IReadOnlyList<long> parents) =>
        new(kind, nickname, start, end, path, new string('a', 64), parents, job);

    /// <summary>A message with its number and its payload as text.</summary>
    protected static string Shown(OutboxMessage message) =>
        $"{message.Seq} {message.Key}={Encoding.UTF8.GetString(message.Payload.Span)} to {message.Destination}";

    protected static OutboxMessage Message(string payload, string destination = "alerts", string key = "k") =>
        new(destination, key, Encoding.UTF8.GetBytes(payload));

    protected static StrideCommit Products(params IReadOnlyList<ProductDraft> drafts) => new() { Products = drafts };

    protected static KeyValuePair<string, MetricValue> Metric(string name, MetricValue value) => new(name, value);

    public void Dispose()
    {
        if (store.IsValueCreated)
            store.Value.Dispose();
        if (Engine == TestEngine.Postgres)
            PostgresServer.Drop(StorePath);
        folder.Dispose();
        GC.SuppressFinalize(this);
    }
}
