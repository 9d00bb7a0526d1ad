using System.Runtime.InteropServices;
using DuckDB.NET.Native;
using static DuckDB.NET.Native.NativeMethods;

namespace Idq.Data.DuckDb;

/// <summary>
/// One conversation with a database: statements run one after the other, and a result must be disposed of before the next begins.
/// </summary>
/// <threadsafety>For one thread at a time; open one for each thread, they are cheap.</threadsafety>
public sealed partial class DuckConnection : IDisposable
{
    // Of DuckDB's kinds of statements: SELECT, and what is short for one.
    const int Reading = 1;

    readonly DuckDBNativeConnection handle;
    DuckResult? last;

    internal DuckConnection(DuckDBNativeConnection handle) => this.handle = handle;

    /// <summary>Runs statements separated by semicolons to their end.</summary>
    /// <exception cref="DuckException">DuckDB refuses; the first line says why.</exception>
    public void Execute(string sql, CancellationToken cancellationToken = default)
    {
        using var result = Query(sql, cancellationToken);
        while (result.Next() is not null) continue;
    }

    /// <summary>
    /// Runs statements and hands out the rows of the last one as they are made, chunk by chunk, in bounded memory. Cancelling ends the
    /// statement or the enumeration with <see cref="OperationCanceledException"/>.
    /// </summary>
    /// <inheritdoc cref="Execute"/>
    public DuckResult Query(string sql, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(handle.IsClosed, this);
        if (last is { IsClosed: false })
            throw new InvalidOperationException("The previous result of this connection is still open: dispose of it first.");
        var interruption = new Interruption(handle, cancellationToken);
        try
        {
            return last = new(Run(sql), interruption, cancellationToken);
        }
        catch
        {
            interruption.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
    }

    /// <summary>
    /// Sees that a text is one statement that reads: SELECT, or what is short for it (WITH, FROM, VALUES, DESCRIBE, SUMMARIZE, SHOW). The
    /// statement is not run.
    /// </summary>
    /// <exception cref="DuckException">It is something else, or DuckDB refuses it.</exception>
    public void RequireReading(string sql)
    {
        using var statements = Extract(sql, out var count);
        using var statement = Prepare(statements, 0);
        if (count > 1 || KindOf(statement) != Reading)
            throw new DuckException("Only one statement that reads is answered: SELECT, WITH, FROM, VALUES, DESCRIBE, SUMMARIZE or SHOW.");
    }

    /// <summary>The first value of the first row, as <see cref="DuckChunk.Value"/> gives it; null where there is no row.</summary>
    /// <inheritdoc cref="Execute"/>
    public object? Scalar(string sql)
    {
        using var result = Query(sql);
        return result.Next()?.Value(0, 0);
    }

    /// <summary>Opens a table, whose name is not quoted, for new rows.</summary>
    /// <exception cref="DuckException">There is no such table.</exception>
    public DuckAppender Append(string table) => new(handle, table);

    /// <summary>Closes the connection; an open result dies with it.</summary>
    public void Dispose()
    {
        last?.Dispose();
        handle.Dispose();
    }

    DuckDBResult Run(string sql)
    {
        using var statements = Extract(sql, out var count);
        for (var i = 0; i < count - 1; i++) Run(statements, i, isLast: false).Close();
        return Run(statements, count - 1, isLast: true);
    }

    DuckDBResult Run(DuckDBExtractedStatements statements, int index, bool isLast)
    {
        using var statement = Prepare(statements, index);
        DuckDBResult result;
        var state = isLast
            ? PreparedStatements.DuckDBExecutePreparedStreaming(statement, out result)
            : PreparedStatements.DuckDBExecutePrepared(statement, out result);
        if (state.IsSuccess()) return result;
        var error = NativeMethods.Query.DuckDBResultError(ref result);
        result.Close();
        throw new DuckException(error);
    }

    DuckDBExtractedStatements Extract(string sql, out int count)
    {
        count = ExtractStatements.DuckDBExtractStatements(handle, sql, out var statements);
        if (count > 0) return statements;
        using var empty = statements;
        var error = ExtractStatements.DuckDBExtractStatementsError(empty);
        throw new DuckException(string.IsNullOrEmpty(error) ? "There is no statement in the SQL text." : error);
    }

    DuckDBPreparedStatement Prepare(DuckDBExtractedStatements statements, int index)
    {
        if (ExtractStatements.DuckDBPrepareExtractedStatement(handle, statements, index, out var prepared).IsSuccess()) return prepared;
        using var failed = prepared;
        throw new DuckException(PreparedStatements.DuckDBPrepareError(failed));
    }

    [LibraryImport("duckdb", EntryPoint = "duckdb_prepared_statement_type")]
    internal static partial int KindOf(DuckDBPreparedStatement statement);
}
