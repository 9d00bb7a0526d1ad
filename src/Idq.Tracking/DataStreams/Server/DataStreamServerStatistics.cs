namespace Idq.Tracking;

/// <summary>The counters of a server at one moment.</summary>
public sealed record DataStreamServerStatistics
{
    /// <summary>Datagrams and messages of streams that came, good or bad.</summary>
    public long Messages { get; init; }

    /// <summary>Of these, messages that came over stream sockets.</summary>
    public long StreamMessages { get; init; }

    /// <summary>Bytes of the messages that came.</summary>
    public long Bytes { get; init; }

    /// <summary>Messages that wait between receiving and writing.</summary>
    public long Queued { get; init; }

    /// <summary>Records that were accepted: they are in the write-ahead log.</summary>
    public long Records { get; init; }

    /// <summary>Rows that are in the store.</summary>
    public long Persisted { get; init; }

    /// <summary>Messages that had come before: repetitions, mostly of messages whose acknowledgement was lost.</summary>
    public long DuplicateMessages { get; init; }

    /// <summary>Rows whose number was in the store already.</summary>
    public long DuplicateRecords { get; init; }

    /// <summary>Records of runs that the store does not know.</summary>
    public long UnknownRunRecords { get; init; }

    /// <summary>Messages refused, by reason.</summary>
    public required IReadOnlyDictionary<MessageFailure, long> Refused { get; init; }

    /// <summary>Messages not taken because something was not ready (the disk, the store): they come again.</summary>
    public long Deferred { get; init; }

    /// <summary>Messages that are missing now between those that came.</summary>
    public long MissingMessages { get; init; }

    /// <summary>Messages that clients gave up before they arrived.</summary>
    public long LostMessages { get; init; }

    /// <summary>Rows that the store refused for good.</summary>
    public long FailedRecords { get; init; }

    /// <summary>Rows found in the write-ahead log at the start.</summary>
    public long ReplayedRecords { get; init; }

    /// <summary>Messages and rows that wait: received and not written, written and not in the store.</summary>
    public long WaitingRecords { get; init; }

    /// <summary>Acknowledgements sent.</summary>
    public long Acknowledgements { get; init; }

    /// <summary>Failures of sockets: acknowledgements that could not be sent, receives that failed.</summary>
    public long Errors { get; init; }

    /// <summary>Bytes in the write-ahead log.</summary>
    public long LogBytes { get; init; }

    /// <summary>Refused messages that were put into quarantine.</summary>
    public long Quarantined { get; init; }

    /// <summary>Refused messages that came too fast for the quarantine, or that the disk did not take.</summary>
    public long QuarantineMissed { get; init; }

    /// <summary>Bytes in quarantine.</summary>
    public long QuarantineBytes { get; init; }

    /// <summary>How long the server has been there.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>All messages refused.</summary>
    public long RefusedMessages => Refused.Values.Sum();

    /// <summary>Messages per second since the start.</summary>
    public double Rate => Elapsed > TimeSpan.Zero ? Messages / Elapsed.TotalSeconds : 0;
}

/// <summary>How a server ended.</summary>
/// <param name="Unpersisted">
/// How many accepted rows are not in the store; they are in the write-ahead log and go in at the next start.
/// </param>
public readonly record struct StopOutcome(long Unpersisted);
