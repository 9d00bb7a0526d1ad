using System.Data.Common;

namespace Idq.Tracking;

/// <summary>
/// One connection to the store, with one-line forms of the commands that the store sends. Values always travel as parameters. Statements
/// that come again are kept compiled.
/// </summary>
/// <threadsafety>One thread at a time.</threadsafety>
sealed class StoreConnection(Engine engine, bool isReadOnly) : IDisposable
{
    // Bounds the memory when the texts of statements never repeat.
    const int MostKept = 256;

    readonly DbConnection connection = engine.Open(isReadOnly);
    readonly Dictionary<string, DbCommand> kept = new(StringComparer.Ordinal);
    readonly Dictionary<string, RowInsert> inserts = new(StringComparer.Ordinal);

    /// <summary>The engine.</summary>
    public Engine Engine => engine;

    /// <summary>Runs a statement; gives the number of rows that it changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        Prepared(sql, parameters).ExecuteNonQuery();

    /// <summary>Runs several statements at once, such as a script.</summary>
    public void Script(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>The first value as a number; null when there is none.</summary>
    public long? Number(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        Prepared(sql, parameters).ExecuteScalar() switch
        {
            long number => number,
            int number => number,
            short number => number,
            _ => null,
        };

    /// <summary>The first value as text; null when there is none.</summary>
    public string? Text(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        Prepared(sql, parameters).ExecuteScalar() as string;

    /// <summary>All rows.</summary>
    public List<T> Rows<T>(string sql, Func<DbDataReader, T> row, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var reader = Prepared(sql, parameters).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(row(reader));
        return rows;
    }

    /// <summary>A command of the caller's own, which the caller disposes of.</summary>
    public DbCommand Command(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        Bind(command, parameters);
        return command;
    }

    /// <summary>An INSERT for many rows, which the connection keeps and disposes of; see <see cref="Engine.Insert"/>.</summary>
    public RowInsert Insert(string table, IReadOnlyList<RowColumn> columns, string conflict)
    {
        var key = $"{table} {string.Join(", ", columns)} {conflict}";
        if (inserts.TryGetValue(key, out var insert))
        {
            insert.Reset();
            return insert;
        }
        if (inserts.Count == MostKept) Forget(inserts);
        inserts.Add(key, insert = engine.Insert(connection, table, columns, conflict));
        return insert;
    }

    /// <summary>Closes it.</summary>
    public void Dispose()
    {
        Forget(inserts);
        Forget(kept);
        connection.Dispose();
    }

    DbCommand Prepared(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (!kept.TryGetValue(sql, out var command))
        {
            if (kept.Count == MostKept) Forget(kept);
            kept.Add(sql, command = Command(sql, parameters));
            return command;
        }
        if (command.Parameters.Count == parameters.Length)
        {
            for (var i = 0; i < parameters.Length; i++)
            {
                var parameter = command.Parameters[i];
                if (parameter.ParameterName != parameters[i].Name) parameter = command.Parameters[parameters[i].Name];
                engine.Bind(parameter, parameters[i].Value);
            }
            return command;
        }
        command.Parameters.Clear();
        Bind(command, parameters);
        return command;
    }

    static void Forget<T>(Dictionary<string, T> statements)
        where T : IDisposable
    {
        foreach (var statement in statements.Values) statement.Dispose();
        statements.Clear();
    }

    void Bind(DbCommand command, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            engine.Bind(parameter, value);
            command.Parameters.Add(parameter);
        }
    }
}
