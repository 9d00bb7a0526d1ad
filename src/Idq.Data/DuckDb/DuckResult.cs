using System.Collections;
using DuckDB.NET.Native;
using static DuckDB.NET.Native.NativeMethods;

namespace Idq.Data.DuckDb;

/// <summary>
/// The rows of a query as they are made, chunk by chunk (at most 2048 rows each), once through, in bounded memory. It must be disposed of
/// (a <c>foreach</c> does it) before the connection is used again.
/// </summary>
public sealed class DuckResult : IEnumerable<DuckChunk>, IDisposable
{
    readonly Interruption interruption;
    readonly CancellationToken cancellationToken;
    readonly DuckChunk chunk;
    DuckDBResult result;
    bool isFinished;

    internal DuckResult(DuckDBResult result, Interruption interruption, CancellationToken cancellationToken)
    {
        (this.result, this.interruption, this.cancellationToken) = (result, interruption, cancellationToken);
        var columns = new DuckField[Query.DuckDBColumnCount(ref this.result)];
        for (var i = 0; i < columns.Length; i++)
            columns[i] = new(Query.DuckDBColumnName(ref this.result, i), new(Query.DuckDBColumnLogicalType(ref this.result, i)));
        (Columns, chunk) = (columns, new(columns));
    }

    /// <summary>Names and types, in order.</summary>
    public IReadOnlyList<DuckField> Columns { get; }

    internal bool IsClosed { get; private set; }

    /// <summary>The next rows, or <see langword="null"/> at the end. The chunk, its spans included, is valid until the next call.</summary>
    /// <exception cref="DuckException">The query fails midway.</exception>
    /// <exception cref="OperationCanceledException">The query's token was cancelled.</exception>
    public DuckChunk? Next()
    {
        if (isFinished) return null;
        ObjectDisposedException.ThrowIf(IsClosed, this);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var next = Query.DuckDBFetchChunk(result);
            if (next.IsInvalid) break;
            chunk.Hold(next);
            if (chunk.Count > 0) return chunk;
        }
        chunk.Hold(null);
        var error = Query.DuckDBResultError(ref result);
        cancellationToken.ThrowIfCancellationRequested();
        isFinished = true;
        return string.IsNullOrEmpty(error) ? null : throw new DuckException(error);
    }

    /// <summary>The chunks that are left; leaving the loop, at its end or before, disposes of the result.</summary>
    public IEnumerator<DuckChunk> GetEnumerator()
    {
        using (this)
        {
            while (Next() is { } chunk) yield return chunk;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Row by row, each as new objects (see <see cref="DuckChunk.Value"/>): for printing, not for analysis.</summary>
    public IEnumerable<object?[]> Rows() => this.SelectMany(chunk => Enumerable.Range(0, chunk.Count),
        (chunk, row) => Columns.Select((_, column) => chunk.Value(column, row)).ToArray());

    /// <summary>Ends the query, whether or not all rows were taken.</summary>
    public void Dispose()
    {
        if (IsClosed) return;
        IsClosed = true;
        chunk.Hold(null);
        interruption.Dispose();
        result.Close();
    }
}
