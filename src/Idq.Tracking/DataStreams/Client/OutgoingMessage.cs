namespace Idq.Tracking;

/// <summary>A message that the server has not acknowledged.</summary>
sealed class OutgoingMessage
{
    public required ulong Number { get; init; }

    public required byte[]? Payload { get; set; }

    public required int Length { get; init; }

    public required int Records { get; init; }

    public required bool IsCompressed { get; init; }

    /// <summary>Too long for a datagram.</summary>
    public required bool NeedsStream { get; init; }

    /// <summary>Where the payload lies in the spool; null without one.</summary>
    public LogPosition? SpoolPosition { get; init; }

    /// <summary>When it was sent last, ticks of the caller's clock.</summary>
    public long SentAt { get; set; }

    public int Attempts { get; set; }

    public bool IsInFlight { get; set; }

    /// <summary>Where it is kept; null: acknowledged or given up.</summary>
    public LinkedListNode<OutgoingMessage>? Place { get; set; }

    public bool IsKept => Place is not null;
}
