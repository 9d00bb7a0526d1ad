namespace Idq.Data.DuckDb.Tables;

/// <summary>The values of one column of a result, collected chunk by chunk.</summary>
abstract class ColumnStore
{
    /// <summary>Copies a column of a chunk behind the rows that are here.</summary>
    internal abstract void Append(DuckChunk chunk, int column);

    internal abstract double[] Doubles();

    internal abstract long[] Longs(long? whereNull);

    internal virtual T[]? Raw<T>() => null;

    internal virtual string?[]? Texts() => null;

    internal virtual DoubleLists? Lists() => null;

    internal virtual bool[]? Present() => null;

    internal static ColumnStore For(DuckColumnType type, int capacity) => type.Id switch
    {
        DuckType.Varchar or DuckType.Enum => new TextStore(type, capacity),
        DuckType.List when type.Element!.Id == DuckType.Double => new DoubleListStore(type, capacity),
        DuckType.Boolean => new NumberStore<bool>(type, capacity),
        DuckType.UTinyInt => new NumberStore<byte>(type, capacity),
        DuckType.TinyInt => new NumberStore<sbyte>(type, capacity),
        DuckType.SmallInt => new NumberStore<short>(type, capacity),
        DuckType.USmallInt => new NumberStore<ushort>(type, capacity),
        DuckType.Integer or DuckType.Date => new NumberStore<int>(type, capacity),
        DuckType.UInteger => new NumberStore<uint>(type, capacity),
        DuckType.BigInt => new NumberStore<long>(type, capacity),
        DuckType.UBigInt => new NumberStore<ulong>(type, capacity),
        DuckType.HugeInt => new NumberStore<Int128>(type, capacity),
        DuckType.UHugeInt => new NumberStore<UInt128>(type, capacity),
        DuckType.Float => new NumberStore<float>(type, capacity),
        DuckType.Double => new NumberStore<double>(type, capacity),
        DuckType.Decimal when type.Storage == DuckType.SmallInt => new NumberStore<short>(type, capacity),
        DuckType.Decimal when type.Storage == DuckType.Integer => new NumberStore<int>(type, capacity),
        DuckType.Decimal when type.Storage == DuckType.BigInt => new NumberStore<long>(type, capacity),
        DuckType.Decimal => new NumberStore<Int128>(type, capacity),
        _ when type.IsTimestamp => new NumberStore<long>(type, capacity),
        _ => new ValueStore(type, capacity),
    };
}
