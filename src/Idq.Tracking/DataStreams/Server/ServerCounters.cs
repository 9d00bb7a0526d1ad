namespace Idq.Tracking;

/// <summary>The counters of a server while it runs; each may be raised from any thread.</summary>
sealed class ServerCounters
{
    public long Messages;
    public long StreamMessages;
    public long Records;
    public long Persisted;
    public long DuplicateMessages;
    public long DuplicateRecords;
    public long UnknownRunRecords;
    public long Deferred;
    public long FailedRecords;
    public long ReplayedRecords;
    public long WaitingRecords;
    public long Acknowledgements;
    public long Errors;
    public long Bytes;
    public long Quarantined;
    public long QuarantineMissed;
    public long QuarantineBytes;

    // Messages between receiving and writing.
    public long Queued;

    readonly long[] refused = new long[Enum.GetValues<MessageFailure>().Length];

    /// <summary>The counters as they are now.</summary>
    public DataStreamServerStatistics Read((long Missing, long Lost) clients, long logBytes, TimeSpan elapsed) => new()
    {
        Messages = Interlocked.Read(ref Messages),
        StreamMessages = Interlocked.Read(ref StreamMessages),
        Bytes = Interlocked.Read(ref Bytes),
        Queued = Interlocked.Read(ref Queued),
        Records = Interlocked.Read(ref Records),
        Persisted = Interlocked.Read(ref Persisted),
        DuplicateMessages = Interlocked.Read(ref DuplicateMessages),
        DuplicateRecords = Interlocked.Read(ref DuplicateRecords),
        UnknownRunRecords = Interlocked.Read(ref UnknownRunRecords),
        Refused = Refused(),
        Deferred = Interlocked.Read(ref Deferred),
        MissingMessages = clients.Missing,
        LostMessages = clients.Lost,
        FailedRecords = Interlocked.Read(ref FailedRecords),
        ReplayedRecords = Interlocked.Read(ref ReplayedRecords),
        WaitingRecords = Interlocked.Read(ref WaitingRecords),
        Acknowledgements = Interlocked.Read(ref Acknowledgements),
        Errors = Interlocked.Read(ref Errors),
        Quarantined = Interlocked.Read(ref Quarantined),
        QuarantineMissed = Interlocked.Read(ref QuarantineMissed),
        QuarantineBytes = Interlocked.Read(ref QuarantineBytes),
        LogBytes = logBytes,
        Elapsed = elapsed,
    };

    public long Refuse(MessageFailure failure) => Interlocked.Increment(ref refused[(int)failure]);

    IReadOnlyDictionary<MessageFailure, long> Refused() => Enum.GetValues<MessageFailure>()
        .Where(failure => failure != MessageFailure.None)
        .ToDictionary(failure => failure, failure => Interlocked.Read(ref refused[(int)failure]));
}
