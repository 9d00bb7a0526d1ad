namespace Idq;

/// <summary>
/// Yields strides when they are due: stride k is [start + k·stride, start + (k+1)·stride), due at its end plus the delay.
/// </summary>
/// <remarks>
/// A stride is consumed by <see cref="Complete"/>, or by asking an enumeration for the one after it; a consumer that throws or
/// breaks out in the middle has not consumed it, and is given it again. Strides are given in order, each once consumed never again,
/// whatever
/// the clock does: back, and nothing is due for a while; forward, and all that was missed is due at once.
/// Catching up is limited by <see cref="CadenceOptions.MaxIters"/> and <see cref="CadenceOptions.MaxLatency"/>: a poll then
/// stops with an <see cref="Outcome"/> that says so, and <see cref="SkipLate"/> gives up what is overdue. Nothing is skipped otherwise.
/// </remarks>
/// <threadsafety>For one consumer.</threadsafety>
public sealed class CadenceManager
{
    readonly IGpsClock clock;
    readonly CadenceOptions options;

    /// <summary>A manager that stands before stride 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public CadenceManager(IGpsClock clock, CadenceOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.Delay, "options.Delay");
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxIters, 1, "options.MaxIters");
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxLatency, "options.MaxLatency");
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Stride, 1, "options.Stride");
        (this.clock, this.options) = (clock, options);
        var start = options.EnforceIntegerStrides ? StridePlan.Align(options.Start, options.Stride) : options.Start;
        Plan = new(start, options.Stride, options.MaxTimestamp);
    }

    /// <summary>The strides that it yields.</summary>
    public StridePlan Plan { get; }

    /// <summary>The number of the first stride that is not consumed.</summary>
    public long NextIndex { get; private set; }

    /// <summary>The left edge of the first stride that is not consumed.</summary>
    public GpsTime Timestamp => Plan.LeftEdge(NextIndex);

    /// <summary>The first stride that is not consumed, due or not; null at the end.</summary>
    public Stride? Next => Timestamp >= Plan.End ? null : Plan.At(NextIndex);

    /// <summary>When the first stride that is not consumed is due; the unbounded future at the end.</summary>
    public GpsTime NextDue => Next is { } next ? Due(next) : GpsTime.MaxValue;

    /// <summary>Nanoseconds that the next stride is overdue; negative while it is not due yet.</summary>
    public long Latency => clock.Now - NextDue;

    /// <summary>Why the last poll stopped, or how things stood when the last wait ended.</summary>
    public CadenceOutcome Outcome { get; private set; }

    /// <summary>When a stride is due: its end plus the delay.</summary>
    public GpsTime Due(Stride stride) => stride.Segment.End + options.Delay;

    /// <summary>Goes to a stride, to resume: everything before it counts as consumed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public void StartAt(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        NextIndex = index;
    }

    /// <summary>
    /// Waits until the next stride is due, and shows it without consuming it: the same stride comes again until it is consumed. Null when
    /// the maximum timestamp is reached.
    /// </summary>
    public async ValueTask<Stride?> WaitAsync(CancellationToken cancellationToken)
    {
        if (Next is not { } next)
        {
            Outcome = CadenceOutcome.Ended;
            return null;
        }
        // A clock that was set back while we waited is waited for again.
        while (clock.Now < Due(next)) await clock.WaitUntilAsync(Due(next), cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        Outcome = Latency > options.MaxLatency ? CadenceOutcome.TooLate : CadenceOutcome.CaughtUp;
        return next;
    }

    /// <summary>Counts a stride as consumed. Completing one that is consumed already does nothing.</summary>
    /// <exception cref="InvalidOperationException">A stride before it is not consumed.</exception>
    public void Complete(Stride stride)
    {
        if (stride.Index > NextIndex)
            throw new InvalidOperationException($"stride {stride.Index} is not next: stride {NextIndex} is not consumed yet");
        NextIndex = Math.Max(NextIndex, stride.Index + 1);
    }

    /// <summary>
    /// The strides that are due, oldest first, without waiting; the clock is read anew for each. <see cref="Outcome"/> says why it ends.
    /// Asking for the next stride consumes the one before.
    /// </summary>
    public IEnumerable<Stride> Poll()
    {
        for (long n = 0; ; n++)
        {
            Outcome = Judge(n);
            if (Outcome != CadenceOutcome.CaughtUp || clock.Now < NextDue) yield break;
            var stride = Plan.At(NextIndex);
            yield return stride;
            Complete(stride);
        }
    }

    /// <summary>
    /// Gives up every stride that is due but the newest, and says which; null when at most one is due.
    /// </summary>
    public SkippedStrides? SkipToNow() => SkipTo(Newest(clock.Now));

    /// <summary>
    /// Gives up what the last poll could not catch up, and says which; null when that is nothing. When it stopped because of
    /// <see cref="CadenceOptions.MaxLatency"/>, only strides that are later than that are given up, and never the newest that is due;
    /// otherwise every one that is due but the newest.
    /// </summary>
    public SkippedStrides? SkipLate()
    {
        var now = clock.Now;
        var newest = Newest(now);
        if (Outcome != CadenceOutcome.TooLate || options.MaxLatency == long.MaxValue) return SkipTo(newest);
        // The stride that ends just in time, or the one that holds that instant.
        var inTime = now - options.Delay - options.MaxLatency - 1;
        return SkipTo(inTime < Plan.Start ? NextIndex : Math.Min(newest, Plan.IndexOf(inTime)));
    }

    // The newest stride that is due; the one before the next when none is.
    long Newest(GpsTime now)
    {
        if (Next is not { } next || now < Due(next)) return NextIndex - 1;
        // The last stride is cut, and so is due before the others would be.
        var last = Plan.LastIndex;
        return now >= Plan.End + options.Delay ? last : Math.Min(Plan.IndexOf(now - options.Delay) - 1, last);
    }

    SkippedStrides? SkipTo(long index)
    {
        var first = NextIndex;
        if (index <= first) return null;
        NextIndex = index;
        return new SkippedStrides(first, index - first, new Segment(Plan.LeftEdge(first), Plan.LeftEdge(index)));
    }

    CadenceOutcome Judge(long yielded)
    {
        if (Next is null) return CadenceOutcome.Ended;
        var latency = Latency;
        if (latency < 0) return CadenceOutcome.CaughtUp;
        if (latency > options.MaxLatency) return CadenceOutcome.TooLate;
        return yielded >= options.MaxIters ? CadenceOutcome.TooManyStrides : CadenceOutcome.CaughtUp;
    }
}
