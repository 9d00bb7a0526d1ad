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
    readonly long[] refused = new long[Enum.GetValues<MessageFailure>().Length];

    public long Refuse(MessageFailure failure) => Interlocked.Increment(ref refused[(int)failure]);

    public IReadOnlyDictionary<MessageFailure, long> Refused() => Enum.GetValues<MessageFailure>()
        .Where(failure => failure != MessageFailure.None)
        .ToDictionary(failure => failure, failure => Interlocked.Read(ref refused[(int)failure]));
}
