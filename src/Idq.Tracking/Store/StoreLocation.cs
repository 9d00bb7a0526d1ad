using System.Text.RegularExpressions;
using Npgsql;

namespace Idq.Tracking;

/// <summary>Where a store is: an SQLite file, or a PostgreSQL database and a schema in it.</summary>
static partial class StoreLocation
{
    /// <summary>
    /// The engine of a location: a path, <c>sqlite:FILE</c>, the URL forms <c>sqlite:///relative</c> and <c>sqlite:////absolute</c>, or
    /// <c>postgresql://user:password@host:port/database?schema=name</c>. Relative paths are relative to the working folder.
    /// </summary>
    /// <exception cref="TrackerException">Any other scheme, an in-memory database, or an empty path.</exception>
    public static Engine Open(string location, int busySeconds = Engine.DefaultBusySeconds)
    {
        ArgumentNullException.ThrowIfNull(location);
        return IsPostgres(location)
            ? new PostgresEngine(Postgres(location), busySeconds)
            : new SqliteEngine(FilePath(location), busySeconds);
    }

    /// <summary>True for a location on a PostgreSQL server.</summary>
    public static bool IsPostgres(string location) => PostgresScheme().IsMatch(location);

    /// <summary>The full path of an SQLite file.</summary>
    /// <exception cref="TrackerException">It is no such location.</exception>
    public static string FilePath(string location)
    {
        ArgumentNullException.ThrowIfNull(location);
        var path = location;
        if (path.StartsWith("sqlite:", StringComparison.Ordinal))
        {
            path = path["sqlite:".Length..];
            if (path.StartsWith("///", StringComparison.Ordinal)) path = path[3..];
            else if (path.StartsWith("//", StringComparison.Ordinal)) throw Bad(location);
        }
        else if (OtherScheme().IsMatch(path))
        {
            throw Bad(location);
        }
        if (string.IsNullOrWhiteSpace(path) || path == ":memory:" || path.Contains('\0', StringComparison.Ordinal)) throw Bad(location);
        return Path.GetFullPath(path);
    }

    static NpgsqlConnectionStringBuilder Postgres(string location)
    {
        if (!Uri.TryCreate(location, UriKind.Absolute, out var uri))
            throw Bad(location);
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host.Length > 0 ? uri.Host : "localhost",
            Port = uri.Port > 0 ? uri.Port : 5432,
        };
        var user = uri.UserInfo.Split(':', 2);
        if (user[0].Length > 0) settings.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1) settings.Password = Uri.UnescapeDataString(user[1]);
        if (uri.AbsolutePath.Length > 1) settings.Database = Uri.UnescapeDataString(uri.AbsolutePath[1..]);
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = pair.Split('=', 2) is [var k, var v] ? (Uri.UnescapeDataString(k), Uri.UnescapeDataString(v)) : (pair, "");
            try
            {
                if (key is "schema" or "search_path") settings.SearchPath = value;
                else settings[PostgresKey(key)] = value;
            }
            catch (ArgumentException)
            {
                throw new TrackerException(
                    TrackerFailure.BadLocation,
                    $"tracker store '{Printable(location)}': PostgreSQL has no option '{key}'"
                );
            }
        }
        return settings;
    }

    // The names of libpq, as connection URIs have them, for those that the driver calls otherwise.
    static string PostgresKey(string key) => key switch
    {
        "sslmode" => "SSL Mode",
        "sslcert" => "SSL Certificate",
        "sslkey" => "SSL Key",
        "sslrootcert" => "Root Certificate",
        "connect_timeout" => "Timeout",
        "application_name" => "Application Name",
        "dbname" => "Database",
        "user" => "Username",
        _ => key,
    };

    static TrackerException Bad(string location) =>
        new(
            TrackerFailure.BadLocation,
            $"tracker store '{Printable(location)}' cannot be opened: expected sqlite:FILE, the path of a file, "
                + "or postgresql://user@host/database"
        );

    // A URL may carry a password between "//" and "@"; it must not reach a log.
    static string Printable(string location) => Credentials().Replace(location, "//***@");

    [GeneratedRegex("^([a-zA-Z][a-zA-Z0-9+.-]*://|(postgres|postgresql|https?|file):)")]
    internal static partial Regex OtherScheme();

    [GeneratedRegex("^postgres(ql)?://[^/]")]
    internal static partial Regex PostgresScheme();

    [GeneratedRegex("//[^/@]*@")]
    internal static partial Regex Credentials();
}
