using System.IO.Compression;

namespace Idq.Data.Frames;

/// <summary>The samples of a vector as bytes of a file: compression and the order of bytes.</summary>
static class FrameEncoding
{
    /// <summary>As they are.</summary>
    public const int Raw = 0;

    /// <summary>Gzip, in the format of zlib.</summary>
    public const int Gzip = 1;

    /// <summary>Gzip of differences from the sample before.</summary>
    public const int DifferentialGzip = 3;

    /// <summary>Set when the samples are in little-endian order.</summary>
    public const int LittleEndian = 256;

    const int NoMoreThan = 64 << 20;
    const int MostTimesSmaller = 1040;

    /// <summary>The number of the zero suppression of words of 2, 4 or 8 bytes.</summary>
    public static int ZeroSuppressionOf(int wordSize) => wordSize switch { 2 => 5, 4 => 8, _ => 10 };

    /// <summary>What a number of the field "compress" means, in words.</summary>
    public static string Name(int compress) => (compress & ~LittleEndian) switch
    {
        Raw => "raw",
        Gzip => "gzip",
        DifferentialGzip => "differential gzip",
        5 => "zero suppression of 2 bytes",
        8 => "zero suppression of 4 bytes",
        10 => "zero suppression of 8 bytes",
        var other => $"unknown ({other})",
    };

    /// <summary>Reads samples.</summary>
    /// <param name="head">What the vector says of them.</param>
    /// <param name="data">The bytes, which may be changed.</param>
    /// <param name="place">Where the vector is, for messages.</param>
    /// <exception cref="DataException">The bytes are not the samples that the vector announces.</exception>
    public static Array Decode(FrameVectorHead head, ArraySegment<byte> data, FramePlace place)
    {
        var compress = head.Compress & ~LittleEndian;
        var isTurned = (head.Compress & LittleEndian) == 0 == BitConverter.IsLittleEndian;
        if (head.Type == FrameValueType.Text) return Texts(head, compress, data, place);
        var (size, wordSize) = (FrameValues.Size(head.Type), FrameValues.WordSize(head.Type));
        var bytes = (UInt128)(ulong)head.Count * (uint)size;
        // A few damaged bytes must not ask for all memory: no compression in use makes samples so much smaller.
        if (bytes > (UInt128)Array.MaxLength || bytes > NoMoreThan && bytes > (UInt128)data.Count * MostTimesSmaller)
            throw place.Damage($"says that {data.Count} bytes hold {head.Count} samples of {size} bytes");
        if (compress == Raw && bytes != (UInt128)data.Count)
            throw place.Damage($"has {data.Count} bytes for {head.Count} samples of {size} bytes");
        var values = FrameValues.Allocate(head.Type, (int)head.Count);
        var into = FrameValues.Bytes(values, head.Type);
        switch (compress)
        {
            case Raw:
                data.AsSpan().CopyTo(into);
                if (isTurned) Words.Reverse(into, wordSize);
                break;
            case Gzip:
            case DifferentialGzip:
                if (compress == DifferentialGzip && !FrameValues.IsWhole(head.Type))
                    throw place.Damage($"has differences of samples of the type {head.Type}, which are for whole numbers");
                Inflate(data, into, place);
                if (isTurned) Words.Reverse(into, wordSize);
                if (compress == DifferentialGzip) Words.Sum(into, wordSize);
                break;
            case var _ when wordSize > 1 && compress == ZeroSuppressionOf(wordSize):
                if (isTurned) Words.Reverse(data.AsSpan(0, data.Count / wordSize * wordSize), wordSize);
                if (!ZeroSuppression.TryExpand(data, into, wordSize))
                    throw place.Damage($"has {data.Count} bytes of {Name(compress)}, which end before its {head.Count} samples do");
                break;
            default: throw place.Damage($"has {head.Type} in the compression '{Name(compress)}', which does not go together");
        }
        return values;
    }

    /// <summary>Writes samples: the number for the field "compress", and the bytes.</summary>
    public static (int Compress, ReadOnlyMemory<byte> Data) Encode(Array values, FrameCompression compression, bool isLittleEndian)
    {
        var type = FrameValues.TypeOf(values);
        var order = isLittleEndian ? LittleEndian : 0;
        var isTurned = isLittleEndian != BitConverter.IsLittleEndian;
        if (type == FrameValueType.Text) return (Raw | order, TextBytes((string[])values, isLittleEndian));
        var wordSize = FrameValues.WordSize(type);
        var own = FrameValues.Bytes(values, type);
        byte[] Turned(ReadOnlySpan<byte> bytes)
        {
            var copy = bytes.ToArray();
            if (isTurned) Words.Reverse(copy, wordSize);
            return copy;
        }
        (int Compress, ReadOnlyMemory<byte> Data) Deflated(int compress, ReadOnlySpan<byte> bytes) =>
            (compress | order, Deflate(Turned(bytes)));
        var candidates = new List<(int Compress, ReadOnlyMemory<byte> Data)>();
        var isSuppressed = compression switch
        {
            FrameCompression.ZeroSuppression or FrameCompression.Best => wordSize is 2 or 4,
            FrameCompression.ZeroSuppressionOfAll => wordSize is 2 or 4 or 8,
            _ => false,
        };
        var isDifferent = FrameValues.IsWhole(type) && compression is FrameCompression.DifferentialGzip or FrameCompression.Best;
        if (isSuppressed || isDifferent)
        {
            var differences = own.ToArray();
            Words.Difference(differences, wordSize);
            if (isSuppressed && Suppressed(differences, wordSize, isTurned) is { } suppressed)
                candidates.Add((ZeroSuppressionOf(wordSize) | order, suppressed));
            if (isDifferent) candidates.Add(Deflated(DifferentialGzip, differences));
        }
        if (compression != FrameCompression.Raw && (compression != FrameCompression.DifferentialGzip || candidates.Count == 0))
            candidates.Add(Deflated(Gzip, own));
        var best = candidates.OrderBy(c => c.Data.Length).FirstOrDefault();
        return candidates.Count > 0 && best.Data.Length < own.Length ? best : (Raw | order, Turned(own));
    }

    static ReadOnlyMemory<byte>? Suppressed(ReadOnlySpan<byte> differences, int wordSize, bool isTurned)
    {
        var into = new byte[differences.Length];
        var length = ZeroSuppression.Suppress(differences, into, wordSize);
        if (length == 0) return null;
        if (isTurned) Words.Reverse(into.AsSpan(0, length), wordSize);
        return into.AsMemory(0, length);
    }

    static byte[] Deflate(byte[] bytes)
    {
        var into = new MemoryStream();
        using (var zlib = new ZLibStream(into, CompressionLevel.Optimal)) zlib.Write(bytes);
        return into.ToArray();
    }

    static void Inflate(ArraySegment<byte> data, Span<byte> into, FramePlace place)
    {
        try
        {
            var deflated = new MemoryStream(data.Array!, data.Offset, data.Count, writable: false);
            using var zlib = new ZLibStream(deflated, CompressionMode.Decompress);
            zlib.ReadExactly(into);
            if (zlib.ReadByte() >= 0) throw place.Damage("has more samples in its gzip than it says");
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw place.Damage($"has gzip that cannot be read: {e.Message}", cause: e);
        }
    }

    static string[] Texts(FrameVectorHead head, int compress, ArraySegment<byte> data, FramePlace place)
    {
        if (compress != Raw) throw place.Damage($"has text in the compression '{Name(compress)}', which this program does not read");
        if (head.Count > data.Count / 2) throw place.Damage($"has {data.Count} bytes for {head.Count} texts");
        var texts = new string[head.Count];
        var reader = new FieldReader(data, (head.Compress & LittleEndian) != 0, place);
        for (var i = 0; i < texts.Length; i++) texts[i] = reader.Text();
        return texts;
    }

    static byte[] TextBytes(string[] texts, bool isLittleEndian)
    {
        var into = new StructureWriter(isLittleEndian);
        foreach (var text in texts) into.Text(text);
        return into.ToArray();
    }
}
