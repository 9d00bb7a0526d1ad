using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using NodaTime;

namespace Idq.Tracking;

/// <summary>
/// Brings a store's schema to the one this program knows. Each script is applied once, in one transaction under the write lock, and
/// recorded with its checksum, so that any number of processes may open a fresh file at the same time.
/// </summary>
internal static class Migrations
{
    // Marks the file as a tracker store ("iDQ" and a one); PRAGMA application_id.
    const long ApplicationId = 0x69445131;

    // Names with this prefix belong to the program; others are free for scripts of the user.
    const string Prefix = "tracker/";

    static readonly string[] Known = [Prefix + "001-base"];

    /// <summary>What is in the file, found without writing to it.</summary>
    public static SchemaState Inspect(SqliteConnection connection, string path)
    {
        if (connection.Number("SELECT count(*) FROM sqlite_master") == 0)
            return SchemaState.Empty;
        if (connection.Number("PRAGMA application_id") != ApplicationId)
        {
            throw new TrackerException(
                TrackerFailure.NotAStore, $"'{path}' is a database but not a tracker store: name another file (it was left untouched)");
        }

        List<string> applied = Applied(connection);
        string? newer = applied.Find(name => name.StartsWith(Prefix, StringComparison.Ordinal) && !Known.Contains(name));
        if (newer is not null)
        {
            throw new TrackerException(
                TrackerFailure.NewerSchema,
                $"tracker store '{path}' has schema '{newer}', newer than '{Known[^1]}' of this program: update the program");
        }

        return Known.All(applied.Contains) ? SchemaState.Current : SchemaState.Older;
    }

    /// <summary>Applies what is missing.</summary>
    public static void Apply(SqliteConnection connection, IClock clock)
    {
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        connection.Execute($"PRAGMA application_id = {ApplicationId}");
        connection.Execute(
            "CREATE TABLE IF NOT EXISTS applied_migrations "
            + "(name TEXT NOT NULL PRIMARY KEY, sha256 TEXT NOT NULL, time_applied TEXT NOT NULL)");
        List<string> applied = Applied(connection);
        foreach (string name in Known.Where(name => !applied.Contains(name)))
        {
            string sql = Script(name);
            connection.Execute(sql);
            connection.Execute(
                "INSERT INTO applied_migrations (name, sha256, time_applied) VALUES (@name, @sha256, @time)",
                ("@name", name),
                ("@sha256", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql)))),
                ("@time", Timestamps.Text(clock.GetCurrentInstant())));
        }

        transaction.Commit();
    }

    static List<string> Applied(SqliteConnection connection) =>
        connection.Rows("SELECT name FROM applied_migrations", reader => reader.GetString(0));

    static string Script(string name)
    {
        using Stream stream = typeof(Migrations).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"migration '{name}' is not in the program");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

/// <summary>How a file's schema compares with the program's.</summary>
internal enum SchemaState
{
    Empty,
    Older,
    Current,
}
