namespace Idq.Tracking;

/// <summary>The counters of a client at one moment.</summary>
public sealed record DataStreamClientStatistics
{
    /// <summary>Records that <see cref="DataStreamClient.Append(StreamRecord)"/> took.</summary>
    public long Records { get; init; }

    /// <summary>Records that the server has safely, refused ones among them.</summary>
    public long AcknowledgedRecords { get; init; }

    /// <summary>Records that wait for an acknowledgement.</summary>
    public long WaitingRecords { get; init; }

    /// <summary>Records given up because the buffer was full. Some of those given up last may have arrived.</summary>
    public long DroppedRecords { get; init; }

    /// <summary>Records that the server refused for good: their run is unknown to it, or their message is too long for it.</summary>
    public long RefusedRecords { get; init; }

    /// <summary>Messages sent, repetitions among them.</summary>
    public long Messages { get; init; }

    /// <summary>Messages sent over a stream socket.</summary>
    public long StreamMessages { get; init; }

    /// <summary>Messages that were lost on the way, or answered too late, and sent again.</summary>
    public long LostMessages { get; init; }

    /// <summary>Attempts to send that the system refused: no server, mostly.</summary>
    public long Errors { get; init; }

    /// <summary>Answers that were no acknowledgements for this client: damaged, unsigned, foreign.</summary>
    public long BadAnswers { get; init; }

    /// <summary>How long the client has been there.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Messages per second since the client is there.</summary>
    public double Rate => Elapsed > TimeSpan.Zero ? Messages / Elapsed.TotalSeconds : 0;
}

/// <summary>What became of a wait for acknowledgements.</summary>
/// <param name="Unacknowledged">
/// How many records were not acknowledged in time. They are still kept, unless the client was closed and has no spool.
/// </param>
/// <param name="Dropped">How many records the client had given up until then, in all.</param>
/// <param name="Refused">How many records the server had refused until then, in all.</param>
public readonly record struct FlushOutcome(long Unacknowledged, long Dropped, long Refused)
{
    /// <summary>True when everything that was appended before the call is safe on the server.</summary>
    public bool IsComplete => Unacknowledged == 0 && Dropped == 0 && Refused == 0;
}
