using Microsoft.Data.Sqlite;
using NodaTime;

namespace Idq.Tracking;

/// <summary>
/// The tracker store: the ledger of products, cursors and skips, and experiments, runs and their metrics, in one SQLite file that
/// several processes use at once.
/// </summary>
/// <remarks>
/// Every method is one transaction and may be called from any thread: readers take a connection of their own, writers take turns.
/// Ledger commits are flushed to the disk (they survive power loss, as the product files they name do); runs and metrics are written
/// without a flush per commit (they survive the death of the process). Streams of rows are read in pages, so an abandoned or slow
/// enumeration holds nothing open.
/// </remarks>
public sealed partial class TrackerStore : IDisposable
{
    readonly ConnectionPool _pool;
    readonly IClock _clock;

    TrackerStore(string path, bool readOnly, IClock clock, int busySeconds = ConnectionPool.DefaultBusySeconds)
    {
        Path = path;
        _clock = clock;
        _pool = new ConnectionPool(path, readOnly, busySeconds);
    }

    /// <summary>The full path of the SQLite file.</summary>
    public string Path { get; }

    /// <summary>Opens a store to read and write; creates the file, its folder and the schema when absent, migrates an older schema.</summary>
    /// <param name="pathOrUri">A path, or <c>sqlite:FILE</c>.</param>
    /// <param name="clock">Stamps rows.</param>
    /// <exception cref="TrackerException">The location is wrong, the file is not a store, or its schema is newer than this program's.</exception>
    public static TrackerStore Open(string pathOrUri, IClock clock) => Open(pathOrUri, clock, ConnectionPool.DefaultBusySeconds);

    internal static TrackerStore Open(string pathOrUri, IClock clock, int busySeconds)
    {
        ArgumentNullException.ThrowIfNull(clock);
        string path = StoreLocation.FilePath(pathOrUri);
        SqliteNative.Ensure();
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path) ?? "/");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrackerException(TrackerFailure.Unusable, $"the folder of tracker store '{path}' cannot be made: {e.Message}", e);
        }

        return Opened(new TrackerStore(path, readOnly: false, clock, busySeconds), store => store._pool.Prepare(store.SetUp));
    }

    /// <summary>Opens a store that is there, to read; nothing is created or migrated and every write is refused.</summary>
    /// <param name="pathOrUri">A path, or <c>sqlite:FILE</c>.</param>
    /// <exception cref="TrackerException">
    /// There is no store (<see cref="TrackerFailure.Missing"/>), it is something else, or its schema is not this program's.
    /// </exception>
    public static TrackerStore OpenReadOnly(string pathOrUri)
    {
        string path = StoreLocation.FilePath(pathOrUri);
        if (!File.Exists(path))
            throw Missing(path);
        SqliteNative.Ensure();
        return Opened(new TrackerStore(path, readOnly: true, NoClock.Instance), store => store._pool.Read(store.RequireSchema));
    }

    /// <summary>True when a file is where the store would be.</summary>
    /// <exception cref="TrackerException">The location is wrong.</exception>
    public static bool Exists(string pathOrUri) => File.Exists(StoreLocation.FilePath(pathOrUri));

    /// <summary>Closes the store. Enumerations under way fail at their next page.</summary>
    public void Dispose() => _pool.Dispose();

    static TrackerStore Opened(TrackerStore store, Action<TrackerStore> setUp)
    {
        try
        {
            setUp(store);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    bool SetUp(SqliteConnection connection)
    {
        SchemaState state = Migrations.Inspect(connection, Path);
        // Readers beside a writer, and one flush per commit; the mode is kept in the file.
        if (connection.Text("PRAGMA journal_mode = WAL") != "wal")
        {
            throw new TrackerException(
                TrackerFailure.Unusable, $"tracker store '{Path}' cannot use a write-ahead log: put it on a local file system");
        }

        if (state != SchemaState.Current)
            Migrations.Apply(connection, _clock);
        return true;
    }

    bool RequireSchema(SqliteConnection connection) => Migrations.Inspect(connection, Path) switch
    {
        SchemaState.Empty => throw Missing(Path),
        SchemaState.Older => throw new TrackerException(
            TrackerFailure.OlderSchema, $"tracker store '{Path}' has an older schema: run a job or 'stream tracker setup' on it once"),
        _ => true,
    };

    static TrackerException Missing(string path) => new(
        TrackerFailure.Missing, $"there is no tracker store at '{path}': it is made by the first job that runs");

    string Now() => Timestamps.Text(_clock.GetCurrentInstant());

    // A store that only reads never stamps a row.
    sealed class NoClock : IClock
    {
        public static readonly NoClock Instance = new();

        public Instant GetCurrentInstant() => throw new InvalidOperationException("this store was opened to read");
    }
}
