using System.Security.Cryptography;
using System.Text;
using NodaTime;

namespace Idq.Tracking;

/// <summary>
/// Brings a store's schema to the one this program knows. Each script is applied once, in one transaction under the write lock, and
/// recorded with its checksum, so that any number of processes may open a fresh store at the same time.
/// </summary>
static class Migrations
{
    // Names with this prefix belong to the program; others are free for scripts of the user.
    const string Prefix = "tracker/";

    static readonly string[] Known =
        [Prefix + "001-base", Prefix + "002-outbox", Prefix + "003-newest-by-end", Prefix + "004-compaction"];

    /// <summary>What is there, found without writing to it.</summary>
    public static SchemaState Inspect(StoreConnection connection)
    {
        var location = connection.Engine.Location;
        if (connection.Engine.IsEmpty(connection)) return SchemaState.Empty;
        if (connection.Engine.IsForeign(connection))
            throw new TrackerException(
                TrackerFailure.NotAStore,
                $"'{location}' is a database but not a tracker store: name another (it was left untouched)"
            );
        var applied = Applied(connection);
        var newer = applied.Find(name => name.StartsWith(Prefix, StringComparison.Ordinal) && !Known.Contains(name));
        if (newer is not null)
            throw new TrackerException(
                TrackerFailure.NewerSchema,
                $"tracker store '{location}' has schema '{newer}', newer than '{Known[^1]}' of this program: update the program"
            );
        return Known.All(applied.Contains) ? SchemaState.Current : SchemaState.Older;
    }

    /// <summary>Applies what is missing. The caller holds the write lock.</summary>
    public static void Apply(StoreConnection connection, IClock clock)
    {
        connection.Execute(
            connection.Engine.Dialect == "sqlite"
                ? "CREATE TABLE IF NOT EXISTS applied_migrations (name TEXT NOT NULL PRIMARY KEY, sha256 TEXT NOT NULL, "
                    + "time_applied TEXT NOT NULL)"
                : "CREATE TABLE IF NOT EXISTS applied_migrations (name TEXT NOT NULL PRIMARY KEY, sha256 TEXT NOT NULL, "
                    + "time_applied TIMESTAMPTZ NOT NULL)"
        );
        var applied = Applied(connection);
        foreach (var name in Known.Where(name => !applied.Contains(name)))
        {
            var sql = Script(connection.Engine.Dialect, name);
            connection.Script(sql);
            Record(connection, name, sql, clock);
        }
    }

    /// <summary>Remembers that a script was applied.</summary>
    public static void Record(StoreConnection connection, string name, string sql, IClock clock) => connection.Execute(
        "INSERT INTO applied_migrations (name, sha256, time_applied) VALUES (@name, @sha256, @time)",
        ("@name", name), ("@sha256", Checksum(sql)), ("@time", Timestamps.Text(clock.GetCurrentInstant())));

    /// <summary>The checksum of a script.</summary>
    public static string Checksum(string sql) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql)));

    static List<string> Applied(StoreConnection connection) =>
        connection.Rows("SELECT name FROM applied_migrations", reader => reader.GetString(0));

    static string Script(string dialect, string name)
    {
        var resource = name.Replace("/", $"/{dialect}/", StringComparison.Ordinal);
        using var stream = typeof(Migrations).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"migration '{resource}' is not in the program");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

/// <summary>How a store's schema compares with the program's.</summary>
enum SchemaState
{
    /// <summary>There is nothing yet.</summary>
    Empty,

    /// <summary>An older program wrote it.</summary>
    Older,

    /// <summary>It is this program's.</summary>
    Current,
}
