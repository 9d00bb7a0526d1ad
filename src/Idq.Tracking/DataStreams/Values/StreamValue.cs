using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using NodaTime;

namespace Idq.Tracking;

/// <summary>One value of a record: what a column holds in a row. The default value is null.</summary>
/// <remarks>
/// Values are immutable as long as nobody changes the arrays that they were made from. Two values are equal when they have the same kind
/// and content; doubles by their bits, so that NaN equals NaN and 0 differs from −0; an integer never equals a double.
/// </remarks>
[SuppressMessage("Usage", "CA2225", Justification = "From is the named alternative of every conversion.")]
public readonly struct StreamValue : IEquatable<StreamValue>
{
    /// <summary>How many lists, sets, maps and tables may lie within each other.</summary>
    public const int MaxDepth = 32;

    // A field instead of two words for the identifier: scalars cost no allocation, identifiers one.
    readonly object? reference;
    readonly long bits;

    StreamValue(StreamValueKind kind, long bits, object? reference = null) => (Kind, this.bits, this.reference) = (kind, bits, reference);

    /// <summary>Nothing.</summary>
    public static StreamValue Null => default;

    /// <summary>What it is.</summary>
    public StreamValueKind Kind { get; }

    /// <summary>True when there is nothing.</summary>
    public bool IsNull => Kind == StreamValueKind.Null;

    public static implicit operator StreamValue(bool value) => new(StreamValueKind.Bool, value ? 1 : 0);

    public static implicit operator StreamValue(int value) => new(StreamValueKind.Int64, value);

    public static implicit operator StreamValue(long value) => new(StreamValueKind.Int64, value);

    public static implicit operator StreamValue(double value) => new(StreamValueKind.Double, BitConverter.DoubleToInt64Bits(value));

    public static implicit operator StreamValue(string? value) => value is null ? default : new(StreamValueKind.Text, 0, value);

    public static implicit operator StreamValue(byte[]? value) => value is null ? default : new(StreamValueKind.Bytes, 0, value);

    public static implicit operator StreamValue(Guid value) => new(StreamValueKind.Uuid, 0, value);

    /// <summary>A point in time; what is finer than a microsecond is cut off (towards the past).</summary>
    public static implicit operator StreamValue(Instant value) => Micros(MicrosOf(value));

    public static implicit operator StreamValue(NumericArray? value) => value is null ? default : new(StreamValueKind.Array, 0, value);

    public static implicit operator StreamValue(double[]? value) => value is null ? default : NumericArray.Of(value);

    public static implicit operator StreamValue(StreamTable? value) => value is null ? default : new(StreamValueKind.Table, 0, value);

    public static bool operator ==(StreamValue left, StreamValue right) => left.Equals(right);

    public static bool operator !=(StreamValue left, StreamValue right) => !left.Equals(right);

    /// <summary>Values in order.</summary>
    public static StreamValue List(params IReadOnlyList<StreamValue> values) => new(StreamValueKind.List, 0, values.ToArray());

    /// <summary>Distinct values; repetitions are left out.</summary>
    public static StreamValue Set(params IReadOnlyList<StreamValue> values) => new(StreamValueKind.Set, 0, values.Distinct().ToArray());

    /// <summary>Values by name.</summary>
    /// <exception cref="DataStreamException">A name is given twice.</exception>
    public static StreamValue Map(params IReadOnlyList<KeyValuePair<string, StreamValue>> values)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, _) in values)
        {
            if (!names.Add(name)) throw new DataStreamException(DataStreamFailure.InvalidKey, $"a map has the name '{name}' twice");
        }

        return new StreamValue(StreamValueKind.Map, 0, values.ToArray());
    }

    /// <summary>A point in time, in microseconds since 1970-01-01T00:00:00Z.</summary>
    /// <exception cref="DataStreamException">Outside of the years −9998 to 9999.</exception>
    public static StreamValue Micros(long microseconds) => IsInstant(microseconds)
        ? new(StreamValueKind.Instant, microseconds)
        : throw new DataStreamException(DataStreamFailure.InvalidValue, $"{microseconds} µs is outside of the years -9998 to 9999");

    /// <summary>Converts an object of the runtime.</summary>
    /// <remarks>
    /// Booleans, integers up to 64 bits, floats, text, characters, byte arrays, identifiers, instants and offset times, arrays of numbers
    /// of any rank, dictionaries with text keys, sets, other enumerables of these, and the types of this library. Nothing else, and in
    /// particular nothing by its type's own code.
    /// </remarks>
    /// <exception cref="DataStreamException">
    /// Another type (<see cref="DataStreamFailure.UnsupportedType"/>), an integer above 2⁶³−1, or nesting deeper than
    /// <see cref="MaxDepth"/>.
    /// </exception>
    public static StreamValue From(object? value) => From(value, 0);

    /// <exception cref="InvalidOperationException">It is not a <see cref="StreamValueKind.Bool"/>.</exception>
    public bool AsBool() => Required(StreamValueKind.Bool).bits != 0;

    /// <exception cref="InvalidOperationException">It is not a <see cref="StreamValueKind.Int64"/>.</exception>
    public long AsInt64() => Required(StreamValueKind.Int64).bits;

    /// <exception cref="InvalidOperationException">It is not a <see cref="StreamValueKind.Double"/>.</exception>
    public double AsDouble() => BitConverter.Int64BitsToDouble(Required(StreamValueKind.Double).bits);

    /// <exception cref="InvalidOperationException">It is not a <see cref="StreamValueKind.Text"/>.</exception>
    public string AsText() => (string)Required(StreamValueKind.Text).reference!;

    /// <exception cref="InvalidOperationException">They are not <see cref="StreamValueKind.Bytes"/>.</exception>
    public ReadOnlyMemory<byte> AsBytes() => (byte[])Required(StreamValueKind.Bytes).reference!;

    /// <exception cref="InvalidOperationException">It is not a <see cref="StreamValueKind.Instant"/>.</exception>
    public Instant AsInstant() => NodaConstants.UnixEpoch + Duration.FromNanoseconds((Int128)AsMicros() * 1000);

    /// <summary>A point in time in microseconds since the epoch of Unix.</summary>
    /// <exception cref="InvalidOperationException">It is not a <see cref="StreamValueKind.Instant"/>.</exception>
    public long AsMicros() => Required(StreamValueKind.Instant).bits;

    /// <exception cref="InvalidOperationException">It is not a <see cref="StreamValueKind.Uuid"/>.</exception>
    public Guid AsUuid() => (Guid)Required(StreamValueKind.Uuid).reference!;

    /// <summary>The members of a list or a set.</summary>
    /// <exception cref="InvalidOperationException">It is neither.</exception>
    public IReadOnlyList<StreamValue> AsList() =>
        (StreamValue[])(Kind == StreamValueKind.Set ? this : Required(StreamValueKind.List)).reference!;

    /// <exception cref="InvalidOperationException">It is not a <see cref="StreamValueKind.Map"/>.</exception>
    public IReadOnlyList<KeyValuePair<string, StreamValue>> AsMap() =>
        (KeyValuePair<string, StreamValue>[])Required(StreamValueKind.Map).reference!;

    /// <exception cref="InvalidOperationException">It is not a <see cref="StreamValueKind.Array"/>.</exception>
    public NumericArray AsArray() => (NumericArray)Required(StreamValueKind.Array).reference!;

    /// <exception cref="InvalidOperationException">It is not a <see cref="StreamValueKind.Table"/>.</exception>
    public StreamTable AsTable() => (StreamTable)Required(StreamValueKind.Table).reference!;

    /// <summary>
    /// A number for plots and sums: a double as it is, an integer rounded to the nearest double, a boolean as 0 or 1; anything else is NaN.
    /// </summary>
    public double ToDouble() => Kind switch
    {
        StreamValueKind.Double => BitConverter.Int64BitsToDouble(bits),
        StreamValueKind.Int64 or StreamValueKind.Bool => bits,
        _ => double.NaN,
    };

    /// <inheritdoc/>
    public bool Equals(StreamValue other) => Kind == other.Kind && Kind switch
    {
        StreamValueKind.Text => (string)reference! == (string)other.reference!,
        StreamValueKind.Bytes => AsBytes().Span.SequenceEqual(other.AsBytes().Span),
        StreamValueKind.List or StreamValueKind.Map => SameMembers(other),
        StreamValueKind.Set => ((StreamValue[])reference!).ToHashSet().SetEquals((StreamValue[])other.reference!),
        _ => bits == other.bits && Equals(reference, other.reference),
    };

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is StreamValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Kind switch
    {
        StreamValueKind.Text => HashCode.Combine(Kind, (string)reference!),
        StreamValueKind.Bytes => HashCode.Combine(Kind, AsBytes().Length),
        StreamValueKind.List => HashCode.Combine(Kind, ((StreamValue[])reference!).Length),
        StreamValueKind.Set => HashCode.Combine(Kind, ((StreamValue[])reference!).Length),
        StreamValueKind.Map => HashCode.Combine(Kind, AsMap().Count),
        _ => HashCode.Combine(Kind, bits, reference),
    };

    /// <summary>As JSON, <see cref="StreamValueJson"/>.</summary>
    public override string ToString() => StreamValueJson.Text(this);

    internal static bool IsInstant(long microseconds) =>
        microseconds >= MicrosOf(Instant.MinValue) && microseconds <= MicrosOf(Instant.MaxValue);

    internal static long MicrosOf(Instant instant)
    {
        var nanoseconds = (instant - NodaConstants.UnixEpoch).ToInt128Nanoseconds();
        var (quotient, remainder) = Int128.DivRem(nanoseconds, 1000);
        return (long)(remainder < 0 ? quotient - 1 : quotient);
    }

    // The arrays are handed over: for values that were just read.
    internal static StreamValue Owned(StreamValueKind kind, StreamValue[] members) => new(kind, 0, members);

    internal static StreamValue Owned(KeyValuePair<string, StreamValue>[] members) => new(StreamValueKind.Map, 0, members);

    internal long Bits => bits;

    internal object? Reference => reference;

    static StreamValue From(object? value, int depth)
    {
        if (depth > MaxDepth) throw new DataStreamException(DataStreamFailure.InvalidValue, $"a value is nested more than {MaxDepth} deep");
        return value switch
        {
            null => default,
            StreamValue v => v,
            bool v => v,
            long v => v,
            int v => v,
            short v => (long)v,
            sbyte v => (long)v,
            byte v => (long)v,
            ushort v => (long)v,
            uint v => (long)v,
            ulong v => v <= long.MaxValue
                ? (long)v
                : throw new DataStreamException(
                    DataStreamFailure.InvalidValue,
                    $"the integer {v} has more than 63 bits: send it as text or as an array"
                ),
            double v => v,
            float v => (double)v,
            Half v => (double)v,
            string v => v,
            char v => v.ToString(),
            byte[] v => v,
            ReadOnlyMemory<byte> v => v.ToArray(),
            Memory<byte> v => v.ToArray(),
            Guid v => v,
            Instant v => v,
            DateTimeOffset v => Instant.FromDateTimeOffset(v),
            DateTime { Kind: DateTimeKind.Utc } v => Instant.FromDateTimeUtc(v),
            NumericArray v => v,
            StreamTable v => v,
            Sequence v => v.ToTable(),
            Array v when NumericArray.TryOf(v) is { } numbers => numbers,
            IDictionary v => Map(Pairs(v, depth)),
            IEnumerable<KeyValuePair<string, object?>> v => Map(
                v.Select(pair => KeyValuePair.Create(pair.Key, From(pair.Value, depth + 1))).ToArray()
            ),
            IEnumerable<KeyValuePair<string, StreamValue>> v => Map(v.ToArray()),
            Array { Rank: > 1 } => throw Unsupported(value),
            IEnumerable v when IsSet(v) => Set(v.Cast<object?>().Select(member => From(member, depth + 1)).ToArray()),
            IList v => List(v.Cast<object?>().Select(member => From(member, depth + 1)).ToArray()),
            System.Runtime.CompilerServices.ITuple v => List(Enumerable.Range(0, v.Length).Select(i => From(v[i], depth + 1)).ToArray()),
            _ => throw Unsupported(value),
        };
    }

    static KeyValuePair<string, StreamValue>[] Pairs(IDictionary dictionary, int depth)
    {
        var pairs = new List<KeyValuePair<string, StreamValue>>(dictionary.Count);
        foreach (DictionaryEntry entry in dictionary)
        {
            if (entry.Key is not string name) throw Unsupported(entry.Key);
            pairs.Add(KeyValuePair.Create(name, From(entry.Value, depth + 1)));
        }

        return pairs.ToArray();
    }

    static bool IsSet(IEnumerable value) =>
        Array.Exists(
            value.GetType().GetInterfaces(),
            type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlySet<>)
        );

    static DataStreamException Unsupported(object value) =>
        new(
            DataStreamFailure.UnsupportedType,
            $"a value of type {value.GetType()} cannot be streamed: convert it to a number, text, bytes, a time, an identifier, an array, "
                + "a list, a map or a table"
        );

    bool SameMembers(StreamValue other) => Kind == StreamValueKind.List
        ? ((StreamValue[])reference!).AsSpan().SequenceEqual((StreamValue[])other.reference!)
        : ((KeyValuePair<string, StreamValue>[])reference!).AsSpan().SequenceEqual((KeyValuePair<string, StreamValue>[])other.reference!);

    StreamValue Required(StreamValueKind kind) => Kind == kind
        ? this
        : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"the value is of kind {Kind}, not {kind}"));
}
