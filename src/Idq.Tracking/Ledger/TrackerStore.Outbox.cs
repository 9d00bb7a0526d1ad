namespace Idq.Tracking;

public sealed partial class TrackerStore
{
    /// <summary>
    /// A commit through this object has put messages into the outbox. Raised by the thread that committed; what others commit to the same
    /// store is not told.
    /// </summary>
    public event EventHandler? MessagesStored;

    /// <summary>Messages that commits stored and that no sender has delivered yet, oldest first.</summary>
    /// <param name="after">Only messages with a greater number than this one.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="destination">Only messages for this destination; null takes all.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative.</exception>
    /// <exception cref="TrackerException">The store cannot be read.</exception>
    public IReadOnlyList<OutboxMessage> Outbox(long after = 0, int limit = PageRows, string? destination = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        return database.Read(connection => connection.Rows(
            "SELECT destination, key, payload, seq, time_created FROM outbox WHERE seq > @after "
                + $"{(destination is null ? "" : "AND destination = @destination ")}ORDER BY seq LIMIT @limit",
            reader => new OutboxMessage(reader.GetString(0), reader.GetString(1), (byte[])reader.GetValue(2))
            {
                Seq = reader.GetInt64(3),
                Created = reader.Time(4),
            },
            ("@after", after),
            ("@destination", destination),
            ("@limit", limit)));
    }

    /// <summary>How many messages wait in the outbox; the payloads are not read.</summary>
    /// <param name="destination">Only messages for this destination; null counts all.</param>
    public long OutboxCount(string? destination = null) => database.Read(connection => connection.Number(
        $"SELECT count(*) FROM outbox{(destination is null ? "" : " WHERE destination = @destination")}",
        ("@destination", destination)))!.Value;

    /// <summary>
    /// Removes messages that were delivered. Call it after the destination has acknowledged them: a process that dies between the two
    /// leaves them in the outbox, and they are sent again. The removal itself is not flushed to the disk, so that a power failure too may
    /// bring back messages that were sent.
    /// </summary>
    /// <param name="seqs">Their numbers; those that are not in the outbox (any more) do not matter.</param>
    /// <returns>How many were removed.</returns>
    /// <exception cref="TrackerException">The store cannot be written.</exception>
    public int Sent(IReadOnlyCollection<long> seqs)
    {
        ArgumentNullException.ThrowIfNull(seqs);
        if (seqs.Count == 0) return 0;
        return database.Write(Durability.ProcessDeath, connection => connection.Execute(
            $"DELETE FROM outbox WHERE {connection.Engine.OneOf("seq", "@seqs")}", ("@seqs", connection.Engine.Array(seqs))));
    }

    /// <summary>
    /// Gives up the oldest messages for a destination that does not take them, and records that in the same transaction.
    /// </summary>
    /// <param name="destination">The destination.</param>
    /// <param name="keep">How many of the newest stay; zero or more.</param>
    /// <param name="record">The skip that says how many were given up.</param>
    /// <returns>How many were given up; 0, and nothing is recorded, when no more than <paramref name="keep"/> wait.</returns>
    /// <exception cref="TrackerException">The store cannot be written.</exception>
    public int GiveUp(string destination, long keep, Func<int, SkipDraft> record)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(destination);
        ArgumentOutOfRangeException.ThrowIfNegative(keep);
        if (OutboxCount(destination) <= keep) return 0;
        return database.Write(Durability.PowerLoss, connection =>
        {
            var count = connection.Execute(
                "DELETE FROM outbox WHERE destination = @destination AND seq <= (SELECT seq FROM outbox WHERE destination = @destination "
                    + "ORDER BY seq DESC LIMIT 1 OFFSET @keep)",
                ("@destination", destination),
                ("@keep", keep));
            if (count == 0) return 0;
            var skip = record(count);
            skip.Validate();
            Append(connection, skip, Now());
            return count;
        });
    }

    static void Append(StoreConnection connection, OutboxMessage message, string now) => connection.Execute(
        "INSERT INTO outbox (destination, key, payload, time_created) VALUES (@destination, @key, @payload, @now)",
        ("@destination", message.Destination),
        ("@key", message.Key),
        ("@payload", message.Payload.ToArray()),
        ("@now", now));
}
