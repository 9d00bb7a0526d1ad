using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Idq.Data.Frames;

/// <summary>The bytes of a frame file: its header, and the heads and contents of its structures.</summary>
/// <remarks>Nothing is mapped into memory: a file that another program cuts off gives an exception.</remarks>
/// <threadsafety>For one thread.</threadsafety>
sealed class FrameSource : IDisposable
{
    /// <summary>Bytes of the file's header.</summary>
    public const int HeaderSize = 40;

    const int Version = 8;
    const int WindowSize = 1 << 16;

    readonly SafeFileHandle handle;
    readonly byte[] window = ArrayPool<byte>.Shared.Rent(WindowSize);
    long windowStart;
    int windowLength;

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="DataException">It cannot be opened, or its header is not that of a frame file of version 8.</exception>
    public FrameSource(string path)
    {
        Path = path;
        handle = FileErrors.Guard($"open '{path}'", () => File.OpenHandle(path));
        try
        {
            Length = FileErrors.Guard($"read '{path}'", () => RandomAccess.GetLength(handle));
            ReadHeader();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Its bytes.</summary>
    public long Length { get; }

    /// <summary>The order of bytes in everything but samples, which say theirs themselves.</summary>
    public bool IsLittleEndian { get; private set; }

    /// <summary>Whether the file has checksums at all.</summary>
    public bool HasChecksums { get; private set; }

    /// <summary>The checksum of the header.</summary>
    public uint HeaderChecksum { get; private set; }

    /// <summary>A place of this file.</summary>
    public FramePlace Place(long offset, string structure) => new(Path, offset, structure);

    /// <summary>The head of the structure that begins at an offset.</summary>
    /// <exception cref="DataException">There is none, or it reaches beyond the end of the file.</exception>
    public StructureHead Head(long offset)
    {
        var place = Place(offset, "the structure");
        if (offset < HeaderSize || offset > Length - StructureHead.Size) throw place.Damage("lies outside the file", isTransient: true);
        Span<byte> bytes = stackalloc byte[StructureHead.Size];
        Read(offset, bytes, place);
        var reader = new FieldReader(bytes, IsLittleEndian, place);
        var length = reader.UInt64();
        var head = new StructureHead(offset, (long)Math.Min(length, long.MaxValue), reader.Byte(), reader.Byte(), reader.UInt32());
        if (length < StructureHead.Size + 4) throw place.Damage($"has a length of {length} bytes, which is too short");
        if (length > (ulong)(Length - offset))
            throw place.Damage($"has a length of {length} bytes and reaches beyond the end of the file", isTransient: true);
        if (length > (ulong)Array.MaxLength) throw place.Damage($"has a length of {length} bytes, which is more than this program reads");
        return head;
    }

    /// <summary>The fields of a structure, whose checksum is verified unless it is said to be wrong already.</summary>
    public FrameStructure Structure(StructureHead head, FrameClass definition, bool isVerified = true)
    {
        using var bytes = Load(head, definition.Name, isVerified);
        return new(definition, bytes.Span[StructureHead.Size..], IsLittleEndian, Place(head.Offset, definition.Name));
    }

    /// <summary>All bytes of a structure, whose checksum is verified unless that is not asked for.</summary>
    /// <exception cref="DataException">The checksum is another one.</exception>
    public PooledBytes Load(StructureHead head, string structure, bool isVerified = true)
    {
        var place = Place(head.Offset, structure);
        var bytes = new PooledBytes((int)head.Length);
        try
        {
            Read(head.Offset, bytes.Span, place);
            if (isVerified) Verify(head, bytes.Span, structure == "FrEndOfFile" ? 4 : 0, place);
            return bytes;
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    /// <summary>Fills a span with the bytes from an offset on.</summary>
    public void Read(long offset, Span<byte> into, FramePlace place)
    {
        if (into.Length > WindowSize / 4)
        {
            ReadFile(offset, into, place);
            return;
        }
        if (offset < windowStart || offset + into.Length > windowStart + windowLength)
        {
            (windowStart, windowLength) = (offset, 0);
            var length = (int)Math.Min(WindowSize, Length - offset);
            if (length < into.Length) throw place.Damage("reaches beyond the end of the file", isTransient: true);
            ReadFile(offset, window.AsSpan(0, length), place);
            windowLength = length;
        }
        window.AsSpan((int)(offset - windowStart), into.Length).CopyTo(into);
    }

    /// <summary>The checksum of the whole file but its last bytes, which hold it.</summary>
    public uint FileChecksum()
    {
        var checksum = default(FrameChecksum);
        using var buffer = new PooledBytes(1 << 20);
        for (long at = 0; at < Length - 4;)
        {
            var part = buffer.Span[..(int)Math.Min(buffer.Span.Length, Length - 4 - at)];
            ReadFile(at, part, Place(at, "the file"));
            checksum.Append(part);
            at += part.Length;
        }
        return checksum.Value;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        handle.Dispose();
        ArrayPool<byte>.Shared.Return(window);
    }

    // The checksum of the last structure is followed by that of the file.
    void Verify(StructureHead head, ReadOnlySpan<byte> bytes, int after, FramePlace place)
    {
        if (!HasChecksums || head.ChecksumKind == 0) return;
        if (head.ChecksumKind != 1) throw place.Damage($"has a checksum of the unknown kind {head.ChecksumKind}");
        var end = bytes.Length - 4 - after;
        var said = new FieldReader(bytes[end..], IsLittleEndian, place).UInt32();
        var found = FrameChecksum.Of(bytes[..end]);
        if (said != found) throw place.Damage($"has the checksum {found:x8} and says {said:x8}");
    }

    void ReadFile(long offset, Span<byte> into, FramePlace place)
    {
        try
        {
            while (!into.IsEmpty)
            {
                var count = RandomAccess.Read(handle, into, offset);
                if (count == 0) throw place.Damage("reaches beyond the end of the file", isTransient: true);
                into = into[count..];
                offset += count;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"cannot read '{Path}': {e.Message}", cause: e);
        }
    }

    void ReadHeader()
    {
        var place = Place(0, "the header");
        if (Length < HeaderSize) throw place.Damage($"is cut off: the file has {Length} bytes", isTransient: true);
        Span<byte> bytes = stackalloc byte[HeaderSize];
        Read(0, bytes, place);
        if (!bytes[..5].SequenceEqual("IGWD\0"u8)) throw new DataException($"'{Path}' is no frame file: it does not begin with IGWD");
        if (bytes[5] != Version)
            throw new DataException($"'{Path}' is a frame file of version {bytes[5]}; this program reads version {Version}");
        if (!bytes[7..12].SequenceEqual((ReadOnlySpan<byte>)[2, 4, 8, 4, 8]))
            throw place.Damage("has sizes of numbers other than 2, 4, 8, 4, 8");
        IsLittleEndian = bytes[12] == 0x34;
        var reader = new FieldReader(bytes[12..], IsLittleEndian, place);
        if (reader.UInt16() != 0x1234 || reader.UInt32() != 0x12345678 || reader.UInt64() != 0x0123456789abcdef)
            throw place.Damage("has bytes in no order that this program knows");
        if (reader.Single() != MathF.PI || reader.Double() != Math.PI) throw place.Damage("has numbers that are not those of IEEE 754");
        if (bytes[39] > 1) throw place.Damage($"names the unknown checksum {bytes[39]}");
        (HasChecksums, HeaderChecksum) = (bytes[39] == 1, FrameChecksum.Of(bytes));
    }
}
