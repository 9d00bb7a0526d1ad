using System.Data.Common;
using System.Net.Sockets;
using Npgsql;
using NpgsqlTypes;

namespace Idq.Tracking;

/// <summary>
/// A store in a PostgreSQL database (13 or newer), in one schema of it. As in SQLite there is one writer at a time, chosen by an advisory
/// lock, so that the ledger's numbers appear in order and the same calls give the same results on both engines.
/// </summary>
sealed class PostgresEngine : Engine
{
    // "iDQ" and a one, as in the SQLite file's header.
    const int LockClass = 0x69445131;

    readonly NpgsqlConnectionStringBuilder settings;
    readonly int busySeconds;
    readonly string schema;

    // A server may be built without ICU; until one has been asked, it counts as built with it.
    volatile bool hasUnicode = true;
    volatile bool isAsked;

    /// <summary>
    /// A store at a URI <c>postgresql://user:password@host:port/database?schema=name</c> or a connection string of key=value pairs.
    /// </summary>
    public PostgresEngine(NpgsqlConnectionStringBuilder settings, int busySeconds = DefaultBusySeconds)
    {
        this.busySeconds = busySeconds;
        schema = settings.SearchPath is { Length: > 0 } path ? path : "public";
        this.settings = new(settings.ConnectionString)
        {
            Pooling = false,
            MaxAutoPrepare = 200,
            AutoPrepareMinUsages = 2,
            IncludeErrorDetail = false,
            SearchPath = Quoted(schema),
            Timezone = "UTC",
        };
        Location = $"postgresql://{settings.Host}:{settings.Port}/{settings.Database}" + (schema == "public" ? "" : $"?schema={schema}");
    }

    public override string Location { get; }

    public override string Dialect => "postgres";

    public override DbConnection Open(bool isReadOnly)
    {
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = $"SET lock_timeout = '{busySeconds}s'" + (isReadOnly ? "; SET default_transaction_read_only = on" : "");
            command.ExecuteNonQuery();
            if (!isAsked)
            {
                command.CommandText = "SELECT count(*) FROM pg_collation WHERE collname = 'und-x-icu'";
                hasUnicode = command.ExecuteScalar() is > 0L;
                isAsked = true;
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public override void Begin(StoreConnection connection, Durability durability)
    {
        connection.Execute("BEGIN");
        connection.Execute("SELECT pg_advisory_xact_lock(@class, hashtext(@schema))", ("@class", LockClass), ("@schema", schema));
        if (durability == Durability.ProcessDeath) connection.Execute("SET LOCAL synchronous_commit = off");
    }

    public override void Found(StoreConnection connection) => connection.Execute($"CREATE SCHEMA IF NOT EXISTS {Quoted(schema)}");

    public override bool IsEmpty(StoreConnection connection) =>
        connection.Number("SELECT count(*) FROM information_schema.tables WHERE table_schema = @schema", ("@schema", schema)) == 0;

    public override bool IsForeign(StoreConnection connection) =>
        connection.Number(
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = @schema AND table_name = 'applied_migrations'",
            ("@schema", schema)
        ) == 0;

    public override List<(string Name, Type? Type)> Columns(StoreConnection connection, string table) =>
        connection.Rows(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = @schema AND table_name = @table "
                + "ORDER BY ordinal_position",
            reader =>
                (
                    reader.GetString(0),
                    reader.GetString(1) switch
                    {
                        "double precision" => typeof(double),
                        "bigint" => typeof(long),
                        "text" => typeof(string),
                        _ => null,
                    }
                ),
            ("@schema", schema),
            ("@table", table)
        );

    public override void SkipNumbers(StoreConnection connection, string table) =>
        connection.Execute(
            $"SELECT setval(pg_get_serial_sequence('{table}', 'id'), GREATEST((SELECT max(id) "
                + $"FROM {table}), nextval(pg_get_serial_sequence('{table}', 'id'))))"
        );

    public override TrackerException Translate(DbException e) =>
        e switch
        {
            PostgresException
            {
                SqlState: PostgresErrorCodes.LockNotAvailable
                    or PostgresErrorCodes.DeadlockDetected
                    or PostgresErrorCodes.SerializationFailure
            } => new(TrackerFailure.Busy, $"tracker store '{Location}' was locked by another process for {busySeconds} s: try again", e),
            PostgresException { SqlState: PostgresErrorCodes.DiskFull } => new(
                TrackerFailure.Full,
                $"tracker store '{Location}' cannot grow: the server's disk is full",
                e
            ),
            PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } =>
                new(
                    TrackerFailure.Unusable,
                    $"tracker store '{Location}' refused the user '{settings.Username}': check the name and the password",
                    e
                ),
            PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } => new(
                TrackerFailure.Missing,
                $"there is no database '{settings.Database}' at '{settings.Host}:{settings.Port}': create it, or name another",
                e
            ),
            PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } => new(
                TrackerFailure.Unusable,
                $"tracker store '{Location}': the user '{settings.Username}' may not do this; grant it the rights on the schema",
                e
            ),
            PostgresException p when IsShuttingDown(p) => Unreachable(e),
            PostgresException p => new(TrackerFailure.Unusable, $"tracker store '{Location}' failed: {p.MessageText}", e),
            _ => Unreachable(e),
        };

    public override bool IsLost(DbException e) => e is PostgresException p ? IsShuttingDown(p) : e is NpgsqlException;

    public override bool IsConstraint(DbException e) =>
        e is PostgresException { SqlState: ['2', '2' or '3', ..] or ['4', '2', ..] or ['P', '0', ..] };

    // The server converts text without a type to the type of its column: a time, a JSON document, a status.
    public override void Bind(DbParameter parameter, object? value)
    {
        var npgsql = (NpgsqlParameter)parameter;
        if (value is null or string) npgsql.NpgsqlDbType = NpgsqlDbType.Unknown;
        else npgsql.ResetDbType();
        parameter.Value = value ?? DBNull.Value;
    }

    public override RowInsert Insert(DbConnection connection, string table, IReadOnlyList<RowColumn> columns, string conflict) =>
        new PostgresRowInsert((NpgsqlConnection)connection, table, columns, conflict);

    public override string ColumnType(Type type) => type == typeof(double) ? "DOUBLE PRECISION" : type == typeof(long) ? "BIGINT" : "TEXT";

    public override string OneOf(string column, string parameter) => $"{column} = ANY ({parameter})";

    public override object Array(IReadOnlyCollection<long> numbers) => numbers.ToArray();

    public override string JsonText(string column, string name) => $"({column} ->> CAST({name} AS TEXT))";

    // ILIKE would ignore case as the database's locale does, which another database may do
    // otherwise: ICU's root locale is the same everywhere.
    public override string Like(string text, string pattern, bool ignoreCase) => ignoreCase && hasUnicode
        ? $"{Folded(text)} LIKE {Folded(pattern)} ESCAPE ''"
        : $"{text} {(ignoreCase ? "ILIKE" : "LIKE")} {pattern} ESCAPE ''";

    static bool IsShuttingDown(PostgresException e) =>
        e.SqlState
            is PostgresErrorCodes.AdminShutdown
                or PostgresErrorCodes.CrashShutdown
                or PostgresErrorCodes.CannotConnectNow
                or PostgresErrorCodes.TooManyConnections
        || e.SqlState.StartsWith("08", StringComparison.Ordinal);

    TrackerException Unreachable(DbException e) =>
        new(
            TrackerFailure.Unreachable,
            $"tracker store '{Location}' cannot be reached{(e.InnerException is SocketException s ? $" ({s.SocketErrorCode})" : "")}: "
                + "check that the server runs",
            e
        );

    // As TextMatch does it.
    static string Folded(string text) => $"replace(lower(CAST({text} AS text) COLLATE \"und-x-icu\"), 'ς', 'σ')";

    static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
