using FsCheck;
using FsCheck.Fluent;

namespace Idq.Tracking.Tests;

/// <summary>Arbitrary values, rows and records of every kind.</summary>
public static class AnyValue
{
    static readonly Gen<string> Text = ArbMap
        .Default.GeneratorFor<string>()
        .Select(text => new string((text ?? "").Where(c => !char.IsSurrogate(c)).ToArray()));

    static readonly Gen<string> Name = Text.Select(text => new string(text.Where(c => c > 0x1f).Take(60).ToArray()))
        .Where(text => text is not ("" or "idx" or "timestamp"));

    static readonly Gen<double> Double = Gen.OneOf(
        ArbMap.Default.GeneratorFor<double>(),
        Gen.Elements(double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0, double.Epsilon, double.MaxValue, 1e22, 0.1),
        ArbMap.Default.GeneratorFor<long>().Select(BitConverter.Int64BitsToDouble));

    public static Gen<NumericArray> Array { get; } =
        from type in Gen.Elements(Enum.GetValues<NumericType>())
        from shape in Gen.ArrayOf(Gen.Choose(0, 4)).Select(shape => shape.Take(5).ToArray())
        from data in Gen.ArrayOf(
            Gen.Choose(0, 255).Select(b => (byte)b),
            shape.Aggregate(NumericArray.SizeOf(type), (size, length) => size * length)
        )
        select NumericArray.Create(type, shape, data);

    static readonly Gen<StreamValue> Scalar = Gen.OneOf(
        Gen.Constant(StreamValue.Null),
        ArbMap.Default.GeneratorFor<bool>().Select(v => (StreamValue)v),
        Gen.OneOf(ArbMap.Default.GeneratorFor<long>(), Gen.Elements(long.MinValue, long.MaxValue, 0)).Select(v => (StreamValue)v),
        Double.Select(v => (StreamValue)v),
        Text.Select(v => (StreamValue)v),
        ArbMap.Default.GeneratorFor<byte[]>().Select(v => (StreamValue)v),
        Between(StreamValue.MicrosOf(NodaTime.Instant.MinValue), StreamValue.MicrosOf(NodaTime.Instant.MaxValue))
            .Select(StreamValue.Micros),
        ArbMap.Default.GeneratorFor<Guid>().Select(v => (StreamValue)v),
        Array.Select(v => (StreamValue)v));

    public static Gen<StreamValue> Value { get; } = Gen.Sized(size => Nested(Math.Min(size, 20)));

    public static Gen<RecordValues> Row { get; } = Pairs(Value).Select(pairs => RecordValues.Of(pairs));

    public static Gen<StreamRecord> Record { get; } =
        from run in ArbMap.Default.GeneratorFor<Guid>()
        from same in Gen.Choose(0, 3)
        from sequence in Name
        from idx in Gen.OneOf(Between(0, long.MaxValue), Gen.Choose(0, 100).Select(i => (long)i))
        from timestamp in Gen.OneOf(ArbMap.Default.GeneratorFor<long>(), Gen.Elements(long.MinValue, long.MaxValue))
        from values in Row
        select new StreamRecord(
            same == 0 ? run : default,
            same == 0 ? sequence : "s",
            idx,
            timestamp,
            same == 3 ? RecordValues.Of(("a", idx), ("b", timestamp)) : values
        );

    public static Arbitrary<StreamValue> Values() => Value.ToArbitrary();

    public static Arbitrary<RecordValues> Rows() => Row.ToArbitrary();

    public static Arbitrary<StreamRecord[]> Records() => Gen.ArrayOf(Record).ToArbitrary();

    /// <summary>Values of one kind that a column of numbers, texts or times has.</summary>
    public static Gen<StreamValue> Scalars(StreamValueKind kind) =>
        kind switch
        {
            StreamValueKind.Bool => ArbMap.Default.GeneratorFor<bool>().Select(v => (StreamValue)v),
            StreamValueKind.Int64 => Gen.OneOf(ArbMap.Default.GeneratorFor<long>(), Gen.Elements(long.MinValue, long.MaxValue, 0))
                .Select(v => (StreamValue)v),
            StreamValueKind.Double => Double.Select(v => (StreamValue)v),
            StreamValueKind.Text => Text.Select(v => (StreamValue)v),
            StreamValueKind.Bytes => ArbMap.Default.GeneratorFor<byte[]>().Select(v => (StreamValue)(v ?? [])),
            _ => Between(StreamValue.MicrosOf(NodaTime.Instant.MinValue), StreamValue.MicrosOf(NodaTime.Instant.MaxValue))
                .Select(StreamValue.Micros),
        };

    static Gen<long> Between(long least, long most) =>
        ArbMap.Default.GeneratorFor<ulong>().Select(n => (long)(n % (ulong)((Int128)most - least + 1)) + least);

    static Gen<StreamValue> Nested(int size) => size < 2 ? Scalar : Gen.Frequency(
        (5, Scalar),
        (1, Gen.ArrayOf(Nested(size / 3)).Select(members => StreamValue.List(members))),
        (1, Gen.ArrayOf(Nested(size / 3)).Select(members => StreamValue.Set(members))),
        (1, Pairs(Nested(size / 3)).Select(members => StreamValue.Map(members))),
        (1, Table(Nested(size / 3)).Select(table => (StreamValue)table)));

    static Gen<KeyValuePair<string, StreamValue>[]> Pairs(Gen<StreamValue> value) => Gen.ArrayOf(
        from name in Gen.OneOf(Name, Gen.Elements("$set", "$double", "$$x", "a", "b"))
        from member in value
        select KeyValuePair.Create(name, member)).Select(pairs => pairs.DistinctBy(pair => pair.Key).ToArray());

    static Gen<StreamTable> Table(Gen<StreamValue> value) =>
        from rows in Gen.Choose(0, 3)
        from names in Gen.ArrayOf(Name)
        from values in Gen.ArrayOf(value, rows * names.Length)
        select new StreamTable(
            names
                .Select((name, i) => KeyValuePair.Create(name, (IReadOnlyList<StreamValue>)values.AsSpan(i * rows, rows).ToArray()))
                .DistinctBy(column => column.Key)
                .ToArray()
        );
}
