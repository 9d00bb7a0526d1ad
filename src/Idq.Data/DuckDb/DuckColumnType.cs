using Idq.Data.DuckDb.Native;

namespace Idq.Data.DuckDb;

/// <summary>A column's full type: the base type and, where it has them, decimal digits, elements, fields, or names of an enumeration.</summary>
public sealed class DuckColumnType
{
    DuckColumnType(DuckType id) => Id = id;

    /// <summary>The base type.</summary>
    public DuckType Id { get; }

    /// <summary>Digits of a DECIMAL.</summary>
    public int Width { get; private init; }

    /// <summary>Digits after the point of a DECIMAL.</summary>
    public int Scale { get; private init; }

    /// <summary>The elements' type of a LIST or ARRAY; the entries' type (fields key and value) of a MAP.</summary>
    public DuckColumnType? Element { get; private init; }

    /// <summary>Elements of each value of an ARRAY.</summary>
    public int ArrayLength { get; private init; }

    /// <summary>The fields of a STRUCT, in order.</summary>
    public IReadOnlyList<DuckField> Fields { get; private init; } = [];

    /// <summary>The names of an ENUM, by code.</summary>
    public IReadOnlyList<string> EnumNames { get; private init; } = [];

    /// <summary>How a value is stored: an ENUM's code, a DECIMAL's unscaled integer; otherwise the type itself.</summary>
    internal DuckType Storage { get; private init; }

    /// <summary>Whether it is an integer type of at most 64 bits.</summary>
    public bool IsInteger => Id is DuckType.TinyInt or DuckType.SmallInt or DuckType.Integer or DuckType.BigInt
        or DuckType.UTinyInt or DuckType.USmallInt or DuckType.UInteger or DuckType.UBigInt;

    /// <summary>Whether it is a point in time (not a date, not a time of day).</summary>
    public bool IsTimestamp => Id is DuckType.Timestamp or DuckType.TimestampSeconds or DuckType.TimestampMilliseconds
        or DuckType.TimestampNanoseconds or DuckType.TimestampWithZone;

    /// <summary>Whether a value converts to a double: numbers, decimals, truth values and timestamps.</summary>
    public bool IsNumeric => IsInteger || IsTimestamp || Id is DuckType.Boolean or DuckType.Float or DuckType.Double or DuckType.Decimal
        or DuckType.HugeInt or DuckType.UHugeInt or DuckType.Date or DuckType.Null;

    /// <summary>The type as SQL writes it.</summary>
    public override string ToString() => Id switch
    {
        DuckType.Decimal => $"DECIMAL({Width},{Scale})",
        DuckType.List => $"{Element}[]",
        DuckType.Array => $"{Element}[{ArrayLength}]",
        DuckType.Struct => $"STRUCT({string.Join(", ", Fields.Select(f => $"{Sql.Identifier(f.Name)} {f.Type}"))})",
        DuckType.Map => $"MAP({Element!.Fields[0].Type}, {Element.Fields[1].Type})",
        DuckType.TimestampSeconds => "TIMESTAMP_S",
        DuckType.TimestampMilliseconds => "TIMESTAMP_MS",
        DuckType.TimestampNanoseconds => "TIMESTAMP_NS",
        DuckType.TimestampWithZone => "TIMESTAMP WITH TIME ZONE",
        DuckType.TimeWithZone => "TIME WITH TIME ZONE",
        DuckType.TimeNanoseconds => "TIME_NS",
        _ => Id.ToString().ToUpperInvariant(),
    };

    /// <summary>Reads a logical type of the C API and frees it.</summary>
    internal static unsafe DuckColumnType Take(nint logical)
    {
        try
        {
            var id = DuckNative.TypeId(logical);
            return id switch
            {
                DuckType.Decimal => OfDecimal(DuckNative.DecimalWidth(logical), DuckNative.DecimalScale(logical)),
                DuckType.Enum => new(id)
                {
                    Storage = DuckNative.EnumInternalType(logical),
                    EnumNames = [.. Enumerable.Range(0, (int)DuckNative.EnumSize(logical))
                        .Select(i => DuckNative.TakeText(DuckNative.EnumValue(logical, (ulong)i)) ?? "")],
                },
                DuckType.List => new(id) { Storage = id, Element = Take(DuckNative.ListChildType(logical)) },
                DuckType.Array => new(id)
                {
                    Storage = id,
                    Element = Take(DuckNative.ArrayChildType(logical)),
                    ArrayLength = (int)DuckNative.ArraySize(logical),
                },
                DuckType.Map => new(id)
                {
                    Storage = id,
                    Element = new(DuckType.Struct)
                    {
                        Storage = DuckType.Struct,
                        Fields = [new("key", Take(DuckNative.MapKeyType(logical))), new("value", Take(DuckNative.MapValueType(logical)))],
                    },
                },
                DuckType.Struct => new(id)
                {
                    Storage = id,
                    Fields = [.. Enumerable.Range(0, (int)DuckNative.StructChildCount(logical))
                        .Select(i => new DuckField(
                            DuckNative.TakeText(DuckNative.StructChildName(logical, (ulong)i)) ?? "",
                            Take(DuckNative.StructChildType(logical, (ulong)i))))],
                },
                _ => new(id) { Storage = id },
            };
        }
        finally
        {
            DuckNative.DestroyLogicalType(ref logical);
        }
    }

    static DuckColumnType OfDecimal(int width, int scale) => new(DuckType.Decimal)
    {
        Width = width,
        Scale = scale,
        Storage = width switch
        {
            <= 4 => DuckType.SmallInt,
            <= 9 => DuckType.Integer,
            <= 18 => DuckType.BigInt,
            _ => DuckType.HugeInt,
        },
    };
}
