namespace Idq.Tracking;

/// <summary>
/// What a client keeps until it is acknowledged, and the decision what to send next: what the server misses first, then what was never sent, as far as the window
/// allows. Without input and output and without a clock of its own: every method is told the time in ticks.
/// </summary>
/// <threadsafety>The caller's lock.</threadsafety>
internal sealed class OutgoingMessages(long ticksPerSecond, int largestWindow)
{
    const int SmallestWindow = 4;

    readonly Queue<OutgoingMessage> again = new();
    readonly long shortestTimeout = ticksPerSecond / 10;
    readonly long longestTimeout = 2 * ticksPerSecond;

    // messages[i] has number First + i; null: acknowledged or given up.
    readonly Deque messages = new();
    long timeout = ticksPerSecond / 5;
    long roundTrip;
    long lastShrink;
    double window = Math.Min(32, largestWindow);
    ulong nextUnsent = 1;

    /// <summary>The smallest number that is kept; that of the next message when there is none.</summary>
    public ulong First { get; private set; } = 1;

    /// <summary>The number of the next message.</summary>
    public ulong Next => First + (ulong)messages.Count;

    public bool IsEmpty => messages.Count == 0;

    /// <summary>The message that waits longest; null when there is none.</summary>
    public OutgoingMessage? Oldest => IsEmpty ? null : messages[0];

    /// <summary>Bytes of payload in memory.</summary>
    public long Bytes { get; private set; }

    public int InFlight { get; private set; }

    public long Records { get; private set; }

    /// <summary>Messages that the server said it misses, and those of which it said nothing for too long.</summary>
    public long Lost { get; private set; }

    public long AcknowledgedRecords { get; private set; }

    public void Add(OutgoingMessage message)
    {
        messages.Add(message);
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
            if (Find(message.Number) == message && !message.IsInFlight) return Send(message, now);
        }

        while (nextUnsent < Next)
        {
            var message = Find(nextUnsent++);
            if (message is not null) return Send(message, now);
        }

        return null;
    }

    /// <summary>Whether something was never sent.</summary>
    public bool HasUnsent => nextUnsent < Next || again.Count > 0;

    /// <summary>When the oldest message on its way counts as lost; null when nothing is on its way.</summary>
    public long? NextExpiry()
    {
        if (InFlight == 0) return null;
        long oldest = long.MaxValue;
        for (int i = 0; i < messages.Count; i++)
        {
            if (messages[i] is { IsInFlight: true } message)
            {
                oldest = Math.Min(oldest, message.SentAt + TimeoutOf(message));
                // Those after it were sent later, but for repetitions.
                if (i > 64) break;
            }
        }

        return oldest;
    }

    /// <summary>It was not sent after all.</summary>
    public void PutBack(OutgoingMessage message)
    {
        if (!message.IsInFlight || Find(message.Number) != message) return;
        message.IsInFlight = false;
        InFlight--;
        again.Enqueue(message);
    }

    /// <summary>Lets go of what has arrived; what is missing is sent again.</summary>
    public void Acknowledge(Acknowledgement acknowledgement, long now)
    {
        ulong end = Math.Min(acknowledgement.Highest, nextUnsent - 1);
        int freed = 0, missing = 0, range = 0;
        for (ulong number = First; number <= end && number >= First; number++)
        {
            var message = Find(number);
            if (message is null) continue;
            while (range < acknowledgement.Missing.Count && acknowledgement.Missing[range].Last < number) range++;
            bool isMissing = number > acknowledgement.Through
                && range < acknowledgement.Missing.Count && acknowledgement.Missing[range].First <= number;
            if (!isMissing)
            {
                if (message.Attempts == 1) Measure(now - message.SentAt);
                AcknowledgedRecords += message.Records;
                Remove(message);
                freed++;
            }
            // What goes over the stream may be overtaken by datagrams, and has its own repetition.
            else if (message is { IsInFlight: true, NeedsStream: false } && now - message.SentAt > Math.Max(roundTrip, ticksPerSecond / 1000))
            {
                missing++;
                Lose(message);
            }
        }

        Trim();
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
        if (IsEmpty) return null;
        var message = Find(First)!;
        Remove(message);
        Trim();
        return message;
    }

    /// <summary>Takes out the messages that were never sent, in their order; their numbers are free again.</summary>
    public List<OutgoingMessage> TakeUnsent()
    {
        var unsent = new List<OutgoingMessage>();
        while (Next > nextUnsent && messages.Count > 0)
        {
            if (messages[messages.Count - 1] is { } message)
            {
                unsent.Add(message);
                Remove(message);
            }

            messages.RemoveLast();
        }

        unsent.Reverse();
        return unsent;
    }

    /// <summary>Gives up a message.</summary>
    public void GiveUp(OutgoingMessage message)
    {
        if (Find(message.Number) != message) return;
        Remove(message);
        Trim();
    }

    /// <summary>How many records the messages up to a number hold.</summary>
    public long RecordsThrough(ulong number)
    {
        long count = 0;
        for (int i = 0; i < messages.Count && First + (ulong)i <= number; i++) count += messages[i]?.Records ?? 0;
        return count;
    }

    /// <summary>Lets go of the payload of a message that can be read again from elsewhere.</summary>
    public void ForgetPayload(OutgoingMessage message)
    {
        Bytes -= message.Payload?.Length ?? 0;
        message.Payload = null;
    }

    OutgoingMessage? Find(ulong number) => number >= First && number < Next ? messages[(int)(number - First)] : null;

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
        int lost = 0;
        for (int i = 0; i < messages.Count && (ulong)i + First < nextUnsent; i++)
        {
            if (messages[i] is { IsInFlight: true } message && now - message.SentAt >= TimeoutOf(message))
            {
                Lose(message);
                lost++;
            }
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
        messages[(int)(message.Number - First)] = null;
    }

    void Trim()
    {
        while (messages.Count > 0 && messages[0] is null)
        {
            messages.RemoveFirst();
            First++;
        }

        if (nextUnsent < First) nextUnsent = First;
    }

    void Measure(long trip) => roundTrip = roundTrip == 0 ? trip : ((7 * roundTrip) + trip) / 8;

    // Once for what was lost together.
    void Shrink(long now)
    {
        if (now - lastShrink < Math.Max(roundTrip, ticksPerSecond / 100)) return;
        lastShrink = now;
        window = Math.Max(SmallestWindow, window / 2);
    }

    // A ring: first in, first out, and any place in between.
    sealed class Deque
    {
        OutgoingMessage?[] ring = new OutgoingMessage?[64];
        int head;

        public int Count { get; private set; }

        public OutgoingMessage? this[int index]
        {
            get => ring[(head + index) & (ring.Length - 1)];
            set => ring[(head + index) & (ring.Length - 1)] = value;
        }

        public void Add(OutgoingMessage message)
        {
            if (Count == ring.Length)
            {
                var larger = new OutgoingMessage?[2 * ring.Length];
                for (int i = 0; i < Count; i++) larger[i] = this[i];
                (ring, head) = (larger, 0);
            }

            Count++;
            this[Count - 1] = message;
        }

        public void RemoveLast()
        {
            this[Count - 1] = null;
            Count--;
        }

        public void RemoveFirst()
        {
            ring[head] = null;
            head = (head + 1) & (ring.Length - 1);
            Count--;
        }
    }
}
