namespace Idq.Streaming;

/// <summary>[tracker]: where the ledger, runs and metrics are kept, and who else is told of runs and metrics.</summary>
public sealed class TrackerOptions
{
    internal TrackerOptions(SectionReader s, GeneralOptions general)
    {
        var store = s.OptionalText(
            "store",
            "the tracker store; default: TAG.sqlite in rootdir, beside the products",
            "sqlite:FILE or postgresql://user@host/database?schema=NAME"
        );
        if (store is not null && store.Contains("://", StringComparison.Ordinal) && !IsServer(store))
            s.Problem("store", $"'{store}' is no store that this program can open", "write sqlite:FILE or postgresql://user@host/database");
        var file = store?.StartsWith("sqlite:", StringComparison.OrdinalIgnoreCase) == true ? store["sqlite:".Length..] : store;
        if (file?.Length == 0) s.Problem("store", $"'{store}' names no file", "write sqlite:FILE");
        else if (file is not null && !IsServer(file) && SectionReader.PathDoubt(file) is { } doubt)
            s.Problem("store", $"'{store}': {doubt}", "", Severity.Warning);
        Store = string.IsNullOrEmpty(file) ? Path.Combine(general.RootDir, general.Tag + ".sqlite")
            : IsServer(file) ? file
            : Path.GetFullPath(file, s.Folder);
        Experiment = s.Text("experiment", general.Tag, "the experiment that runs belong to");
        Uri = s.OptionalText(
            "uri",
            "an MLflow server that runs and metrics are sent to as well; user and password in MLFLOW_TRACKING_USERNAME and _PASSWORD, "
                + "or a token in MLFLOW_TRACKING_TOKEN",
            "http(s)://host:port"
        );
        if (Uri is not null && !(System.Uri.TryCreate(Uri, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            s.Problem("uri", $"'{Uri}' is no address of a server", "write http://host:port");
        Heartbeat = TimeSpan.FromTicks(
            Math.Clamp(
                s.Duration(
                    "heartbeat",
                    "30",
                    "how often a run gives a sign of life; a run that owes four of them is called NODE_FAIL by any other process on "
                        + "the store",
                    1_000_000
                ) / 100,
                1,
                TimeSpan.TicksPerDay
            )
        );
    }

    /// <summary>Absolute path of an SQLite file, or the URL of a PostgreSQL database.</summary>
    public string Store { get; }

    /// <summary>The experiment that runs belong to.</summary>
    public string Experiment { get; }

    /// <summary>An MLflow server that is told of runs and metrics as well; null for none.</summary>
    public string? Uri { get; }

    /// <summary>How often a run gives a sign of life.</summary>
    public TimeSpan Heartbeat { get; }

    static bool IsServer(string store) =>
        store.StartsWith("postgresql://", StringComparison.Ordinal) || store.StartsWith("postgres://", StringComparison.Ordinal);
}
