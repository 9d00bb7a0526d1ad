namespace Idq.Tracking;

/// <summary>
/// Sequences in memory: for tests, and for those who want no database. It forgets, but a server never cuts the log of such a store, so that
/// the next start finds everything again.
/// </summary>
public sealed class InMemorySequenceStore : ISequenceStore
{
    readonly Lock gate = new();
    readonly HashSet<Guid> runs = [];
    readonly Dictionary<(Guid Run, string Name), Rows> sequences = [];
    readonly bool acceptsAll;

    /// <summary>A store without rows.</summary>
    /// <param name="runs">The runs that it knows; null: whatever comes.</param>
    public InMemorySequenceStore(IEnumerable<Guid>? runs = null)
    {
        acceptsAll = runs is null;
        if (runs is not null) this.runs.UnionWith(runs);
    }

    /// <inheritdoc/>
    public bool IsDurable => false;

    /// <summary>How many rows there are in all.</summary>
    public long Count
    {
        get
        {
            lock (gate) return sequences.Values.Sum(rows => (long)rows.Count);
        }
    }

    /// <summary>Makes a run known.</summary>
    public void AddRun(Guid run)
    {
        lock (gate) runs.Add(run);
    }

    /// <inheritdoc/>
    public ValueTask<bool> KnowsRunAsync(Guid run, CancellationToken cancellationToken)
    {
        lock (gate) return ValueTask.FromResult(acceptsAll || runs.Contains(run));
    }

    /// <inheritdoc/>
    public ValueTask<AppendOutcome> AppendAsync(IReadOnlyList<SequenceBatch> batches, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batches);
        long added = 0, duplicates = 0, unknown = 0;
        lock (gate)
        {
            foreach (var batch in batches)
            {
                if (!acceptsAll && !runs.Contains(batch.Run))
                {
                    unknown += batch.Rows.Count;
                    continue;
                }

                var rows = Of(batch.Run, batch.Sequence);
                foreach (var row in batch.Rows)
                {
                    if (rows.Add(row)) added++;
                    else duplicates++;
                }
            }
        }

        return ValueTask.FromResult(new AppendOutcome(added, duplicates, unknown));
    }

    /// <inheritdoc/>
    public ValueTask<AppendOutcome> ReconcileAsync(
        Guid run,
        string sequence,
        IReadOnlyList<SequenceRow> rows,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(rows);
        lock (gate)
        {
            if (!acceptsAll && !runs.Contains(run)) return ValueTask.FromResult(new AppendOutcome(0, 0, rows.Count));
            var there = Of(run, sequence);
            var added = 0L;
            foreach (var row in rows)
            {
                if (there.Set(row)) added++;
            }

            return ValueTask.FromResult(new AppendOutcome(added, rows.Count - added, 0));
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> SequencesAsync(Guid run, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return ValueTask.FromResult<IReadOnlyList<string>>(
                sequences.Keys.Where(key => key.Run == run).Select(key => key.Name).Order(StringComparer.Ordinal).ToArray());
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SequenceRow>> RowsAsync(
        Guid run,
        string sequence,
        long fromIdx,
        int limit,
        CancellationToken cancellationToken
    )
    {
        lock (gate)
        {
            return ValueTask.FromResult<IReadOnlyList<SequenceRow>>(
                sequences.TryGetValue((run, sequence), out var rows)
                    ? rows.Sorted().Where(row => row.Idx >= fromIdx).Take(limit).ToArray()
                    : []
            );
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<IdxRange>> GapsAsync(Guid run, string sequence, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return ValueTask.FromResult(
                sequences.TryGetValue((run, sequence), out var rows) ? IdxRange.Missing(rows.Sorted().Select(row => row.Idx)) : []);
        }
    }

    Rows Of(Guid run, string sequence)
    {
        if (!sequences.TryGetValue((run, sequence), out var rows)) sequences.Add((run, sequence), rows = new Rows());
        return rows;
    }

    // Almost every row comes after those that are there; the others have a place of their own until somebody reads.
    sealed class Rows
    {
        readonly List<SequenceRow> inOrder = [];
        readonly SortedDictionary<long, SequenceRow> late = [];

        public int Count => inOrder.Count + late.Count;

        public bool Add(SequenceRow row)
        {
            if (inOrder.Count == 0 || row.Idx > inOrder[^1].Idx)
            {
                inOrder.Add(row);
                return true;
            }

            return Find(row.Idx) < 0 && late.TryAdd(row.Idx, row);
        }

        // True when it was not there.
        public bool Set(SequenceRow row)
        {
            if (Add(row)) return true;
            var index = Find(row.Idx);
            if (index >= 0) inOrder[index] = row with { ReceivedUs = inOrder[index].ReceivedUs };
            else late[row.Idx] = row with { ReceivedUs = late[row.Idx].ReceivedUs };
            return false;
        }

        public List<SequenceRow> Sorted()
        {
            if (late.Count > 0)
            {
                inOrder.AddRange(late.Values);
                late.Clear();
                inOrder.Sort((a, b) => a.Idx.CompareTo(b.Idx));
            }

            return inOrder;
        }

        int Find(long idx)
        {
            int low = 0, high = inOrder.Count - 1;
            while (low <= high)
            {
                var middle = (low + high) >>> 1;
                if (inOrder[middle].Idx == idx) return middle;
                if (inOrder[middle].Idx < idx) low = middle + 1;
                else high = middle - 1;
            }

            return -1;
        }
    }
}
