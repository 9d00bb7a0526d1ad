namespace Idq.Tracking;

public sealed partial class TrackerStore : ISequenceStore
{
    static readonly RowColumn[] SequenceRowColumns =
    [
        RowColumn.Integer("sequence_id"),
        RowColumn.Integer("idx"),
        RowColumn.Integer("timestamp_us"),
        RowColumn.Integer("received_us"),
        RowColumn.Text("value_json"),
    ];

    /// <inheritdoc/>
    public bool IsDurable => true;

    /// <summary>Whether there is a run of this uid that is not deleted.</summary>
    public ValueTask<bool> KnowsRunAsync(Guid run, CancellationToken cancellationToken) =>
        ValueTask.FromResult(database.Read(connection => ActiveRun(connection, run) is not null));

    /// <inheritdoc/>
    public ValueTask<AppendOutcome> AppendAsync(IReadOnlyList<SequenceBatch> batches, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batches);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(
            database.Write(
                Durability.PowerLoss,
                connection =>
                {
                    long added = 0,
                        duplicates = 0,
                        unknown = 0;
                    var now = Now();
                    foreach (var batch in batches)
                    {
                        if (ActiveRun(connection, batch.Run) is not { } run)
                        {
                            unknown += batch.Rows.Count;
                            continue;
                        }

                        var fresh = InsertSequenceRows(
                            connection,
                            SequenceId(connection, run, batch.Sequence),
                            batch.Rows,
                            "ON CONFLICT (sequence_id, idx) DO NOTHING"
                        );
                        added += fresh;
                        duplicates += batch.Rows.Count - fresh;
                        // Rows are a sign of life of their run.
                        SignOfLife(connection, run, now);
                    }

                    return new AppendOutcome(added, duplicates, unknown);
                }
            )
        );
    }

    /// <inheritdoc/>
    public ValueTask<AppendOutcome> ReconcileAsync(
        Guid run,
        string sequence,
        IReadOnlyList<SequenceRow> rows,
        CancellationToken cancellationToken
    )
    {
        RecordValues.CheckName(sequence, "sequence");
        ArgumentNullException.ThrowIfNull(rows);
        cancellationToken.ThrowIfCancellationRequested();
        // One statement must not meet a row twice; of a number given twice the last counts.
        var distinct = rows.GroupBy(row => row.Idx, (_, same) => same.Last()).ToArray();
        return ValueTask.FromResult(
            database.Write(
                Durability.PowerLoss,
                connection =>
                {
                    if (ActiveRun(connection, run) is not { } id)
                        return new AppendOutcome(0, 0, rows.Count);
                    var sequenceId = SequenceId(connection, id, sequence);
                    var before = Count();
                    InsertSequenceRows(
                        connection,
                        sequenceId,
                        distinct,
                        "ON CONFLICT (sequence_id, idx) DO UPDATE SET timestamp_us = excluded.timestamp_us, "
                            + "value_json = excluded.value_json"
                    );
                    var added = Count() - before;
                    return new AppendOutcome(added, rows.Count - added, 0);

                    long Count() =>
                        connection.Number("SELECT count(*) FROM sequence_rows WHERE sequence_id = @id", ("@id", sequenceId))!.Value;
                }));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> SequencesAsync(Guid run, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<string>>(database.Read(connection => connection.Rows(
            "SELECT s.name FROM sequences s JOIN runs r ON r.id = s.run_id WHERE r.uid = @uid",
            reader => reader.GetString(0),
            ("@uid", run.ToString("N"))))
            // The engines' own orders differ.
            .Order(StringComparer.Ordinal).ToArray());

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SequenceRow>> RowsAsync(
        Guid run,
        string sequence,
        long fromIdx,
        int limit,
        CancellationToken cancellationToken
    )
    {
        return ValueTask.FromResult<IReadOnlyList<SequenceRow>>(
            database.Read(connection =>
                connection.Rows(
                    "SELECT w.idx, w.timestamp_us, w.received_us, w.value_json FROM sequence_rows w "
                        + "JOIN sequences s ON s.id = w.sequence_id JOIN runs r ON r.id = s.run_id "
                        + "WHERE r.uid = @uid AND s.name = @name AND w.idx >= @from ORDER BY w.idx LIMIT @limit",
                    reader => new SequenceRow(
                        reader.GetInt64(0),
                        reader.GetInt64(1),
                        reader.GetInt64(2),
                        StreamValueJson.ParseRow(reader.GetString(3))
                    ),
                    ("@uid", run.ToString("N")),
                    ("@name", sequence),
                    ("@from", fromIdx),
                    ("@limit", (long)limit)
                )
            )
        );
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<IdxRange>> GapsAsync(Guid run, string sequence, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<IdxRange>>(
            database.Read(connection =>
                connection.Rows(
                    "SELECT before + 1, idx - 1 FROM (SELECT w.idx AS idx, lag(w.idx, 1, CAST(-1 AS BIGINT)) OVER (ORDER BY w.idx) AS "
                        + "before FROM sequence_rows w "
                        + "JOIN sequences s ON s.id = w.sequence_id JOIN runs r ON r.id = s.run_id WHERE r.uid = @uid "
                        + "AND s.name = @name) AS pairs "
                        + "WHERE idx > before + 1 ORDER BY idx",
                    reader => new IdxRange(reader.GetInt64(0), reader.GetInt64(1)),
                    ("@uid", run.ToString("N")),
                    ("@name", sequence)
                )
            )
        );

    static long? ActiveRun(StoreConnection connection, Guid run) =>
        connection.Number("SELECT id FROM runs WHERE uid = @uid AND lifecycle = 'active'", ("@uid", run.ToString("N")));

    static long SequenceId(StoreConnection connection, long run, string name)
    {
        return Find() ?? Make();

        long? Find() => connection.Number("SELECT id FROM sequences WHERE run_id = @run AND name = @name", ("@run", run), ("@name", name));

        long Make()
        {
            connection.Execute(
                "INSERT INTO sequences (run_id, name) VALUES (@run, @name) ON CONFLICT (run_id, name) DO NOTHING",
                ("@run", run),
                ("@name", name)
            );
            return Find()!.Value;
        }
    }

    // How many rows were changed.
    static long InsertSequenceRows(StoreConnection connection, long sequence, IReadOnlyList<SequenceRow> rows, string conflict)
    {
        var insert = connection.Insert("sequence_rows", SequenceRowColumns, conflict);
        insert.Set(0, sequence);
        foreach (var row in rows)
        {
            insert.Set(1, row.Idx);
            insert.Set(2, row.TimestampUs);
            insert.Set(3, row.ReceivedUs);
            insert.Set(4, StreamValueJson.Text(row.Values));
            insert.Next();
        }

        return insert.Flush();
    }
}
