using NodaTime;

namespace Idq.Tracking;

/// <summary>
/// A growing table of one run: every row has a number (idx 0, 1, 2…), the time of its making to the microsecond, and any columns, which
/// may come later and may have holes.
/// </summary>
/// <remarks>
/// While a client is linked (<see cref="DataStreamClient.Link"/>), a row that is appended is streamed too; a full persist afterwards
/// (<see cref="ISequenceStore.ReconcileAsync"/>) repairs whatever the stream lost. Rows that were read from elsewhere may be put in any
/// order, with gaps.
/// </remarks>
/// <threadsafety>All members may be used from any thread.</threadsafety>
public sealed class Sequence
{
    readonly Lock gate = new();
    readonly IClock clock;
    readonly List<SequenceRow> rows = [];
    int flushed;
    bool isSorted = true;
    DataStreamClient? client;

    /// <summary>An empty sequence.</summary>
    /// <param name="run">The run that it belongs to.</param>
    /// <param name="name">Its name in the run.</param>
    /// <param name="clock">Stamps rows.</param>
    /// <param name="nextIdx">
    /// The number of the first row: 0, or what a continued sequence goes on with. Choose it larger than any number that may still be under
    /// way: a number is kept once.
    /// </param>
    /// <exception cref="DataStreamException">The name is empty or too long.</exception>
    public Sequence(Guid run, string name, IClock clock, long nextIdx = 0)
    {
        RecordValues.CheckName(name, "sequence");
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentOutOfRangeException.ThrowIfNegative(nextIdx);
        (Run, Name, this.clock, NextIdx) = (run, name, clock, nextIdx);
    }

    /// <summary>The run that it belongs to.</summary>
    public Guid Run { get; }

    /// <summary>Its name in the run.</summary>
    public string Name { get; }

    /// <summary>The number of the row that is appended next; it never goes back.</summary>
    public long NextIdx { get; private set; }

    /// <summary>How many rows there are.</summary>
    public int Count
    {
        get
        {
            lock (gate) return rows.Count;
        }
    }

    /// <summary>How many rows were appended or put since the last <see cref="Flush"/>.</summary>
    public int Unflushed
    {
        get
        {
            lock (gate) return rows.Count - flushed;
        }
    }

    /// <summary>Appends a row with the next number, stamped now, and streams it when a client is linked.</summary>
    /// <returns>The row.</returns>
    /// <exception cref="DataStreamException">
    /// A column is reserved (<c>idx</c>, <c>timestamp</c>), empty or given twice, a value cannot be streamed, or the row is too big for the
    /// linked client; no row is kept then.
    /// </exception>
    public SequenceRow Append(params ReadOnlySpan<(string Name, StreamValue Value)> columns) => Append(RecordValues.Of(columns));

    /// <summary>Appends a row with the next number, stamped now, and streams it when a client is linked.</summary>
    /// <returns>The row.</returns>
    /// <exception cref="DataStreamException">As for the columns given one by one.</exception>
    public SequenceRow Append(RecordValues values)
    {
        ArgumentNullException.ThrowIfNull(values);
        lock (gate)
        {
            var row = new SequenceRow(NextIdx, StreamValue.MicrosOf(clock.GetCurrentInstant()), 0, values);
            // First the client: what it refuses is the caller's mistake, and no row is kept.
            client?.Append(Run, Name, row.Idx, row.TimestampUs, values);
            NextIdx++;
            rows.Add(row);
            return row;
        }
    }

    /// <summary>
    /// Puts a row that was made elsewhere; it is not streamed. Rows may come in any order; of a
    /// number that is there already the row that is there stays.
    /// </summary>
    /// <returns>False when the number was there.</returns>
    public bool Put(SequenceRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentOutOfRangeException.ThrowIfNegative(row.Idx, nameof(row));
        lock (gate)
        {
            var isLast = rows.Count == 0 || row.Idx > rows[^1].Idx;
            if (!(isLast && isSorted) && rows.Exists(other => other.Idx == row.Idx)) return false;
            isSorted &= isLast;
            rows.Add(row);
            NextIdx = Math.Max(NextIdx, row.Idx + 1);
            return true;
        }
    }

    /// <summary>The rows by their numbers.</summary>
    public IReadOnlyList<SequenceRow> Rows()
    {
        lock (gate) return isSorted ? rows.ToArray() : rows.OrderBy(row => row.Idx).ToArray();
    }

    /// <summary>The names of the columns, in the order in which they came up; <c>idx</c> and <c>timestamp</c> are not among them.</summary>
    public IReadOnlyList<string> Columns() => ColumnsOf(Rows());

    /// <summary>A column by the rows' numbers; null where a row does not have it.</summary>
    public IReadOnlyList<StreamValue> Column(string name) => Rows().Select(row => row.Values[name]).ToArray();

    /// <summary>A column as numbers by the rows' numbers; NaN where a row does not have it, or has no number.</summary>
    public IReadOnlyList<double> Numbers(string name) => Rows().Select(row => row.Values[name].ToDouble()).ToArray();

    /// <summary>The numbers from 0 to the largest that no row has.</summary>
    public IReadOnlyList<IdxRange> Gaps() => IdxRange.Missing(Rows().Select(row => row.Idx));

    /// <summary>Takes all rows for good: <see cref="Clear"/> leaves them.</summary>
    public void Flush()
    {
        lock (gate) flushed = rows.Count;
    }

    /// <summary>
    /// Removes the rows since the last <see cref="Flush"/>. Their numbers are not used again: they may have been streamed.
    /// </summary>
    public void Clear()
    {
        lock (gate) rows.RemoveRange(flushed, rows.Count - flushed);
    }

    /// <summary>The sequence as one value: columns <c>idx</c>, <c>timestamp</c> and its own.</summary>
    public StreamTable ToTable()
    {
        var all = Rows();
        var columns = new List<KeyValuePair<string, IReadOnlyList<StreamValue>>>
        {
            new("idx", all.Select(row => (StreamValue)row.Idx).ToArray()),
            new("timestamp", all.Select(row => StreamValue.Micros(row.TimestampUs)).ToArray()),
        };
        foreach (var name in ColumnsOf(all)) columns.Add(new(name, all.Select(row => row.Values[name]).ToArray()));
        return new StreamTable(columns);
    }

    // Null ends the link.
    internal void LinkTo(DataStreamClient? to)
    {
        lock (gate)
        {
            if (to is not null && client is not null)
                throw new InvalidOperationException($"sequence '{Name}' is linked to a client already");
            client = to;
        }
    }

    static string[] ColumnsOf(IReadOnlyList<SequenceRow> rows)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var names = new List<string>();
        IReadOnlyList<string>? last = null;
        foreach (var row in rows)
        {
            if (ReferenceEquals(last, row.Values.Names)) continue;
            last = row.Values.Names;
            names.AddRange(last.Where(seen.Add));
        }

        return names.ToArray();
    }
}
