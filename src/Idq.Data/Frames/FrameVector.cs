namespace Idq.Data.Frames;

/// <summary>Reads vectors (FrVect) and what channels say of theirs.</summary>
static class FrameVector
{
    // Name, compression, type, numbers: what stands before the samples, with the longest of names that anybody gave.
    const int UsualHead = 1024;
    const int LongestHead = StructureHead.Size + 2 + ushort.MaxValue + 20;
    const int LongestTail = 1 << 16;

    /// <summary>What a vector says of its samples, which are not read; its checksum is not verified then.</summary>
    public static FrameVectorHead Head(FrameSource source, StructureHead head)
    {
        using var bytes = new PooledBytes((int)Math.Min(head.Length, LongestHead));
        var place = source.Place(head.Offset, "FrVect");
        var usual = bytes.Span[..Math.Min(bytes.Span.Length, UsualHead)];
        source.Read(head.Offset, usual, place);
        var name = new FieldReader(usual[StructureHead.Size..], source.IsLittleEndian, place).UInt16();
        var isLong = name > UsualHead - StructureHead.Size - 22;
        if (isLong) source.Read(head.Offset, bytes.Span, place);
        var (vector, size, at) = Begin(isLong ? bytes.Span : usual, source.IsLittleEndian, place);
        var after = head.Length - at - size;
        if (size > head.Length - at) throw place.Damage($"has {size} bytes of samples and is {head.Length} bytes long");
        using var tail = new PooledBytes((int)Math.Min(after, LongestTail));
        source.Read(head.Offset + at + size, tail.Span, place);
        return End(vector, new FieldReader(tail.Span, source.IsLittleEndian, place));
    }

    /// <summary>The samples of a vector, whose checksum is verified.</summary>
    public static Array Read(FrameSource source, StructureHead head, FrameVectorHead? expected = null)
    {
        var place = source.Place(head.Offset, "FrVect");
        using var bytes = source.Load(head, "FrVect");
        var (vector, size, at) = Begin(bytes.Span, source.IsLittleEndian, place);
        if (size > bytes.Span.Length - at) throw place.Damage($"has {size} bytes of samples and is {head.Length} bytes long");
        return FrameEncoding.Decode(expected ?? vector, new(bytes.Array, at, (int)size), place);
    }

    /// <summary>A channel as its structure and its vector describe it.</summary>
    public static FrameChannelHead Channel(FrameStructure structure, FrameEntry entry, FrameSpan frame, FrameVectorHead vector)
    {
        var isProc = entry.Kind == FrameChannelKind.Proc;
        var rate = isProc ? 1 / vector.Step : structure.Real("sampleRate");
        return new(entry.Name, entry.Kind, frame.Start, rate, vector)
        {
            TimeOffset = structure.Real("timeOffset"), Comment = structure.Text("comment"),
            IsTimeSeries = vector.Dimensions == 1 && (!isProc || structure.Whole("type") == 1),
            Converter = entry.Kind != FrameChannelKind.Adc ? null : new(
                structure.Whole("channelGroup"), structure.Whole("channelNumber"), structure.Whole("nBits"),
                (float)structure.Real("bias"), (float)structure.Real("slope"), (int)structure.Whole("dataValid")),
        };
    }

    static (FrameVectorHead Vector, long Size, int At) Begin(ReadOnlySpan<byte> bytes, bool isLittleEndian, FramePlace place)
    {
        var reader = new FieldReader(bytes[StructureHead.Size..], isLittleEndian, place);
        var name = reader.Text();
        var (compress, type, count, size) = (reader.UInt16(), (FrameValueType)reader.UInt16(), reader.UInt64(), reader.UInt64());
        if (!Enum.IsDefined(type)) throw place.Damage($"has samples of the unknown type {(int)type}");
        if (count > long.MaxValue || size > long.MaxValue) throw place.Damage($"has {count} samples in {size} bytes, which cannot be");
        return (new(name, type, (long)count, 1, "") { Compress = compress }, (long)size, StructureHead.Size + reader.Position);
    }

    static FrameVectorHead End(FrameVectorHead vector, FieldReader reader)
    {
        var dimensions = reader.UInt32();
        if (dimensions > byte.MaxValue) dimensions = 0;
        reader.Bytes(8 * dimensions);
        var step = 1.0;
        for (var i = 0; i < dimensions; i++)
            if (reader.Double() is var d && i == 0) step = d;
        reader.Bytes(8 * dimensions);
        var unitX = "";
        for (var i = 0; i < dimensions; i++)
            if (reader.Text() is var unit && i == 0) unitX = unit;
        return vector with { Step = step, UnitX = unitX, Unit = reader.Text(), Dimensions = (int)dimensions };
    }
}
