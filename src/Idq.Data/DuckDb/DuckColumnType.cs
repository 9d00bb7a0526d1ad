using DuckDB.NET.Native;
using static DuckDB.NET.Native.NativeMethods.LogicalType;

namespace Idq.Data.DuckDb;

/// <summary>A column's full type: the base type and, where it has them, digits, elements, fields, or names of an enumeration.</summary>
public sealed class DuckColumnType
{
    readonly int width;

    /// <summary>Reads a logical type of the library and frees it.</summary>
    internal DuckColumnType(DuckDBLogicalType logical)
    {
        using var owned = logical;
        Id = Storage = DuckDBGetTypeId(logical);
        switch (Id)
        {
            case DuckDBType.Decimal:
                (width, Scale, Storage) = (DuckDBDecimalWidth(logical), DuckDBDecimalScale(logical), DuckDBDecimalInternalType(logical));
                break;
            case DuckDBType.Enum:
                Storage = DuckDBEnumInternalType(logical);
                EnumNames = Make(DuckDBEnumDictionarySize(logical), i => DuckDBEnumDictionaryValue(logical, i));
                break;
            case DuckDBType.List: Element = new(DuckDBListTypeChildType(logical)); break;
            case DuckDBType.Array:
                (Element, ArrayLength) = (new(DuckDBArrayTypeChildType(logical)), (int)DuckDBArrayVectorGetSize(logical));
                break;
            case DuckDBType.Map:
                Fields = [new("key", new(DuckDBMapTypeKeyType(logical))), new("value", new(DuckDBMapTypeValueType(logical)))];
                break;
            case DuckDBType.Struct:
                Fields = Make(DuckDBStructTypeChildCount(logical),
                    i => new DuckField(DuckDBStructTypeChildName(logical, i), new(DuckDBStructTypeChildType(logical, i))));
                break;
        }
    }

    /// <summary>The base type.</summary>
    public DuckDBType Id { get; }

    /// <summary>Whether it is an integer type of at most 64 bits.</summary>
    public bool IsInteger => Id is >= DuckDBType.TinyInt and <= DuckDBType.UnsignedBigInt;

    /// <summary>Whether it is a point in time (not a date, not a time of day).</summary>
    public bool IsTimestamp => UnitsPerSecond > 0;

    /// <summary>Whether a value converts to a double: numbers, decimals, truth values and timestamps.</summary>
    public bool IsNumeric => IsInteger || IsTimestamp || Id is DuckDBType.Boolean or DuckDBType.Float or DuckDBType.Double
        or DuckDBType.Decimal or DuckDBType.HugeInt or DuckDBType.UnsignedHugeInt or DuckDBType.Date or DuckDBType.SqlNull;

    /// <summary>What a point in time counts; 0 for other types.</summary>
    internal long UnitsPerSecond => Id switch
    {
        DuckDBType.TimestampS => 1,
        DuckDBType.TimestampMs => 1_000,
        DuckDBType.Timestamp or DuckDBType.TimestampTz => 1_000_000,
        DuckDBType.TimestampNs => 1_000_000_000,
        _ => 0,
    };

    /// <summary>How a value is stored: an ENUM's code, a DECIMAL's integer without its point; otherwise the type itself.</summary>
    internal DuckDBType Storage { get; }

    // Of a DECIMAL, of a LIST or ARRAY, of an ARRAY, of a STRUCT (key and value of a MAP), and of an ENUM by code.
    internal int Scale { get; }

    internal DuckColumnType? Element { get; }

    internal int ArrayLength { get; }

    internal IReadOnlyList<DuckField> Fields { get; } = [];

    internal IReadOnlyList<string> EnumNames { get; } = [];

    /// <summary>The type as SQL writes it.</summary>
    public override string ToString() => Id switch
    {
        DuckDBType.Decimal => $"DECIMAL({width},{Scale})",
        DuckDBType.List => $"{Element}[]",
        DuckDBType.Array => $"{Element}[{ArrayLength}]",
        DuckDBType.Struct => $"STRUCT({string.Join(", ", Fields.Select(f => $"{Sql.Identifier(f.Name)} {f.Type}"))})",
        DuckDBType.Map => $"MAP({Fields[0].Type}, {Fields[1].Type})",
        DuckDBType.TimestampTz => "TIMESTAMP WITH TIME ZONE",
        DuckDBType.TimeTz => "TIME WITH TIME ZONE",
        DuckDBType.SqlNull => "\"NULL\"",
        _ when IsTimestamp && Id != DuckDBType.Timestamp => Id.ToString().ToUpperInvariant().Insert("TIMESTAMP".Length, "_"),
        _ => Id.ToString().ToUpperInvariant().Replace("UNSIGNED", "U"),
    };

    static T[] Make<T>(long count, Func<long, T> item) => [.. Enumerable.Range(0, (int)count).Select(i => item(i))];
}

/// <summary>A named, typed column of a result, or a field of a STRUCT.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type.</param>
public sealed record DuckField(string Name, DuckColumnType Type);
