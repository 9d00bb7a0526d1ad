using System.Runtime.CompilerServices;

namespace Idq;

/// <summary>Yields strides when they are due: stride k is [start + k·stride, start + (k+1)·stride), due at its end plus the delay.</summary>
/// <remarks>
/// A stride is consumed by <see cref="Complete"/>, or by asking an enumeration for the one after it; a consumer that throws or
/// breaks out in the middle has not consumed it, and is given it again. Strides are given in order, each once consumed never again, whatever
/// the clock does: back, and nothing is due for a while; forward, and all that was missed is due at once.
/// Catching up is limited by <see cref="CadenceOptions.MaxIters"/> and <see cref="CadenceOptions.MaxLatency"/>: a poll then
/// stops with an <see cref="Outcome"/> that says so, and <see cref="SkipToNow"/> gives up what is overdue. Nothing is skipped otherwise.
/// </remarks>
/// <threadsafety>For one consumer.</threadsafety>
public sealed class CadenceManager
{
    readonly IGpsClock clock;
    readonly CadenceOptions options;
    readonly GpsTime start;

    /// <summary>A manager that stands before stride 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public CadenceManager(IGpsClock clock, CadenceOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Stride, 1, "options.Stride");
        ArgumentOutOfRangeException.ThrowIfNegative(options.Delay, "options.Delay");
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxIters, 1, "options.MaxIters");
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxLatency, "options.MaxLatency");
        if (!options.Start.IsFinite)
            throw new ArgumentOutOfRangeException(nameof(options), options.Start, "strides start at a finite time");
        (this.clock, this.options) = (clock, options);
        start = options.EnforceIntegerStrides ? CeilingToStride(options.Start, options.Stride) : options.Start;
    }

    /// <summary>The left edge of stride 0, after rounding.</summary>
    public GpsTime Start => start;

    /// <summary>The number of the first stride that is not consumed.</summary>
    public long NextIndex { get; private set; }

    /// <summary>The left edge of the first stride that is not consumed.</summary>
    public GpsTime Timestamp => GpsTime.Min(LeftEdge(NextIndex), options.MaxTimestamp);

    /// <summary>The first stride that is not consumed, due or not; null at the end.</summary>
    public Stride? Next => Timestamp >= options.MaxTimestamp ? null : At(NextIndex);

    /// <summary>When the first stride that is not consumed is due; the unbounded future at the end.</summary>
    public GpsTime NextDue => Next is { } next ? Due(next) : GpsTime.MaxValue;

    /// <summary>Nanoseconds that the next stride is overdue; negative while it is not due yet.</summary>
    public long Latency => clock.Now - NextDue;

    /// <summary>Why the last poll stopped, or how things stood when the last wait ended.</summary>
    public CadenceOutcome Outcome { get; private set; }

    /// <summary>The stride of a number: what it covers, cut at the maximum timestamp.</summary>
    public Stride At(long index) => new(index, new Segment(
        GpsTime.Min(LeftEdge(index), options.MaxTimestamp), GpsTime.Min(LeftEdge(index) + options.Stride, options.MaxTimestamp)));

    /// <summary>When a stride is due: its end plus the delay.</summary>
    public GpsTime Due(Stride stride) => stride.Segment.End + options.Delay;

    /// <summary>The first stride whose end lies after an instant: where to <see cref="StartAt"/> so that everything after it is covered.</summary>
    public long IndexAfter(GpsTime time) => time < start ? 0 : (time - start) / options.Stride;

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
            var stride = At(NextIndex);
            yield return stride;
            Complete(stride);
        }
    }

    /// <summary>
    /// All strides, each when it is due, until the maximum timestamp or until one is too late; <see cref="Outcome"/> says which. Asking for the next
    /// stride consumes the one before.
    /// </summary>
    public async IAsyncEnumerable<Stride> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await WaitAsync(cancellationToken) is { } stride)
        {
            if (Outcome == CadenceOutcome.TooLate) yield break;
            yield return stride;
            Complete(stride);
        }
    }

    /// <summary>
    /// Gives up every stride that is due but the newest, and says which; null when at most one is due.
    /// </summary>
    public SkippedStrides? SkipToNow()
    {
        var (now, first) = (clock.Now, NextIndex);
        if (Next is not { } next || now < Due(next)) return null;
        // Strides whose uncut end has had its delay, and the cut one at the very end.
        var newest = (now - options.Delay - start) / options.Stride - 1;
        if (options.MaxTimestamp.IsFinite)
        {
            var last = (options.MaxTimestamp - start - 1) / options.Stride;
            newest = now >= options.MaxTimestamp + options.Delay ? last : Math.Min(newest, last);
        }
        if (newest <= first) return null;
        NextIndex = newest;
        return new SkippedStrides(first, newest - first, new Segment(next.Segment.Start, LeftEdge(newest)));
    }

    CadenceOutcome Judge(long yielded)
    {
        if (Next is null) return CadenceOutcome.Ended;
        var latency = Latency;
        if (latency < 0) return CadenceOutcome.CaughtUp;
        if (latency > options.MaxLatency) return CadenceOutcome.TooLate;
        return yielded >= options.MaxIters ? CadenceOutcome.TooManyStrides : CadenceOutcome.CaughtUp;
    }

    // Saturates at the unbounded future instead of wrapping around.
    GpsTime LeftEdge(long index)
    {
        var offset = Math.BigMul(index, options.Stride, out var low);
        return offset == 0 && low >= 0 ? start + low : GpsTime.MaxValue;
    }

    static GpsTime CeilingToStride(GpsTime time, long stride)
    {
        var rest = time.Nanoseconds % stride;
        return rest == 0 ? time : time + (rest > 0 ? stride - rest : -rest);
    }
}
