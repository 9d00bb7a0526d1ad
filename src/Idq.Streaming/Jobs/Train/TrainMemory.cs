using System.Globalization;

namespace Idq.Streaming;

/// <summary>
/// The strides that training remembers: none older than max_stride, no more than the newest max_samples rows need, and no more than
/// max_memory holds.
/// </summary>
/// <remarks>
/// Where memory is short, whole strides are left out: the one with the largest number of a generator that is keyed by the start of the
/// stride, and from then on every stride whose number is as large, until that one would be too old. So every stride has the same chance,
/// whatever is in it: rates and livetimes of what remains are those of the whole.
/// </remarks>
/// <param name="limits">max_stride, max_samples, max_memory.</param>
/// <param name="seed">Keys the choice.</param>
sealed class TrainMemory(CadenceSection limits, ulong seed)
{
    const ulong Everything = ulong.MaxValue;

    // The strides, the copy that a training reads, what OVL measures on, and what the runtime has not taken back yet: measured as 4.7
    // times the strides beside some 400 MiB, on a week of 1 000 channels.
    const int Copies = 6;
    static readonly ulong Choice = CounterRandom.Hash("training memory");

    readonly List<KeptStride> strides = [];
    ulong least = Everything;
    GpsTime leastEnds = GpsTime.MaxValue;

    /// <summary>The strides, oldest first.</summary>
    public IReadOnlyList<KeptStride> Strides => strides;

    /// <summary>Number of rows.</summary>
    public long Rows { get; private set; }

    /// <summary>What the strides, and a training on them, take in memory.</summary>
    public long Bytes { get; private set; }

    /// <summary>Remembers a stride that follows those before.</summary>
    /// <returns>The strides that were left out for want of memory, this one or earlier ones, and why.</returns>
    public IReadOnlyList<(Segment Stride, string Reason)> Add(KeptStride stride)
    {
        ForgetBefore(stride.Span.End);
        // It says nothing about the others: they are not judged by its number.
        if (Copies * stride.Bytes > limits.MaxMemory) return [(stride.Span, Skipped.TooLarge)];
        Restore(stride);
        var left = new List<(Segment, string)>();
        if (Number(stride.Span) >= least) Leave(stride);
        while (Bytes > limits.MaxMemory)
        {
            var last = strides.MaxBy(s => Number(s.Span))!;
            least = Number(last.Span);
            leastEnds = limits.MaxStride == long.MaxValue ? GpsTime.MaxValue : last.Span.Start + limits.MaxStride;
            Leave(last);
        }
        return left;

        void Leave(KeptStride stride)
        {
            Remove(strides.IndexOf(stride));
            left.Add((stride.Span, Skipped.LeftOut));
        }
    }

    /// <summary>Remembers a stride that an earlier process remembered.</summary>
    public void Restore(KeptStride stride)
    {
        strides.Add(stride);
        Rows += stride.Count;
        Bytes += Copies * stride.Bytes;
        ForgetBefore(stride.Span.End);
    }

    /// <summary>No stride that starts before it is remembered.</summary>
    public GpsTime Forgotten { get; private set; } = GpsTime.MinValue;

    /// <summary>Which strides are left out and forgotten, as a word; an earlier process's can be set.</summary>
    public string Choosing
    {
        get => string.Create(CultureInfo.InvariantCulture, $"{least}:{leastEnds.Nanoseconds}:{Forgotten.Nanoseconds}");
        set
        {
            var parts = value.Split(':');
            least = ulong.Parse(parts[0], CultureInfo.InvariantCulture);
            leastEnds = new GpsTime(long.Parse(parts[1], CultureInfo.InvariantCulture));
            Forgotten = new GpsTime(long.Parse(parts[2], CultureInfo.InvariantCulture));
        }
    }

    /// <summary>
    /// Forgets whole strides, oldest first: those that are older than max_stride now, and those whose rows the newest max_samples do not
    /// need. A stride that ends now is never too old.
    /// </summary>
    public void ForgetBefore(GpsTime now)
    {
        bool IsOld(Segment s) => limits.MaxStride != long.MaxValue && s.Start < now - limits.MaxStride && s.End < now;
        var old = strides.FindIndex(s => !IsOld(s.Span));
        if (old < 0) old = strides.Count;
        var rows = Rows - strides.Take(old).Sum(s => (long)s.Count);
        while (old + 1 < strides.Count && rows - strides[old].Count >= limits.MaxSamples) rows -= strides[old++].Count;
        if (old > 0) Forgotten = old < strides.Count ? strides[old].Span.Start : strides[^1].Span.End;
        for (; old > 0; old--) Remove(0);
        if (leastEnds < now) (least, leastEnds) = (Everything, GpsTime.MaxValue);
    }

    void Remove(int at)
    {
        Rows -= strides[at].Count;
        Bytes -= Copies * strides[at].Bytes;
        strides.RemoveAt(at);
    }

    ulong Number(Segment stride) => new CounterRandom(seed, Choice, stride.Start.Nanoseconds).NextUInt64();
}
