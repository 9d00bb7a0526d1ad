using System.CommandLine;
using Idq.Tracking;
using Idq.Tracking.Mlflow;

namespace Idq.Cli.Commands;

/// <summary>--store: which store a command works on.</summary>
sealed class StoreArgument
{
    /// <summary>Adds --store and --store-config to a command, and --objects to one that works with them.</summary>
    public StoreArgument(Command command, bool hasObjects = false)
    {
        command.Options.Add(Store);
        command.Options.Add(ConfigurationFile);
        if (hasObjects) command.Options.Add(Objects);
    }

    Option<string?> Store { get; } =
        new("--store")
        {
            Description =
                "The store: sqlite:FILE, postgresql://user@host/database?schema=name, or where a command says so http(s)://host:5000; else the variables SQLTRACK_DSN_*, else sqltrack.conf",
            HelpName = "STORE",
        };

    Option<string?> ConfigurationFile { get; } =
        new("--store-config") { Description = "The file that names the store, instead of sqltrack.conf", HelpName = "FILE" };

    Option<string?> Objects { get; } =
        new("--objects")
        {
            Description =
                "The folder of the store's objects; else SQLTRACK_DSN_OBJECTS, else objects in sqltrack.conf, else beside an SQLite store: FILE.objects",
            HelpName = "DIR",
        };

    /// <summary>Where the store is.</summary>
    /// <exception cref="UsageException">Nothing says where.</exception>
    public string Location(ParseResult result)
    {
        return Located(() => StoreSettings.Locate(result.GetValue(Store), RunEnvironment.Variables(), result.GetValue(ConfigurationFile)))
            ?? throw new UsageException(
                "no store is named: give --store sqlite:FILE, --store postgresql://…, or set SQLTRACK_DSN_DBPATH or SQLTRACK_DSN_HOST"
            );
    }

    /// <summary>True when the store is an MLflow server.</summary>
    public bool IsServer(ParseResult result) =>
        Location(result) is var location
        && (
            location.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || location.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
        );

    /// <summary>A client of the MLflow server.</summary>
    public MlflowClient Client(ParseResult result)
    {
        try
        {
            var settings = MlflowSettings.FromEnvironment(Location(result));
            // Somebody sits and waits: minutes of silence are for services.
            if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("MLFLOW_HTTP_REQUEST_MAX_RETRIES")))
                settings = settings with { MaxRetries = 2 };
            return new MlflowClient(settings, GpsArgument.Clock);
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"--store: {e.Message}");
        }
    }

    /// <summary>The store, to read and write; made when absent.</summary>
    public TrackerStore Open(ParseResult result) => Located(() => WithObjects(TrackerStore.Open(Own(result), GpsArgument.Clock), result));

    /// <summary>The store, to read and write; it must be there.</summary>
    public TrackerStore OpenExisting(ParseResult result)
    {
        OpenReadOnly(result).Dispose();
        return Open(result);
    }

    /// <summary>The store, to read.</summary>
    public TrackerStore OpenReadOnly(ParseResult result) => Located(() => WithObjects(TrackerStore.OpenReadOnly(Own(result)), result));

    TrackerStore WithObjects(TrackerStore store, ParseResult result)
    {
        if (
            StoreSettings.LocateObjects(result.GetValue(Objects), RunEnvironment.Variables(), result.GetValue(ConfigurationFile)) is
            { } folder
        )
            store.ObjectsFolder = folder;
        return store;
    }

    // A location that is wrong is wrong usage; a store that cannot be reached is a failure.
    static T Located<T>(Func<T> open)
    {
        try
        {
            return open();
        }
        catch (TrackerException e) when (e.Failure == TrackerFailure.BadLocation)
        {
            throw new UsageException($"--store: {e.Message}");
        }
    }

    string Own(ParseResult result) =>
        IsServer(result)
            ? throw new UsageException(
                $"--store: '{result.CommandResult.Command.Name}' works on a store, not on a server: name sqlite:FILE or postgresql://…"
            )
            : Location(result);
}

/// <summary>Failures of an MLflow server, as this program tells failures.</summary>
static class ServerFailures
{
    /// <summary>Runs what talks to a server.</summary>
    public static async Task<T> TellAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (MlflowException e)
        {
            throw new DataException($"the MLflow server failed: {e.Message}", cause: e);
        }
    }
}
