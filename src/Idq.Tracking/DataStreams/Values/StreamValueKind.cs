namespace Idq.Tracking;

/// <summary>
/// The types that a record's value can have. The numbers are those of the wire and of the write-ahead log: they never change.
/// </summary>
public enum StreamValueKind : byte
{
    /// <summary>Nothing: a hole in a column.</summary>
    Null = 0,

    /// <summary>True or false.</summary>
    Bool = 1,

    /// <summary>A signed 64-bit integer.</summary>
    Int64 = 2,

    /// <summary>A 64-bit IEEE 754 number, kept bit by bit: NaN, infinities and −0 too.</summary>
    Double = 3,

    /// <summary>Unicode text; lone surrogates are refused.</summary>
    Text = 4,

    /// <summary>Bytes.</summary>
    Bytes = 5,

    /// <summary>A point in time, to the microsecond.</summary>
    Instant = 6,

    /// <summary>A 128-bit identifier.</summary>
    Uuid = 7,

    /// <summary>Values in order.</summary>
    List = 8,

    /// <summary>Distinct values, in the order in which they were given.</summary>
    Set = 9,

    /// <summary>Values by distinct names, in the order in which they were given.</summary>
    Map = 10,

    /// <summary>An n-dimensional array of numbers.</summary>
    Array = 11,

    /// <summary>Named columns of equal length.</summary>
    Table = 12,
}
