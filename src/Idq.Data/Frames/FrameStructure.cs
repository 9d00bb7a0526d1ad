namespace Idq.Data.Frames;

/// <summary>A structure of a frame file with the values of its fields, read as its class describes it.</summary>
sealed class FrameStructure
{
    // How the frame library of LIGO writes the number of a kind of which there is nothing.
    const uint Nothing = uint.MaxValue;

    readonly Dictionary<string, object> values = new(StringComparer.Ordinal);

    /// <summary>Reads a structure.</summary>
    /// <param name="definition">Its class.</param>
    /// <param name="bytes">The structure after its head.</param>
    /// <param name="isLittleEndian">The byte order of the file.</param>
    /// <param name="place">Where it is, for messages.</param>
    /// <exception cref="DataException">The bytes are fewer or more than the class describes.</exception>
    public FrameStructure(FrameClass definition, ReadOnlySpan<byte> bytes, bool isLittleEndian, FramePlace place)
    {
        (Place, Class) = (place, definition);
        var reader = new FieldReader(bytes, isLittleEndian, place);
        foreach (var field in definition.Fields)
        {
            var value = field.Lengths.Count == 0 ? Single(ref reader, field) : Many(ref reader, field, Count(field));
            // The summaries of one library have the name of the serial data before them.
            values.TryAdd(field.Name, value);
        }
        if (reader.Left > 0) throw place.Damage($"has {reader.Left} bytes more than its class describes");
    }

    /// <summary>Where it is.</summary>
    public FramePlace Place { get; }

    /// <summary>Its class.</summary>
    public FrameClass Class { get; }

    /// <summary>All pointers to other structures.</summary>
    public IEnumerable<(string Field, FramePointer Pointer)> Pointers =>
        values.Where(v => v.Value is FramePointer { IsNull: false }).Select(v => (v.Key, (FramePointer)v.Value));

    /// <summary>A whole number. An unsigned one of 64 bits beyond the signed ones is damage.</summary>
    public long Whole(string field) => (long)values[field];

    /// <summary>A real number.</summary>
    public double Real(string field) => (double)values[field];

    /// <summary>A text.</summary>
    public string Text(string field) => (string)values[field];

    /// <summary>A pointer.</summary>
    public FramePointer Pointer(string field) => (FramePointer)values[field];

    /// <summary>An array of whole numbers.</summary>
    public long[] Wholes(string field) => (long[])values[field];

    /// <summary>An array of real numbers.</summary>
    public double[] Reals(string field) => (double[])values[field];

    /// <summary>An array of texts.</summary>
    public string[] Texts(string field) => (string[])values[field];

    /// <summary>An array of characters.</summary>
    public byte[] Bytes(string field) => (byte[])values[field];

    object Single(ref FieldReader reader, FrameField field) => field.Element switch
    {
        FieldElement.Text => reader.Text(),
        FieldElement.Pointer => reader.Pointer(),
        FieldElement.Single or FieldElement.Double => Real(ref reader, field),
        _ => Whole(ref reader, field),
    };

    object Many(ref FieldReader reader, FrameField field, long count)
    {
        var size = Size(field);
        if (count > reader.Left / size)
            throw Place.Damage($"has {count} elements in '{field.Name}', for which {reader.Left} bytes are too few");
        switch (field.Element)
        {
            case FieldElement.Char or FieldElement.Byte: return reader.Bytes(count).ToArray();
            case FieldElement.Text:
                var texts = new string[count];
                for (var i = 0; i < texts.Length; i++) texts[i] = reader.Text();
                return texts;
            case FieldElement.Single or FieldElement.Double:
                var reals = new double[count];
                for (var i = 0; i < reals.Length; i++) reals[i] = Real(ref reader, field);
                return reals;
            default:
                var wholes = new long[count];
                for (var i = 0; i < wholes.Length; i++) wholes[i] = Whole(ref reader, field);
                return wholes;
        }
    }

    static double Real(ref FieldReader reader, FrameField field) =>
        field.Element == FieldElement.Single ? reader.Single() : reader.Double();

    long Whole(ref FieldReader reader, FrameField field)
    {
        switch (field.Element)
        {
            case FieldElement.Char: return (sbyte)reader.Byte();
            case FieldElement.Byte: return reader.Byte();
            case FieldElement.Int16: return (short)reader.UInt16();
            case FieldElement.UInt16: return reader.UInt16();
            case FieldElement.Int32: return (int)reader.UInt32();
            case FieldElement.UInt32: return reader.UInt32();
            case FieldElement.Int64: return (long)reader.UInt64();
            case FieldElement.UInt64:
                var value = reader.UInt64();
                return value <= long.MaxValue ? (long)value : throw Place.Damage($"says {value} of '{field.Name}', which cannot be");
            default: throw Place.Damage($"has a field '{field.Name}' of the unknown type '{field.Type}'");
        }
    }

    static int Size(FrameField field) => field.Element switch
    {
        FieldElement.Char or FieldElement.Byte => 1,
        FieldElement.Int16 or FieldElement.UInt16 or FieldElement.Text => 2,
        FieldElement.Int32 or FieldElement.UInt32 or FieldElement.Single => 4,
        _ => 8,
    };

    long Count(FrameField field)
    {
        Int128 count = 1;
        foreach (var length in field.Lengths)
        {
            var factor = long.TryParse(length, out var number) ? number
                : values.GetValueOrDefault(length) as long?
                    ?? throw Place.Damage($"has no field '{length}' for the length of '{field.Name}'");
            count *= factor is Nothing or < 0 ? 0 : factor;
            if (count > int.MaxValue) throw Place.Damage($"says that '{field.Name}' has {count} elements");
        }
        return (long)count;
    }
}
