using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Idq.Tracking;

/// <summary>A store in one SQLite file, in WAL mode: readers beside the writer, and one flush per durable commit.</summary>
sealed class SqliteEngine : Engine
{
    // Marks the file as a tracker store ("iDQ" and a one); PRAGMA application_id.
    const long ApplicationId = 0x69445131;

    // SQLite turns a bound NaN into NULL; the text cannot be mistaken for a number, and columns keep it in spite of their type.
    public const string NotANumber = "NaN";

    readonly string path;
    readonly int busySeconds;

    public SqliteEngine(string path, int busySeconds = DefaultBusySeconds)
    {
        (this.path, this.busySeconds) = (path, busySeconds);
    }

    /// <summary>The full path of the file.</summary>
    public override string Location => path;

    public override string Dialect => "sqlite";

    public override DbConnection Open(bool isReadOnly)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            // A reader of a WAL database needs to write the shared-memory index, so read-only is enforced by query_only instead.
            Mode = isReadOnly ? SqliteOpenMode.ReadWrite : SqliteOpenMode.ReadWriteCreate,
            ForeignKeys = true,
            DefaultTimeout = busySeconds,
            Pooling = false,
        }.ToString());
        try
        {
            connection.Open();
            connection.CreateFunction(
                "ilike",
                (string? text, string? pattern) => text is null || pattern is null ? (bool?)null : Mlflow.TextMatch.ILike(text, pattern),
                isDeterministic: true
            );
            using var command = connection.CreateCommand();
            command.CommandText = $"PRAGMA busy_timeout = {busySeconds * 1000}" + (isReadOnly ? "; PRAGMA query_only = ON" : "");
            command.ExecuteNonQuery();
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
        connection.Execute(durability == Durability.PowerLoss ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
        connection.Execute("BEGIN IMMEDIATE");
    }

    public override void Found(StoreConnection connection)
    {
        if (connection.Text("PRAGMA journal_mode = WAL") != "wal")
            throw new TrackerException(
                TrackerFailure.Unusable,
                $"tracker store '{path}' cannot use a write-ahead log: put it on a local file system"
            );
        connection.Execute($"PRAGMA application_id = {ApplicationId}");
    }

    public override bool IsEmpty(StoreConnection connection) => connection.Number("SELECT count(*) FROM sqlite_master") == 0;

    public override bool IsForeign(StoreConnection connection) => connection.Number("PRAGMA application_id") != ApplicationId;

    public override List<(string Name, Type? Type)> Columns(StoreConnection connection, string table) =>
        connection.Rows(
            $"SELECT name, type FROM pragma_table_info('{table}') ORDER BY cid",
            reader => (reader.GetString(0), TypeOf(reader.GetString(1).ToUpperInvariant()))
        );

    // AUTOINCREMENT does this without help.
    public override void SkipNumbers(StoreConnection connection, string table)
    {
    }

    public override TrackerException Translate(DbException e) =>
        e is not SqliteException sqlite
            ? Failed(e)
            : sqlite.SqliteErrorCode switch
            {
                SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED => new(
                    TrackerFailure.Busy,
                    $"tracker store '{path}' was locked by another process for {busySeconds} s: try again",
                    e
                ),
                SQLitePCL.raw.SQLITE_FULL => Full(e),
                // The index of the write-ahead log found no room.
                SQLitePCL.raw.SQLITE_IOERR when sqlite.SqliteExtendedErrorCode == SQLitePCL.raw.SQLITE_IOERR_SHMSIZE => Full(e),
                SQLitePCL.raw.SQLITE_NOTADB => new(
                    TrackerFailure.NotAStore,
                    $"'{path}' is not a tracker store: name another file (it was left untouched)",
                    e
                ),
                SQLitePCL.raw.SQLITE_CANTOPEN or SQLitePCL.raw.SQLITE_READONLY or SQLitePCL.raw.SQLITE_PERM => new(
                    TrackerFailure.Unusable,
                    $"tracker store '{path}' cannot be opened: check that the file and its folder can be written",
                    e
                ),
                _ => Failed(e),
            };

    TrackerException Full(DbException e) => new(TrackerFailure.Full, $"tracker store '{path}' cannot grow: the disk is full", e);

    public override bool IsLost(DbException e) => false;

    public override bool IsConstraint(DbException e) =>
        e is SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_CONSTRAINT or SQLitePCL.raw.SQLITE_ERROR };

    public override void Bind(DbParameter parameter, object? value) => parameter.Value = value switch
    {
        null => DBNull.Value,
        double.NaN => NotANumber,
        _ => value,
    };

    public override RowInsert Insert(DbConnection connection, string table, IReadOnlyList<RowColumn> columns, string conflict) =>
        new SqliteRowInsert((SqliteConnection)connection, table, columns, conflict);

    public override string ColumnType(Type type) => type == typeof(double) ? "REAL" : type == typeof(long) ? "INTEGER" : "TEXT";

    public override string OneOf(string column, string parameter) => $"{column} IN (SELECT value FROM json_each({parameter}))";

    public override object Array(IReadOnlyCollection<long> numbers) => $"[{string.Join(',', numbers)}]";

    // A JSON boolean is 1 or 0 to ->>; its own text is wanted. The path quotes the name, so that any character may be in it.
    public override string JsonText(string column, string name) =>
        "(SELECT CASE member.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST(member.value AS TEXT) END "
            + $"FROM json_each({column}) AS member WHERE member.key = {name})";

    // LIKE of SQLite ignores the case of ASCII letters only; GLOB looks at case, and has its own wildcards.
    public override string Like(string text, string pattern, bool ignoreCase) => ignoreCase
        ? $"ilike({text}, {pattern})"
        : $"{text} GLOB replace(replace(replace(replace(replace({pattern}, '[', '[[]'), '*', '[*]'), '?', '[?]'), '%', '*'), '_', '?')";

    // The rules by which SQLite derives a column's affinity from the name of its type.
    static Type? TypeOf(string declared) =>
        declared.Contains("INT", StringComparison.Ordinal) ? typeof(long)
        : declared.Contains("CHAR", StringComparison.Ordinal) || declared.Contains("TEXT", StringComparison.Ordinal) ? typeof(string)
        : declared.Contains("REAL", StringComparison.Ordinal)
        || declared.Contains("FLOA", StringComparison.Ordinal)
        || declared.Contains("DOUB", StringComparison.Ordinal)
            ? typeof(double)
        : null;

    TrackerException Failed(DbException e) => new(TrackerFailure.Unusable, $"tracker store '{path}' failed: {e.Message}", e);
}
