namespace Idq;

/// <summary>
/// A half-open stretch of time [<see cref="Start"/>, <see cref="End"/>): the start belongs to it, the end does not.
/// </summary>
/// <remarks>
/// The constructor exchanges its arguments when they are reversed, as <c>ligo.segments</c> does. A segment of zero length is
/// allowed, contains nothing and vanishes from a <see cref="SegmentList"/>. The default value is the empty segment at the epoch.
/// </remarks>
/// <threadsafety>Immutable.</threadsafety>
public readonly record struct Segment : IComparable<Segment>
{
    /// <summary>The segment between two instants, in either order.</summary>
    public Segment(GpsTime a, GpsTime b) => (Start, End) = a <= b ? (a, b) : (b, a);

    /// <summary>All of time.</summary>
    public static Segment All => new(GpsTime.MinValue, GpsTime.MaxValue);

    /// <summary>The first instant inside.</summary>
    public GpsTime Start { get; }

    /// <summary>The first instant after.</summary>
    public GpsTime End { get; }

    /// <summary>Length in nanoseconds, saturating when unbounded.</summary>
    public long Duration => End - Start;

    /// <summary>True when start and end coincide.</summary>
    public bool IsEmpty => Start == End;

    /// <summary>The segment between two whole GPS seconds.</summary>
    public static Segment FromSeconds(long a, long b) => new(GpsTime.FromSeconds(a), GpsTime.FromSeconds(b));

    /// <summary>Start ≤ time &lt; end.</summary>
    public bool Contains(GpsTime time) => Start <= time && time < End;

    /// <summary>True when the other segment lies inside, ends included.</summary>
    public bool Contains(Segment other) => Start <= other.Start && other.End <= End;

    /// <summary>True when the two share more than an edge; touching is not intersecting.</summary>
    public bool Intersects(Segment other) => End > other.Start && Start < other.End;

    /// <summary>1 when this lies wholly after the other, −1 when wholly before, 0 when they overlap or touch.</summary>
    public int Disjoint(Segment other) => Start > other.End ? 1 : End < other.Start ? -1 : 0;

    /// <summary>The common part, or null when the two do not intersect.</summary>
    public Segment? Intersection(Segment other) =>
        Intersects(other) ? new Segment(GpsTime.Max(Start, other.Start), GpsTime.Min(End, other.End)) : null;

    /// <summary>The smallest segment that covers both and what is between them.</summary>
    public Segment Hull(Segment other) => new(GpsTime.Min(Start, other.Start), GpsTime.Max(End, other.End));

    /// <summary>Both ends moved outwards by <paramref name="nanoseconds"/>.</summary>
    public Segment Protract(long nanoseconds) => new(Start - nanoseconds, End + nanoseconds);

    /// <summary>Both ends moved inwards; beyond zero length the ends cross and are exchanged.</summary>
    public Segment Contract(long nanoseconds) => new(Start + nanoseconds, End - nanoseconds);

    /// <summary>Both ends moved later by <paramref name="nanoseconds"/>.</summary>
    public Segment Shift(long nanoseconds) => new(Start + nanoseconds, End + nanoseconds);

    /// <summary>Orders by start, then by end.</summary>
    public int CompareTo(Segment other) => Start != other.Start ? Start.CompareTo(other.Start) : End.CompareTo(other.End);

    /// <summary>True when the left sorts before the right.</summary>
    public static bool operator <(Segment left, Segment right) => left.CompareTo(right) < 0;

    /// <summary>True when the left sorts after the right.</summary>
    public static bool operator >(Segment left, Segment right) => left.CompareTo(right) > 0;

    /// <summary>True when the left does not sort after the right.</summary>
    public static bool operator <=(Segment left, Segment right) => left.CompareTo(right) <= 0;

    /// <summary>True when the left does not sort before the right.</summary>
    public static bool operator >=(Segment left, Segment right) => left.CompareTo(right) >= 0;

    /// <summary>"[start, end)" in seconds.</summary>
    public override string ToString() => $"[{Start}, {End})";
}
