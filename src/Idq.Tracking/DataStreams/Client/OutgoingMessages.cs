namespace Idq.Tracking;

/// <summary>
/// What a client keeps until it is acknowledged, and the decision what to send next: what the server misses first, then what was never
/// sent, as far as the window allows. Without input and output and without a clock of its own: every method is told the time in ticks.
/// </summary>
/// <threadsafety>The caller's lock.</threadsafety>
sealed class OutgoingMessages(long ticksPerSecond, int largestWindow)
{
    const int SmallestWindow = 4;

    readonly Queue<OutgoingMessage> again = new();
    readonly long shortestTimeout = ticksPerSecond / 10;
    readonly long longestTimeout = 2 * ticksPerSecond;

    // By their numbers: those that were sent, and then, from firstUnsent on, those that never
    // were. The former are not many: the window sees to that.
    readonly LinkedList<OutgoingMessage> messages = [];
    LinkedListNode<OutgoingMessage>? firstUnsent;
    long timeout = ticksPerSecond / 5;
    long roundTrip;
    long lastShrink;
    double window = Math.Min(32, largestWindow);

    /// <summary>The smallest number that is kept; that of the next message when there is none.</summary>
    public ulong First => messages.First?.Value.Number ?? Next;

    /// <summary>The number of the next message.</summary>
    public ulong Next { get; private set; } = 1;

    public bool IsEmpty => messages.Count == 0;

    /// <summary>The message that waits longest; null when there is none.</summary>
    public OutgoingMessage? Oldest => messages.First?.Value;

    /// <summary>Bytes of payload in memory.</summary>
    public long Bytes { get; private set; }

    public int InFlight { get; private set; }

    public long Records { get; private set; }

    /// <summary>Messages that the server said it misses, and those of which it said nothing for too long.</summary>
    public long Lost { get; private set; }

    public long AcknowledgedRecords { get; private set; }

    /// <summary>Adds a message, whose number is <see cref="Next"/>.</summary>
    public void Add(OutgoingMessage message)
    {
        message.Place = messages.AddLast(message);
        firstUnsent ??= message.Place;
        Next = message.Number + 1;
        Bytes += message.Payload?.Length ?? 0;
        Records += message.Records;
    }

    /// <summary>The message to send now, marked as sent; null when there is none, or the window is full.</summary>
    public OutgoingMessage? Take(long now)
    {
        Expire(now);
        if (InFlight >= (int)window) return null;
        while (again.TryDequeue(out var message))
        {
            // It may have been acknowledged while it waited.
            if (message is { IsKept: true, IsInFlight: false }) return Send(message, now);
        }

        if (firstUnsent is not { Value: var next }) return null;
        firstUnsent = firstUnsent.Next;
        return Send(next, now);
    }

    /// <summary>Whether something was never sent.</summary>
    public bool HasUnsent => firstUnsent is not null || again.Count > 0;

    /// <summary>When the oldest message on its way counts as lost; null when nothing is on its way.</summary>
    public long? NextExpiry()
    {
        if (InFlight == 0) return null;
        var oldest = long.MaxValue;
        for (var node = messages.First; node != firstUnsent; node = node!.Next)
        {
            if (node!.Value.IsInFlight) oldest = Math.Min(oldest, node.Value.SentAt + TimeoutOf(node.Value));
        }

        return oldest;
    }

    /// <summary>It was not sent after all.</summary>
    public void PutBack(OutgoingMessage message)
    {
        if (!message.IsInFlight || !message.IsKept) return;
        message.IsInFlight = false;
        InFlight--;
        again.Enqueue(message);
    }

    /// <summary>Lets go of what has arrived; what is missing is sent again.</summary>
    public void Acknowledge(Acknowledgement acknowledgement, long now)
    {
        int freed = 0, missing = 0, range = 0;
        for (var node = messages.First; node != firstUnsent && node!.Value.Number <= acknowledgement.Highest;)
        {
            var message = node.Value;
            var number = message.Number;
            node = node.Next;
            while (range < acknowledgement.Missing.Count && acknowledgement.Missing[range].Last < number) range++;
            var isMissing = number > acknowledgement.Through
                && range < acknowledgement.Missing.Count && acknowledgement.Missing[range].First <= number;
            if (!isMissing)
            {
                if (message.Attempts == 1) Measure(now - message.SentAt);
                AcknowledgedRecords += message.Records;
                Remove(message);
                freed++;
            }
            // What goes over the stream may be overtaken by datagrams, and has its own repetition.
            else if (
                message is { IsInFlight: true, NeedsStream: false }
                && now - message.SentAt > Math.Max(roundTrip, ticksPerSecond / 1000)
            )
            {
                missing++;
                Lose(message);
            }
        }

        if (freed > 0)
        {
            timeout = Math.Clamp(4 * roundTrip, shortestTimeout, longestTimeout);
            if (missing == 0) window = Math.Min(largestWindow, window + freed);
        }

        if (missing > 0) Shrink(now);
    }

    /// <summary>Gives up the oldest message; null when there is none.</summary>
    public OutgoingMessage? DropOldest()
    {
        var message = Oldest;
        if (message is not null) Remove(message);
        return message;
    }

    /// <summary>Takes out the messages that were never sent, in their order; their numbers are free again.</summary>
    public List<OutgoingMessage> TakeUnsent()
    {
        var unsent = new List<OutgoingMessage>();
        if (firstUnsent is not null) Next = firstUnsent.Value.Number;
        while (firstUnsent is { Value: var message })
        {
            unsent.Add(message);
            Remove(message);
        }

        return unsent;
    }

    /// <summary>Gives up a message.</summary>
    public void GiveUp(OutgoingMessage message)
    {
        if (message.IsKept) Remove(message);
    }

    /// <summary>How many records the messages up to a number hold.</summary>
    public long RecordsThrough(ulong number)
    {
        var count = 0L;
        for (var node = messages.First; node is not null && node.Value.Number <= number; node = node.Next) count += node.Value.Records;
        return count;
    }

    /// <summary>Lets go of the payload of a message that can be read again from elsewhere.</summary>
    public void ForgetPayload(OutgoingMessage message)
    {
        Bytes -= message.Payload?.Length ?? 0;
        message.Payload = null;
    }

    OutgoingMessage Send(OutgoingMessage message, long now)
    {
        message.IsInFlight = true;
        message.SentAt = now;
        message.Attempts++;
        InFlight++;
        return message;
    }

    void Expire(long now)
    {
        var lost = 0;
        for (var node = messages.First; node != firstUnsent; node = node!.Next)
        {
            var message = node!.Value;
            if (!message.IsInFlight || now - message.SentAt < TimeoutOf(message)) continue;
            Lose(message);
            lost++;
        }

        if (lost == 0) return;
        timeout = Math.Min(2 * timeout, longestTimeout);
        Shrink(now);
    }

    // A stream may take its time: it repeats what it must by itself.
    long TimeoutOf(OutgoingMessage message) => message.NeedsStream ? Math.Max(timeout, 10 * ticksPerSecond) : timeout;

    void Lose(OutgoingMessage message)
    {
        message.IsInFlight = false;
        InFlight--;
        Lost++;
        again.Enqueue(message);
    }

    void Remove(OutgoingMessage message)
    {
        if (message.IsInFlight) InFlight--;
        Bytes -= message.Payload?.Length ?? 0;
        Records -= message.Records;
        if (message.Place == firstUnsent) firstUnsent = firstUnsent!.Next;
        messages.Remove(message.Place!);
        message.Place = null;
    }

    void Measure(long trip) => roundTrip = roundTrip == 0 ? trip : ((7 * roundTrip) + trip) / 8;

    // Once for what was lost together.
    void Shrink(long now)
    {
        if (now - lastShrink < Math.Max(roundTrip, ticksPerSecond / 100)) return;
        lastShrink = now;
        window = Math.Max(SmallestWindow, window / 2);
    }
}
