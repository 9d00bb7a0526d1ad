using System.Collections;
using Idq.Data.DuckDb.Native;

namespace Idq.Data.DuckDb;

/// <summary>
/// The rows of a query, chunk by chunk (at most 2048 rows each), once through. It must be disposed of (a <c>foreach</c> does it)
/// before the connection is used again.
/// </summary>
public sealed class DuckResult : IEnumerable<DuckChunk>, IDisposable
{
    readonly ResultHandle handle;
    readonly Interruption? interruption;
    readonly CancellationToken cancellationToken;
    readonly Action closed;
    readonly DuckChunk chunk;
    readonly bool streaming;
    ulong nextChunk;
    bool finished;

    internal unsafe DuckResult(
        ResultHandle handle,
        bool streaming,
        Interruption? interruption,
        Action closed,
        CancellationToken cancellationToken
    )
    {
        this.handle = handle;
        this.streaming = streaming;
        this.interruption = interruption;
        this.cancellationToken = cancellationToken;
        this.closed = closed;
        var columns = new DuckField[DuckNative.ColumnCount(handle.Raw)];
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = new DuckField(
                DuckNative.Text(DuckNative.ColumnName(handle.Raw, (ulong)i)) ?? "",
                DuckColumnType.Take(DuckNative.ColumnLogicalType(handle.Raw, (ulong)i)));
        }

        Columns = columns;
        KnownRows = streaming ? 0 : checked((int)DuckNative.RowCount(handle.Raw));
        chunk = new DuckChunk(columns);
    }

    /// <summary>Names and types, in order.</summary>
    public IReadOnlyList<DuckField> Columns { get; }

    /// <summary>The number of rows, 0 where they are still to be made.</summary>
    internal int KnownRows { get; }

    /// <summary>
    /// The next rows, or <see langword="null"/> at the end. The chunk, its spans included, is valid until the next call.
    /// </summary>
    /// <exception cref="DuckException">The query fails midway.</exception>
    /// <exception cref="OperationCanceledException">The query's token was cancelled.</exception>
    public unsafe DuckChunk? Next()
    {
        if (finished)
            return null;
        ObjectDisposedException.ThrowIf(handle.IsClosed, this);
        this.chunk.Release();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Of a whole result a chunk taken by its number is not copied.
            var raw = streaming ? DuckNative.FetchChunk(*handle.Raw) : DuckNative.ResultChunk(*handle.Raw, nextChunk++);
            if (raw == nint.Zero)
                return Finish();
            var chunk = new ChunkHandle(raw);
            if (DuckNative.ChunkSize(raw) == 0)
            {
                chunk.Dispose();
                continue;
            }

            this.chunk.Hold(chunk);
            return this.chunk;
        }
    }

    /// <summary>The chunks that are left; leaving the loop, at its end or before, disposes of the result.</summary>
    public IEnumerator<DuckChunk> GetEnumerator()
    {
        using (this)
        {
            while (Next() is { } chunk)
                yield return chunk;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Row by row, each as new objects (see <see cref="DuckChunk.Value"/>): for printing, not for analysis. Leaving the loop disposes of the result.</summary>
    public IEnumerable<object?[]> Rows()
    {
        foreach (var chunk in this)
        {
            for (var row = 0; row < chunk.Count; row++)
            {
                var values = new object?[Columns.Count];
                for (var column = 0; column < values.Length; column++)
                    values[column] = chunk.Value(column, row);
                yield return values;
            }
        }
    }

    /// <summary>Ends the query, whether or not all rows were taken.</summary>
    public void Dispose()
    {
        if (handle.IsClosed)
            return;
        chunk.Release();
        interruption?.Dispose();
        handle.Dispose();
        closed();
    }

    unsafe DuckChunk? Finish()
    {
        var error = DuckNative.Text(DuckNative.ResultError(handle.Raw));
        cancellationToken.ThrowIfCancellationRequested();
        finished = true;
        return string.IsNullOrEmpty(error) ? null : throw new DuckException(error);
    }
}
