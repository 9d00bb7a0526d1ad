using System.Buffers.Binary;
using System.Text;
using NodaTime;

namespace Idq.Tracking;

/// <summary>
/// The columns of an uncompressed Arrow file or stream, as data frames are written: whole numbers, floating point, booleans, text, bytes,
/// dates and times. Other types, dictionaries and compression are refused by name.
/// </summary>
/// <remarks>
/// Values are null, long, double, bool, string, byte[] and Instant. Arrow's own library is not used to read, because it trusts the numbers
/// in the bytes: a damaged message of one kilobyte makes it allocate gigabytes, and damaged offsets of a text end the process.
/// </remarks>
sealed class ArrowTable
{
    static readonly byte[] Magic = "ARROW1"u8.ToArray();
    static readonly byte[] Continuation = [0xff, 0xff, 0xff, 0xff];

    ArrowTable(IReadOnlyList<(string Name, List<object?> Values)> columns) => Columns = columns;

    /// <summary>The columns in their order, all of one length.</summary>
    public IReadOnlyList<(string Name, List<object?> Values)> Columns { get; }

    /// <summary>The values of a column, or null when there is none of that name.</summary>
    public List<object?>? this[string name] => Columns.FirstOrDefault(c => c.Name == name).Values;

    /// <summary>The table in a file's bytes.</summary>
    /// <exception cref="FormatException">It is damaged, or has something that is not read.</exception>
    public static ArrowTable Read(byte[] data)
    {
        try
        {
            var isFile = data.AsSpan().StartsWith(Magic);
            if (!isFile && !data.AsSpan().StartsWith(Continuation)) throw new FormatException("it is no Arrow file");
            return new Reader(data).Run(isFile ? 8 : 0);
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException or OverflowException or DecoderFallbackException)
        {
            throw new FormatException("the Arrow file is damaged", e);
        }
    }

    enum Kind : byte
    {
        Null = 1,
        Int = 2,
        Float = 3,
        Binary = 4,
        Utf8 = 5,
        Bool = 6,
        Date = 8,
        Timestamp = 10,
        LargeBinary = 19,
        LargeUtf8 = 20,
    }

    sealed record Field(string Name, Kind Kind, int Width, bool IsSigned, int Unit)
    {
        public List<object?> Values { get; } = [];
    }

    // A table of the FlatBuffers format: its position, from which a table of offsets leads to the fields.
    readonly struct FlatTable(byte[] data, int position)
    {
        public int Position => position;

        // 0 for a field that is left out.
        int At(int field)
        {
            var offsets = position - Int(position);
            var slot = 4 + (2 * field);
            if (slot >= BinaryPrimitives.ReadUInt16LittleEndian(data.AsSpan(offsets, 2))) return 0;
            var offset = BinaryPrimitives.ReadUInt16LittleEndian(data.AsSpan(offsets + slot, 2));
            return offset == 0 ? 0 : position + offset;
        }

        public bool Has(int field) => At(field) != 0;

        public byte Byte(int field) => At(field) is var at and not 0 ? data[at] : (byte)0;

        public short Short(int field, short otherwise = 0) =>
            At(field) is var at and not 0 ? BinaryPrimitives.ReadInt16LittleEndian(data.AsSpan(at, 2)) : otherwise;

        public int Number(int field) => At(field) is var at and not 0 ? Int(at) : 0;

        public long Long(int field) => At(field) is var at and not 0 ? BinaryPrimitives.ReadInt64LittleEndian(data.AsSpan(at, 8)) : 0;

        public FlatTable Table(int field) =>
            At(field) is var at and not 0 ? new(data, at + Int(at)) : throw new FormatException("the Arrow file lacks a part");

        public string Text(int field)
        {
            if (At(field) is not (var at and not 0)) return "";
            var start = at + Int(at);
            return Encoding.UTF8.GetString(data.AsSpan(start + 4, Int(start)));
        }

        public (int Start, int Count) Vector(int field)
        {
            if (At(field) is not (var at and not 0)) return (0, 0);
            var start = at + Int(at);
            return Int(start) is >= 0 and var count ? (start + 4, count) : throw new FormatException("the Arrow file is damaged");
        }

        public FlatTable Element(int start, int index) => new(data, start + (4 * index) + Int(start + (4 * index)));

        int Int(int at) => BinaryPrimitives.ReadInt32LittleEndian(data.AsSpan(at, 4));
    }

    sealed class Reader(byte[] data)
    {
        readonly List<Field> fields = [];

        public ArrowTable Run(int start)
        {
            var at = start;
            while (at + 8 <= data.Length)
            {
                // A message is announced by minus one and its length; older writers leave the minus one out. Length zero ends the stream.
                var length = BinaryPrimitives.ReadInt32LittleEndian(data.AsSpan(at, 4));
                at += 4;
                if (length == -1)
                {
                    length = BinaryPrimitives.ReadInt32LittleEndian(data.AsSpan(at, 4));
                    at += 4;
                }
                if (length <= 0) break;
                var message = new FlatTable(data, at + BinaryPrimitives.ReadInt32LittleEndian(data.AsSpan(at, 4)));
                var body = checked(at + length);
                switch (message.Byte(1))
                {
                    case 1: Schema(message.Table(2)); break;
                    // Some writers of files give the columns at the end only.
                    case 3:
                        if (fields.Count == 0 && start > 0) Schema(Footer().Table(1));
                        Batch(message.Table(2), body);
                        break;
                    case 2: throw new FormatException("the Arrow file has a column of categories, which is not read");
                    default: break;
                }
                at = checked(body + (int)message.Long(3));
            }
            return new ArrowTable([.. fields.Select(f => (f.Name, f.Values))]);
        }

        // A file ends in the footer, its length and the mark.
        FlatTable Footer()
        {
            var end = data.Length - Magic.Length - 4;
            var at = checked(end - BinaryPrimitives.ReadInt32LittleEndian(data.AsSpan(end, 4)));
            return new FlatTable(data, at + BinaryPrimitives.ReadInt32LittleEndian(data.AsSpan(at, 4)));
        }

        void Schema(FlatTable schema)
        {
            var (start, count) = schema.Vector(1);
            for (var i = 0; i < count; i++)
            {
                var field = schema.Element(start, i);
                var name = field.Text(0);
                if (field.Has(4)) throw new FormatException($"column '{name}' has categories, which are not read");
                var kind = (Kind)field.Byte(2);
                var type = kind == Kind.Null ? default : field.Table(3);
                fields.Add(
                    kind switch
                    {
                        Kind.Null or Kind.Bool or Kind.Binary or Kind.Utf8 or Kind.LargeBinary or Kind.LargeUtf8 =>
                            new Field(name, kind, 0, false, 0),
                        Kind.Int when type.Number(0) is 8 or 16 or 32 or 64 =>
                            new Field(name, kind, type.Number(0) / 8, type.Byte(1) != 0, 0),
                        Kind.Float when type.Short(0) is >= 0 and <= 2 => new Field(name, kind, 2 << type.Short(0), true, 0),
                        Kind.Date => new Field(name, kind, type.Short(0, 1) == 0 ? 4 : 8, true, type.Short(0, 1)),
                        Kind.Timestamp when type.Short(0) is >= 0 and <= 3 => new Field(name, kind, 8, true, type.Short(0)),
                        _ => throw new FormatException($"column '{name}' has a type ({(byte)kind}) that is not read"),
                    }
                );
            }
        }

        void Batch(FlatTable batch, int body)
        {
            if (batch.Has(3)) throw new FormatException("the Arrow file is compressed, which is not read");
            var rows = batch.Long(0);
            if (rows < 0 || rows > 8L * data.Length) throw new FormatException("the Arrow file is damaged");
            var (buffers, count) = batch.Vector(2);
            var next = 0;
            foreach (var field in fields)
            {
                if (field.Kind == Kind.Null)
                {
                    field.Values.AddRange(Enumerable.Repeat<object?>(null, (int)rows));
                    continue;
                }
                var valid = Buffer();
                var isText = field.Kind is Kind.Utf8 or Kind.LargeUtf8 or Kind.Binary or Kind.LargeBinary;
                var first = Buffer();
                var second = isText ? Buffer() : default;
                for (var row = 0; row < (int)rows; row++)
                    field.Values.Add(
                        valid.Length > 0 && !Bit(data.AsSpan(valid.Start, valid.Length), row) ? null : Value(field, first, second, row)
                    );
            }

            (int Start, int Length) Buffer()
            {
                if (next >= count) throw new FormatException("the Arrow file is damaged");
                var at = buffers + (16 * next++);
                var (offset, length) = (
                    BinaryPrimitives.ReadInt64LittleEndian(data.AsSpan(at, 8)),
                    BinaryPrimitives.ReadInt64LittleEndian(data.AsSpan(at + 8, 8))
                );
                var start = checked(body + (int)offset);
                _ = data.AsSpan(start, checked((int)length));
                return (start, (int)length);
            }
        }

        object? Value(Field field, (int Start, int Length) first, (int Start, int Length) second, int row)
        {
            var fixedWidth = data.AsSpan(first.Start, first.Length);
            switch (field.Kind)
            {
                case Kind.Bool: return Bit(fixedWidth, row);
                case Kind.Int:
                    var whole = fixedWidth.Slice(row * field.Width, field.Width);
                    return (field.Width, field.IsSigned) switch
                    {
                        (1, true) => (long)(sbyte)whole[0],
                        (1, false) => (long)whole[0],
                        (2, true) => (long)BinaryPrimitives.ReadInt16LittleEndian(whole),
                        (2, false) => (long)BinaryPrimitives.ReadUInt16LittleEndian(whole),
                        (4, true) => (long)BinaryPrimitives.ReadInt32LittleEndian(whole),
                        (4, false) => (long)BinaryPrimitives.ReadUInt32LittleEndian(whole),
                        (_, true) => BinaryPrimitives.ReadInt64LittleEndian(whole),
                        _ => checked((long)BinaryPrimitives.ReadUInt64LittleEndian(whole)),
                    };
                case Kind.Float:
                    var real = fixedWidth.Slice(row * field.Width, field.Width);
                    return field.Width switch
                    {
                        2 => (double)BinaryPrimitives.ReadHalfLittleEndian(real),
                        4 => BinaryPrimitives.ReadSingleLittleEndian(real),
                        _ => BinaryPrimitives.ReadDoubleLittleEndian(real),
                    };
                case Kind.Date:
                    return field.Width == 4
                        ? Instant.FromUnixTimeSeconds(86_400L * BinaryPrimitives.ReadInt32LittleEndian(fixedWidth.Slice(row * 4, 4)))
                        : Instant.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(fixedWidth.Slice(row * 8, 8)));
                case Kind.Timestamp:
                    var time = BinaryPrimitives.ReadInt64LittleEndian(fixedWidth.Slice(row * 8, 8));
                    // pandas writes "not a time" as the smallest number.
                    if (time == long.MinValue) return null;
                    return field.Unit switch
                    {
                        0 => Instant.FromUnixTimeSeconds(time),
                        1 => Instant.FromUnixTimeMilliseconds(time),
                        2 => Instant.FromUnixTimeTicks(checked(time * 10)),
                        _ => Instant.FromUnixTimeTicks(time / 100),
                    };
                default:
                    var isLarge = field.Kind is Kind.LargeUtf8 or Kind.LargeBinary;
                    var (from, to) = isLarge
                        ? (
                            checked((int)BinaryPrimitives.ReadInt64LittleEndian(fixedWidth.Slice(row * 8, 8))),
                            checked((int)BinaryPrimitives.ReadInt64LittleEndian(fixedWidth.Slice((row + 1) * 8, 8)))
                        )
                        : (
                            BinaryPrimitives.ReadInt32LittleEndian(fixedWidth.Slice(row * 4, 4)),
                            BinaryPrimitives.ReadInt32LittleEndian(fixedWidth.Slice((row + 1) * 4, 4))
                        );
                    var bytes = data.AsSpan(second.Start, second.Length)[from..to];
                    return field.Kind is Kind.Utf8 or Kind.LargeUtf8 ? Encoding.UTF8.GetString(bytes) : bytes.ToArray();
            }
        }

        static bool Bit(ReadOnlySpan<byte> bits, int index) => (bits[index / 8] & (1 << (index % 8))) != 0;
    }
}
