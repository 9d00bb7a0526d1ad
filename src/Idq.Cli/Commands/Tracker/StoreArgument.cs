using System.CommandLine;
using Idq.Tracking;
using Idq.Tracking.Mlflow;

namespace Idq.Cli.Commands;

/// <summary>--store: which store a command works on.</summary>
sealed class StoreArgument
{
    readonly Option<string?> store;
    readonly Option<string?> configuration;
    readonly Option<string?>? objects;

    /// <summary>Adds --store and --store-config to a command, and --objects to one that works with them.</summary>
    public StoreArgument(Command command, bool hasObjects = false)
    {
        store = command.AddText("--store", "STORE",
            "The store: sqlite:FILE, postgresql://user@host/database?schema=name, or where a command says so http(s)://host:5000; "
            + "else the variables SQLTRACK_DSN_*, else sqltrack.conf");
        configuration = command.AddText("--store-config", "FILE", "The file that names the store, instead of sqltrack.conf");
        if (hasObjects)
            objects = command.AddText("--objects", "DIR",
                "The folder of the store's objects; else SQLTRACK_DSN_OBJECTS, else objects in sqltrack.conf, "
                + "else beside an SQLite store: FILE.objects");
    }

    public bool IsServer(ParseResult result) => IsServer(Location(result));

    public static bool IsServer(string location) =>
        location.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        || location.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    public MlflowClient Client(ParseResult result)
    {
        var settings = UsageException.Of(() => MlflowSettings.FromEnvironment(Location(result)), "--store: ");
        // A user waits for the answer: retries that take minutes are for services.
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("MLFLOW_HTTP_REQUEST_MAX_RETRIES")))
            settings = settings with { MaxRetries = 2 };
        return UsageException.Of(() => new MlflowClient(settings, GpsArgument.Clock), "--store: ");
    }

    /// <summary>The store, to read and write; made when absent.</summary>
    public TrackerStore Open(ParseResult result) => Open(result, location => TrackerStore.Open(location, GpsArgument.Clock));

    /// <summary>The store, to read and write; it must be there.</summary>
    public TrackerStore OpenExisting(ParseResult result)
    {
        OpenReadOnly(result).Dispose();
        return Open(result);
    }

    public TrackerStore OpenReadOnly(ParseResult result) => Open(result, TrackerStore.OpenReadOnly);

    /// <summary>What the store or the MLflow server has, as a table.</summary>
    public async Task<Table> ListAsync<TStore, TServer>(ParseResult result, Func<TrackerStore, IEnumerable<TStore>> ofStore,
        Func<MlflowClient, Task<IReadOnlyList<TServer>>> ofServer, params Column<TStore, TServer>[] columns)
    {
        if (IsServer(result))
        {
            using var client = Client(result);
            return Table.Of(await ofServer(client), Array.ConvertAll(columns, c => (c.Name, c.OfServer)));
        }
        using var opened = OpenReadOnly(result);
        return Table.Of(ofStore(opened), Array.ConvertAll(columns, c => (c.Name, c.OfStore)));
    }

    TrackerStore Open(ParseResult result, Func<string, TrackerStore> open)
    {
        var location = Location(result);
        if (IsServer(location))
            throw new UsageException(
                $"--store: '{result.CommandResult.Command.Name}' works on a store, not on a server: name sqlite:FILE or postgresql://…");
        // A location that is wrong is wrong usage; a store that cannot be reached is a failure.
        var opened = UsageException.Of(() => open(location), "--store: ");
        var folder = objects is null ? null : result.Get(objects);
        if (StoreSettings.LocateObjects(folder, RunEnvironment.Variables(), result.Get(configuration)) is { } found)
            opened.ObjectsFolder = found;
        return opened;
    }

    string Location(ParseResult result) =>
        UsageException.Of(() => StoreSettings.Locate(result.Get(store), RunEnvironment.Variables(), result.Get(configuration)), "--store: ")
        ?? throw new UsageException(
            "no store is named: give --store sqlite:FILE, --store postgresql://…, or set SQLTRACK_DSN_DBPATH or SQLTRACK_DSN_HOST");
}
