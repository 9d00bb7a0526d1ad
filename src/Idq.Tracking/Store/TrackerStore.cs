using NodaTime;

namespace Idq.Tracking;

/// <summary>
/// The tracker store: the ledger of products, cursors and skips, and experiments, runs and their metrics, in one SQLite file or
/// one schema of a PostgreSQL database, that several processes use at once.
/// </summary>
/// <remarks>
/// Every method is one transaction and may be called from any thread: readers take a connection of their own, writers take turns.
/// Ledger commits are flushed to the disk (they survive power loss, as the product files they name do); runs and metrics are written
/// without a flush per commit (they survive the death of the process). Streams of rows are read in pages, so an abandoned or slow
/// enumeration holds nothing open.
/// </remarks>
public sealed partial class TrackerStore : IDisposable
{
    readonly StoreDatabase database;
    readonly IClock clock;

    TrackerStore(Engine engine, bool isReadOnly, IClock clock) => (database, this.clock) = (new(engine, isReadOnly), clock);

    /// <summary>Where the store is, without secrets: the full path of the SQLite file, or the database's URL.</summary>
    public string Location => database.Engine.Location;

    /// <summary>Opens a store to read and write; makes the file, its folder and the schema when absent, migrates an older schema.</summary>
    /// <param name="location">A path, <c>sqlite:FILE</c>, or <c>postgresql://user:password@host:port/database?schema=name</c>.</param>
    /// <param name="clock">Stamps rows.</param>
    /// <exception cref="TrackerException">
    /// The location is wrong, there is no store but something else, or its schema is newer than this program's.
    /// </exception>
    public static TrackerStore Open(string location, IClock clock) => Open(location, clock, Engine.DefaultBusySeconds);

    internal static TrackerStore Open(string location, IClock clock, int busySeconds)
    {
        ArgumentNullException.ThrowIfNull(clock);
        var engine = StoreLocation.Open(location, busySeconds);
        if (engine is SqliteEngine) MakeFolder(engine.Location);
        return Opened(new TrackerStore(engine, isReadOnly: false, clock), store => store.SetUp());
    }

    /// <summary>Opens a store that is there, to read; nothing is created or migrated and every write is refused.</summary>
    /// <param name="location">As for <see cref="Open(string, IClock)"/>.</param>
    /// <exception cref="TrackerException">
    /// There is no store (<see cref="TrackerFailure.Missing"/>), it is something else, or its schema is not this program's.
    /// </exception>
    public static TrackerStore OpenReadOnly(string location)
    {
        var engine = StoreLocation.Open(location);
        if (engine is SqliteEngine && !File.Exists(engine.Location)) throw Missing(engine.Location);
        return Opened(new TrackerStore(engine, isReadOnly: true, NoClock.Instance), store => store.database.Read(RequireSchema));
    }

    /// <summary>True when a file is where an SQLite store would be; a store on a server is taken to be there.</summary>
    /// <exception cref="TrackerException">The location is wrong.</exception>
    public static bool Exists(string location) => StoreLocation.IsPostgres(location) || File.Exists(StoreLocation.FilePath(location));

    /// <summary>Closes the store. Enumerations under way fail at their next page.</summary>
    public void Dispose() => database.Dispose();

    static void MakeFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path) ?? "/");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrackerException(TrackerFailure.Unusable, $"the folder of tracker store '{path}' cannot be made: {e.Message}", e);
        }
    }

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

    void SetUp()
    {
        var isCurrent = false;
        database.Prepare(connection =>
        {
            isCurrent = Migrations.Inspect(connection) == SchemaState.Current;
            connection.Engine.Found(connection);
        });
        if (isCurrent) return;
        database.Write(Durability.PowerLoss, connection =>
        {
            Migrations.Apply(connection, clock);
            return true;
        });
    }

    static bool RequireSchema(StoreConnection connection) =>
        Migrations.Inspect(connection) switch
        {
            SchemaState.Empty => throw Missing(connection.Engine.Location),
            SchemaState.Older => throw new TrackerException(
                TrackerFailure.OlderSchema,
                $"tracker store '{connection.Engine.Location}' has an older schema: run a job or 'stream tracker setup' on it once"
            ),
            _ => true,
        };

    static TrackerException Missing(string location) =>
        new(
            TrackerFailure.Missing,
            Directory.Exists(location)
                ? $"'{location}' is a folder, not a tracker store: name the store's file"
                : $"there is no tracker store at '{location}': name another; a new one is made by the first job that writes to it, "
                    + "and by 'stream tracker setup'"
        );

    string Now() => Timestamps.Text(clock.GetCurrentInstant());

    // A store that only reads never stamps a row.
    sealed class NoClock : IClock
    {
        public static readonly NoClock Instance = new();

        public Instant GetCurrentInstant() => throw new InvalidOperationException("this store was opened to read");
    }
}
