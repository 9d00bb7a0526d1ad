namespace Idq;

/// <summary>
/// The numbering of strides: stride k is [start + k·length, start + (k+1)·length), computed from k, so that no error adds up. The last
/// one is cut at the end.
/// </summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class StridePlan
{
    /// <summary>Strides of one length from a start to an end.</summary>
    /// <param name="start">The left edge of stride 0; finite.</param>
    /// <param name="length">Nanoseconds of a stride; more than zero.</param>
    /// <param name="end">Where strides end; <see cref="GpsTime.MaxValue"/> means never. At or before the start there is no stride.</param>
    /// <exception cref="ArgumentOutOfRangeException">The start is unbounded, or the length is not positive.</exception>
    public StridePlan(GpsTime start, long length, GpsTime end)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        if (!start.IsFinite) throw new ArgumentOutOfRangeException(nameof(start), start, "strides start at a finite time");
        (Start, Length, End) = (start, length, end);
    }

    /// <summary>The left edge of stride 0.</summary>
    public GpsTime Start { get; }

    /// <summary>Nanoseconds of a stride.</summary>
    public long Length { get; }

    /// <summary>Where strides end.</summary>
    public GpsTime End { get; }

    /// <summary>The number of the last stride; −1 when there is none, <see cref="long.MaxValue"/> when there is no end.</summary>
    public long LastIndex => End == GpsTime.MaxValue ? long.MaxValue : End <= Start ? -1 : IndexOf(End - 1);

    /// <summary>The stride of a number, cut at the end; empty beyond it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public Stride At(long index) => new(index, new Segment(LeftEdge(index), Edge((Int128)index + 1)));

    /// <summary>The left edge of a stride, at most the end.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public GpsTime LeftEdge(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return Edge(index);
    }

    /// <summary>The number of the stride that holds an instant; 0 before the start. The end of the plan does not count.</summary>
    public long IndexOf(GpsTime time)
    {
        if (time < Start) return 0;
        // From one end of the range to the other is more than 63 bits.
        var since = unchecked((ulong)(time.Nanoseconds - Start.Nanoseconds));
        return (long)Math.Min(since / (ulong)Length, long.MaxValue);
    }

    /// <summary>
    /// What is to be done next when everything before an instant is done: the rest of the stride that holds it; null when nothing is left.
    /// </summary>
    public Stride? Next(GpsTime done)
    {
        if (done >= End || End <= Start) return null;
        var stride = At(IndexOf(done));
        return stride with { Segment = new Segment(GpsTime.Max(done, stride.Segment.Start), stride.Segment.End) };
    }

    /// <summary>The earliest whole multiple of a length since the GPS epoch that is not before an instant.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is not positive.</exception>
    public static GpsTime Align(GpsTime time, long length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        var rest = time.Nanoseconds % length;
        return rest == 0 ? time : time + (rest > 0 ? length - rest : -rest);
    }

    GpsTime Edge(Int128 index)
    {
        var edge = Start.Nanoseconds + index * Length;
        return edge < End.Nanoseconds ? new((long)edge) : End;
    }
}
