namespace Idq.Data.DuckDb;

/// <summary>The types of columns, by DuckDB's names and numbers.</summary>
public enum DuckType
{
    /// <summary>No type.</summary>
    Invalid = 0,
    Boolean = 1,
    TinyInt = 2,
    SmallInt = 3,
    Integer = 4,
    BigInt = 5,
    UTinyInt = 6,
    USmallInt = 7,
    UInteger = 8,
    UBigInt = 9,
    Float = 10,
    Double = 11,
    /// <summary>Microseconds since 1970 UTC.</summary>
    Timestamp = 12,
    /// <summary>Days since 1970.</summary>
    Date = 13,
    /// <summary>Microseconds since midnight.</summary>
    Time = 14,
    Interval = 15,
    HugeInt = 16,
    Varchar = 17,
    Blob = 18,
    Decimal = 19,
    TimestampSeconds = 20,
    TimestampMilliseconds = 21,
    TimestampNanoseconds = 22,
    Enum = 23,
    List = 24,
    Struct = 25,
    Map = 26,
    Uuid = 27,
    Union = 28,
    Bit = 29,
    TimeWithZone = 30,
    TimestampWithZone = 31,
    UHugeInt = 32,
    Array = 33,
    Any = 34,
    BigNumber = 35,
    /// <summary>The type of a bare NULL.</summary>
    Null = 36,
    StringLiteral = 37,
    IntegerLiteral = 38,
    TimeNanoseconds = 39,
}
