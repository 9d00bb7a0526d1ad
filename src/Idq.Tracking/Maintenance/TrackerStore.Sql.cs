using System.Data.Common;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using NodaTime;
using Npgsql;
using SQLitePCL;

namespace Idq.Tracking;

public sealed partial class TrackerStore
{
    // How many steps of SQLite's machine go by between two looks at the time.
    const int StepsBetweenLooks = 10_000;

    /// <summary>
    /// Answers one query in the engine's SQL. It cannot change anything, here or elsewhere: the engine itself refuses whatever is not
    /// reading, and only one statement is accepted.
    /// </summary>
    /// <param name="sql">A query: SELECT, WITH or VALUES.</param>
    /// <param name="limit">At most so many rows.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ArgumentException">It is no single query, or it has an error.</exception>
    /// <exception cref="TimeoutException">It took too long.</exception>
    /// <exception cref="TrackerException">The store cannot be read.</exception>
    public SqlAnswer Query(string sql, int limit, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(sql);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        DbConnection connection;
        try
        {
            connection = database.Engine.Open(isReadOnly: true);
        }
        catch (DbException e)
        {
            throw database.Engine.Translate(e);
        }
        using (connection)
        {
            try
            {
                return connection is SqliteConnection sqlite
                    ? AnswerSqlite(sqlite, sql, limit, timeout, cancellationToken)
                    : AnswerPostgres((NpgsqlConnection)connection, sql, limit, timeout, cancellationToken);
            }
            catch (SqliteException e) when (e.SqliteErrorCode == raw.SQLITE_INTERRUPT)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new TimeoutException($"the query took longer than {timeout.TotalSeconds} s and was ended", e);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new TimeoutException($"the query took longer than {timeout.TotalSeconds} s and was ended", e);
            }
            catch (SqliteException e)
                when (e.SqliteErrorCode
                        is raw.SQLITE_ERROR
                            or raw.SQLITE_AUTH
                            or raw.SQLITE_SCHEMA
                            or raw.SQLITE_READONLY
                            or raw.SQLITE_RANGE
                            or raw.SQLITE_TOOBIG
                )
            {
                throw new ArgumentException(
                    e.SqliteErrorCode == raw.SQLITE_ERROR || e.SqliteErrorCode == raw.SQLITE_TOOBIG
                        ? $"the query fails: {e.Message}"
                        : $"the query is refused, because it does more than read: {e.Message}",
                    e
                );
            }
            catch (PostgresException e) when (!database.Engine.IsLost(e))
            {
                // What a cursor is declared for must begin as a query does; else the server only
                // says that it did not understand the first word.
                throw new ArgumentException(
                    e.SqlState == PostgresErrorCodes.SyntaxError && FirstWord(sql) is { Length: > 0 } word && !QueryWords.Contains(word)
                        ? $"the query is refused: only SELECT, WITH, VALUES and TABLE read ({e.MessageText})"
                        : $"the query fails: {e.MessageText}",
                    e
                );
            }
            catch (DbException e)
            {
                throw database.Engine.Translate(e);
            }
        }
    }

    static readonly System.Collections.Frozen.FrozenSet<string> QueryWords = System.Collections.Frozen.FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "SELECT",
        "WITH",
        "VALUES",
        "TABLE"
    );

    static string FirstWord(string sql) => new([.. sql.TrimStart(' ', '\t', '\r', '\n', '(').TakeWhile(char.IsAsciiLetter)]);

    static SqlAnswer AnswerSqlite(SqliteConnection connection, string sql, int limit, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var statements = 0;
        raw.sqlite3_progress_handler(
            connection.Handle,
            StepsBetweenLooks,
            _ => Stopwatch.GetElapsedTime(started) > timeout || cancellationToken.IsCancellationRequested ? 1 : 0,
            null
        );
        // Asked for everything that a statement would do, when it is compiled. A pragma, an attached file or a transaction is not reading.
        raw.sqlite3_set_authorizer(
            connection.Handle,
            (_, action, first, second, _, _) =>
                action is raw.SQLITE_SELECT or raw.SQLITE_READ or raw.SQLITE_RECURSIVE
                || (action == raw.SQLITE_FUNCTION && second != "load_extension")
                    ? raw.SQLITE_OK
                    : raw.SQLITE_DENY,
            null
        );
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = Math.Max(1, (int)timeout.TotalSeconds);
        using var reader = command.ExecuteReader();
        var answer = Read(reader, limit, cancellationToken);
        while (reader.NextResult()) statements++;
        return statements == 0 ? answer : throw new ArgumentException("one query at a time");
    }

    static SqlAnswer AnswerPostgres(
        NpgsqlConnection connection,
        string sql,
        int limit,
        TimeSpan timeout,
        CancellationToken cancellationToken
    )
    {
        Execute($"SET statement_timeout = {Math.Max(1, (long)timeout.TotalMilliseconds)}");
        Execute("BEGIN READ ONLY");
        // A cursor is declared for queries only. A batch's command goes to the server as it is, which takes one statement.
        using (
            var declare = new NpgsqlBatch(connection)
            {
                Timeout = 0,
                BatchCommands = { new NpgsqlBatchCommand($"DECLARE answer NO SCROLL CURSOR FOR {sql.TrimEnd().TrimEnd(';')}\n") },
            }
        )
            declare.ExecuteNonQuery();
        // The server's own limit ends it, not the driver's, which is half a minute unless told otherwise.
        using var fetch = new NpgsqlCommand($"FETCH {limit + 1L} FROM answer", connection) { CommandTimeout = 0 };
        using var registration = cancellationToken.Register(fetch.Cancel);
        cancellationToken.ThrowIfCancellationRequested();
        using var reader = fetch.ExecuteReader();
        return Read(reader, limit, cancellationToken);

        void Execute(string text)
        {
            using var command = new NpgsqlCommand(text, connection);
            command.ExecuteNonQuery();
        }
    }

    static SqlAnswer Read(DbDataReader reader, int limit, CancellationToken cancellationToken)
    {
        var columns = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToArray();
        var rows = new List<IReadOnlyList<object?>>();
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (rows.Count == limit) return new(columns, rows, IsCut: true);
            rows.Add([.. Enumerable.Range(0, columns.Length).Select(c => Plain(reader.GetValue(c)))]);
        }
        return new(columns, rows, IsCut: false);
    }

    static object? Plain(object value) => value switch
    {
        DBNull => null,
        DateTime time => Timestamps.Text(Instant.FromDateTimeUtc(DateTime.SpecifyKind(time, DateTimeKind.Utc))),
        byte[] bytes => Convert.ToHexStringLower(bytes),
        float number => (double)number,
        string or long or int or short or double or decimal or bool => value,
        Array list => list.Cast<object?>().Select(item => item is null ? null : Plain(item)).ToArray(),
        _ => value.ToString(),
    };
}
