using System.Data.Common;
using Microsoft.Data.Sqlite;
using NodaTime;

namespace Idq.Tracking;

/// <summary>The database of another tracker, opened to read: an SQLite file, or a schema of a PostgreSQL database.</summary>
sealed class ForeignDatabase : IDisposable
{
    readonly DbConnection connection;
    readonly Engine? engine;

    ForeignDatabase(DbConnection connection, Engine? engine, string location) =>
        (this.connection, this.engine, Location) = (connection, engine, location);

    /// <summary>Where it is, without secrets.</summary>
    public string Location { get; }

    /// <summary>True for SQLite.</summary>
    public bool IsSqlite => engine is null;

    /// <summary>Opens it.</summary>
    /// <exception cref="TrackerException">It is not there or is no database.</exception>
    public static ForeignDatabase Open(string location)
    {
        if (StoreLocation.IsPostgres(location))
        {
            var engine = StoreLocation.Open(location);
            try
            {
                return new ForeignDatabase(engine.Open(isReadOnly: true), engine, engine.Location);
            }
            catch (DbException e)
            {
                throw engine.Translate(e);
            }
        }
        var path = StoreLocation.FilePath(location);
        if (!File.Exists(path)) throw new TrackerException(TrackerFailure.Missing, $"there is no file '{path}' to import from");
        var sqlite = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Mode = SqliteOpenMode.ReadOnly,
                Pooling = false,
            }.ToString()
        );
        try
        {
            sqlite.Open();
            return new ForeignDatabase(sqlite, null, path);
        }
        catch (DbException e)
        {
            sqlite.Dispose();
            throw new TrackerException(TrackerFailure.BadExchange, $"'{path}' cannot be read as a database: {e.Message}", e);
        }
    }

    /// <summary>The number that marks an SQLite file's application; 0 elsewhere.</summary>
    public long ApplicationId => IsSqlite ? Rows("PRAGMA application_id", reader => reader.GetInt64(0)).First() : 0;

    /// <summary>The columns of a table with the names of their types in SQL, in their order; none for a table that is not there.</summary>
    public IReadOnlyList<(string Name, string Type)> Columns(string table) =>
        IsSqlite
            ?
            [
                .. Rows(
                    $"SELECT name, type FROM pragma_table_info({Literal(table)}) ORDER BY cid",
                    reader => (reader.GetString(0), reader.GetString(1))
                ),
            ]
            :
            [
                .. Rows(
                    "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = current_schema() "
                        + $"AND table_name = {Literal(table)} ORDER BY ordinal_position",
                    reader => (reader.GetString(0), reader.GetString(1))
                ),
            ];

    /// <summary>True when there is such a table.</summary>
    public bool Has(string table) => Columns(table).Count > 0;

    /// <summary>The rows of a query, one after the other; one query at a time.</summary>
    /// <exception cref="TrackerException">The query fails: the database is not what it was taken for, or damaged.</exception>
    public IEnumerable<T> Rows<T>(string sql, Func<DbDataReader, T> row, params (string Name, object Value)[] parameters)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
        using var reader = Guarded(command.ExecuteReader);
        while (Guarded(reader.Read)) yield return Guarded(() => row(reader));
    }

    /// <summary>Closes it.</summary>
    public void Dispose() => connection.Dispose();

    /// <summary>A name in SQL.</summary>
    public static string Quote(string name) => MetricTable.Quote(name);

    static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (DbException e)
        {
            throw new TrackerException(TrackerFailure.BadExchange, $"'{Location}' cannot be read: {e.Message}", e);
        }
        catch (Exception e) when (e is InvalidCastException or FormatException or OverflowException)
        {
            throw new TrackerException(
                TrackerFailure.BadExchange,
                $"'{Location}' has a value that is not what its place holds: {e.Message}",
                e
            );
        }
    }
}

/// <summary>What the readers of other trackers' databases share.</summary>
static class Foreign
{
    /// <summary>A time of UNIX milliseconds; null for NULL.</summary>
    public static Instant? Milliseconds(this DbDataReader reader, int column)
    {
        if (reader.IsDBNull(column)) return null;
        var milliseconds = reader.GetInt64(column);
        // Times outside of the years 1 to 9999 cannot be stored and are taken for damage.
        return milliseconds is > -62_135_596_800_000 and < 253_402_300_800_000 ? Instant.FromUnixTimeMilliseconds(milliseconds) : null;
    }

    /// <summary>A JSON object of text members.</summary>
    public static string Object(IEnumerable<(string Key, string? Value)> members)
    {
        var sorted = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (key, value) in members) sorted[key] = value;
        return Json.Kept(System.Text.Json.JsonSerializer.Serialize(sorted));
    }

    /// <summary>A uid that always comes out the same for the same run of the same source.</summary>
    public static string Uid(params ReadOnlySpan<string> identity) =>
        Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', identity)).AsSpan())
        )[..32];
}
