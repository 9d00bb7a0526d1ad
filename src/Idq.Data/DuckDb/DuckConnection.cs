using System.Text;
using Idq.Data.DuckDb.Columns;
using Idq.Data.DuckDb.Native;

namespace Idq.Data.DuckDb;

/// <summary>
/// One conversation with a database: statements run one after the other, and a result must be disposed of before the next begins.
/// </summary>
/// <threadsafety>For one thread at a time; open one for each thread, they are cheap.</threadsafety>
public sealed class DuckConnection : IDisposable
{
    readonly ConnectionHandle handle;
    readonly ColumnViews views;
    DuckResult? open;

    internal DuckConnection(ConnectionHandle handle)
    {
        this.handle = handle;
        views = new ColumnViews(this, handle);
    }

    /// <summary>Runs statements separated by semicolons to their end and returns the number of rows that the last one changed.</summary>
    /// <param name="sql">The statements.</param>
    /// <param name="parameters">Values for <c>?</c> or <c>$1</c> in the last statement: null, bool, integers, float, double, string.</param>
    /// <exception cref="DuckException">DuckDB refuses; the first line says why.</exception>
    public long Execute(string sql, params object?[] parameters) => Execute(sql, CancellationToken.None, parameters);

    /// <inheritdoc cref="Execute(string, object?[])"/>
    /// <exception cref="OperationCanceledException">The token was cancelled; the statement had no effect.</exception>
    public unsafe long Execute(string sql, CancellationToken cancellationToken, params object?[] parameters)
    {
        using var interruption = Interruption.On(handle, cancellationToken);
        using var result = Run(sql, parameters, streaming: false, cancellationToken);
        return (long)DuckNative.RowsChanged(result.Raw);
    }

    /// <summary>
    /// Runs statements and hands out the rows of the last one as they are made, chunk by chunk, in bounded memory.
    /// </summary>
    /// <inheritdoc cref="Execute(string, object?[])"/>
    public DuckResult Query(string sql, params object?[] parameters) => Query(sql, CancellationToken.None, parameters);

    /// <summary>
    /// Runs statements and hands out the rows of the last one as they are made, chunk by chunk, in bounded memory.
    /// Cancelling ends the enumeration with <see cref="OperationCanceledException"/>.
    /// </summary>
    /// <inheritdoc cref="Execute(string, CancellationToken, object?[])"/>
    public DuckResult Query(string sql, CancellationToken cancellationToken, params object?[] parameters) =>
        Open(sql, parameters, streaming: true, cancellationToken);

    /// <summary>Runs statements and collects the rows of the last one into arrays.</summary>
    /// <inheritdoc cref="Execute(string, object?[])"/>
    public DuckTable Table(string sql, params object?[] parameters) => Table(sql, CancellationToken.None, parameters);

    /// <summary>Runs statements and collects the rows of the last one into arrays.</summary>
    /// <inheritdoc cref="Execute(string, CancellationToken, object?[])"/>
    public DuckTable Table(string sql, CancellationToken cancellationToken, params object?[] parameters)
    {
        // DuckDB's threads make a whole result twice as fast as a streamed one, and its length is known.
        using var result = Open(sql, parameters, streaming: false, cancellationToken);
        return DuckTable.Read(result);
    }

    /// <summary>The first value of the first row, as <see cref="DuckChunk.Value"/> gives it; null where there is no row.</summary>
    /// <inheritdoc cref="Execute(string, object?[])"/>
    public object? Scalar(string sql, params object?[] parameters)
    {
        using var result = Query(sql, parameters);
        foreach (var chunk in result)
            return chunk.Value(0, 0);
        return null;
    }

    /// <summary>Makes (or replaces) a table from columns of equal length; the values are copied.</summary>
    /// <param name="name">The table's name, unquoted.</param>
    /// <param name="columns">At least one column.</param>
    /// <param name="cancellationToken">Interrupts the copying.</param>
    public void CreateTable(string name, IReadOnlyList<DuckColumn> columns, CancellationToken cancellationToken = default) =>
        views.Use(
            columns,
            view => Execute($"CREATE OR REPLACE TABLE {Sql.Identifier(name)} AS FROM {view}", cancellationToken),
            keep: false
        );

    /// <summary>Makes (or replaces) a view.</summary>
    /// <param name="name">The view's name, unquoted.</param>
    /// <param name="query">A query, such as <c>SELECT * FROM read_parquet('…/*.parquet', union_by_name = true)</c>.</param>
    public void CreateView(string name, string query) => Execute($"CREATE OR REPLACE VIEW {Sql.Identifier(name)} AS {query}");

    /// <summary>Closes the connection; an open result dies with it.</summary>
    public void Dispose()
    {
        open?.Dispose();
        views.Dispose();
        handle.Dispose();
    }

    /// <summary>Runs a statement in which the given name stands for the columns, without copying them first.</summary>
    internal void Using(IReadOnlyList<DuckColumn> columns, int rowsPerBatch, Action<string> statement) =>
        views.Use(columns, statement, keep: true, rowsPerBatch);

    DuckResult Open(string sql, object?[] parameters, bool streaming, CancellationToken cancellationToken)
    {
        var interruption = Interruption.On(handle, cancellationToken);
        try
        {
            var result = Run(sql, parameters, streaming, cancellationToken);
            return open = new DuckResult(result, streaming, interruption, () => open = null, cancellationToken);
        }
        catch
        {
            interruption?.Dispose();
            throw;
        }
    }

    ResultHandle Run(string sql, object?[] parameters, bool streaming, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(handle.IsClosed, this);
        if (open is not null)
            throw new InvalidOperationException("The previous result of this connection is still open: dispose of it first.");
        var count = DuckNative.ExtractStatements(handle, sql, out var statements);
        try
        {
            if (count == 0)
                throw Failure(statements);
            for (var i = 0ul; i < count - 1; i++)
                Run(statements, i, [], streaming: false, cancellationToken).Dispose();
            return Run(statements, count - 1, parameters, streaming, cancellationToken);
        }
        finally
        {
            DuckNative.DestroyExtracted(ref statements);
        }
    }

    ResultHandle Run(nint statements, ulong index, object?[] parameters, bool streaming, CancellationToken cancellationToken)
    {
        var state = DuckNative.PrepareExtracted(handle, statements, index, out var prepared);
        using var statement = new StatementHandle(prepared);
        if (state != DuckState.Success)
            throw PrepareFailure(statement, cancellationToken);
        Bind(statement, parameters);
        return Execute(statement, streaming, cancellationToken);
    }

    static unsafe ResultHandle Execute(StatementHandle statement, bool streaming, CancellationToken cancellationToken)
    {
        var state = streaming
            ? DuckNative.PendingPreparedStreaming(statement.Raw, out var pending)
            : DuckNative.PendingPrepared(statement.Raw, out pending);
        var result = new ResultHandle();
        try
        {
            if (state != DuckState.Success)
                throw Failure(DuckNative.PendingError(pending), cancellationToken);
            if (DuckNative.ExecutePending(pending, result.Raw) != DuckState.Success)
                throw Failure(DuckNative.ResultError(result.Raw), cancellationToken);
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
        finally
        {
            DuckNative.DestroyPending(ref pending);
        }
    }

    static void Bind(StatementHandle statement, object?[] parameters)
    {
        var expected = DuckNative.ParameterCount(statement.Raw);
        if (expected != (ulong)parameters.Length)
            throw new ArgumentException($"The statement has {expected} parameters, {parameters.Length} were given.", nameof(parameters));
        for (var i = 0; i < parameters.Length; i++)
        {
            if (Bind(statement.Raw, (ulong)i + 1, parameters[i]) != DuckState.Success)
                throw new DuckException($"DuckDB refused parameter {i + 1}.");
        }
    }

    static DuckState Bind(nint statement, ulong index, object? value) => value switch
    {
        null => DuckNative.BindNull(statement, index),
        bool truth => DuckNative.BindBoolean(statement, index, truth),
        long number => DuckNative.BindInt64(statement, index, number),
        int number => DuckNative.BindInt64(statement, index, number),
        short number => DuckNative.BindInt64(statement, index, number),
        byte number => DuckNative.BindInt64(statement, index, number),
        uint number => DuckNative.BindInt64(statement, index, number),
        double number => DuckNative.BindDouble(statement, index, number),
        float number => DuckNative.BindDouble(statement, index, number),
        string text => BindText(statement, index, text),
        _ => throw new ArgumentException($"A parameter of type {value.GetType()} cannot be bound.", nameof(value)),
    };

    static unsafe DuckState BindText(nint statement, ulong index, string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        fixed (byte* start = utf8)
        {
            byte empty = 0;
            return DuckNative.BindVarchar(statement, index, start is null ? &empty : start, (ulong)utf8.Length);
        }
    }

    static unsafe DuckException Failure(nint statements) =>
        new(DuckNative.Text(DuckNative.ExtractStatementsError(statements)) ?? "There is no statement in the SQL text.");

    static unsafe Exception PrepareFailure(StatementHandle statement, CancellationToken cancellationToken) =>
        Failure(DuckNative.PrepareError(statement.Raw), cancellationToken);

    static unsafe Exception Failure(byte* message, CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested
        ? new OperationCanceledException(cancellationToken)
        : new DuckException(DuckNative.Text(message) ?? "DuckDB gave no reason.");
}
