using System.Text;
using DuckDB.NET.Native;
using static DuckDB.NET.Native.NativeMethods.Appender;

namespace Idq.Data.DuckDb;

/// <summary>
/// Adds rows to a table, value by value in the order of its columns; null is NULL. They are in it after <see cref="Close"/>.
/// </summary>
/// <threadsafety>For one thread at a time, and not while its connection runs a statement.</threadsafety>
public sealed class DuckAppender : IDisposable
{
    readonly DuckDBAppender appender;

    internal DuckAppender(DuckDBNativeConnection connection, string table)
    {
        if (DuckDBAppenderCreate(connection, null!, table, out appender).IsSuccess()) return;
        using (appender) throw Failure();
    }

    /// <summary>Adds a value to a BIGINT column.</summary>
    public DuckAppender Add(long? value) => Check(value is { } v ? DuckDBAppendInt64(appender, v) : DuckDBAppendNull(appender));

    /// <summary>Adds a value to a DOUBLE column.</summary>
    public DuckAppender Add(double? value) => Check(value is { } v ? DuckDBAppendDouble(appender, v) : DuckDBAppendNull(appender));

    /// <summary>Adds a value to a VARCHAR column. Text that is no valid UTF-16 gets replacement characters.</summary>
    public DuckAppender Add(string? value) => Check(
        value is { } v ? DuckDBAppendVarchar(appender, v, Encoding.UTF8.GetByteCount(v)) : DuckDBAppendNull(appender));

    /// <summary>Ends a row that has a value for every column.</summary>
    /// <exception cref="DuckException">A value is missing or of a type that the column does not take.</exception>
    public void EndRow() => Check(DuckDBAppenderEndRow(appender));

    /// <summary>Puts the rows into the table.</summary>
    /// <exception cref="DuckException">The table refuses them.</exception>
    public void Close() => Check(DuckDBAppenderClose(appender));

    /// <summary>Lets go of the table; rows that were not put into it by <see cref="Close"/> may be lost.</summary>
    public void Dispose() => appender.Dispose();

    DuckAppender Check(DuckDBState state) => state.IsSuccess() ? this : throw Failure();

    DuckException Failure()
    {
        using var error = DuckDBAppenderErrorData(appender);
        return new(error.Message ?? "DuckDB gave no reason.");
    }
}
