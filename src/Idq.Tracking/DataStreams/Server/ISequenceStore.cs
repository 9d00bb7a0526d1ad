namespace Idq.Tracking;

/// <summary>What became of rows that were handed to a store.</summary>
/// <param name="Added">New rows.</param>
/// <param name="Duplicates">Rows whose number was there; the row that was there stays.</param>
/// <param name="UnknownRuns">Rows of runs that are not there (any more).</param>
public readonly record struct AppendOutcome(long Added, long Duplicates, long UnknownRuns);

/// <summary>Where sequences are kept.</summary>
/// <remarks>
/// Failures are <see cref="TrackerException"/>; the server tries transient ones again. A row is identified by run, name of the sequence and
/// idx. All members may be called from any thread.
/// </remarks>
public interface ISequenceStore
{
    /// <summary>
    /// Whether rows that were appended survive the process. The log of a store that forgets is never cut: it is what the store is filled
    /// from at the next start.
    /// </summary>
    bool IsDurable { get; }

    /// <summary>Whether a run is there. Only rows of such runs are accepted.</summary>
    ValueTask<bool> KnowsRunAsync(Guid run, CancellationToken cancellationToken);

    /// <summary>
    /// Adds rows of streams: all of them or, with an exception, none. A sequence is made by
    /// its first row; a number that is there is left as it is.
    /// </summary>
    ValueTask<AppendOutcome> AppendAsync(IReadOnlyList<SequenceBatch> batches, CancellationToken cancellationToken);

    /// <summary>
    /// The final, full persist of a sequence: every row given is there afterwards just as given, whatever the stream had brought; rows with
    /// other numbers stay. Doing it again changes nothing, and rows of the stream that come late are duplicates. The time of receipt of a
    /// row that is there is kept.
    /// </summary>
    /// <returns>Added: rows that the stream had lost. Duplicates: rows that were there.</returns>
    ValueTask<AppendOutcome> ReconcileAsync(
        Guid run,
        string sequence,
        IReadOnlyList<SequenceRow> rows,
        CancellationToken cancellationToken
    );

    /// <summary>The names of a run's sequences, sorted; none for a run that is not there.</summary>
    ValueTask<IReadOnlyList<string>> SequencesAsync(Guid run, CancellationToken cancellationToken);

    /// <summary>The rows of a sequence from a number on, by their numbers; none for a sequence that is not there.</summary>
    ValueTask<IReadOnlyList<SequenceRow>> RowsAsync(
        Guid run,
        string sequence,
        long fromIdx,
        int limit,
        CancellationToken cancellationToken
    );

    /// <summary>The numbers from 0 to the largest that are missing: rows that were lost, or are still under way.</summary>
    ValueTask<IReadOnlyList<IdxRange>> GapsAsync(Guid run, string sequence, CancellationToken cancellationToken);
}
