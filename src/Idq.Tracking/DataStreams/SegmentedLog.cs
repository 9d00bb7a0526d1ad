using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Idq.Tracking;

/// <summary>Where an entry of a <see cref="SegmentedLog"/> lies.</summary>
readonly record struct LogPosition(long Segment, long Offset);

/// <summary>
/// An append-only log in numbered files of one folder, each entry with its length and checksum. One user at a time. Files whose entries are
/// all done with are deleted from the front. What follows a damaged or torn entry of a file is not read.
/// </summary>
/// <threadsafety>The caller's lock.</threadsafety>
sealed class SegmentedLog : IDisposable
{
    // Length, checksum of length and body.
    const int HeadBytes = 8;

    readonly string folder;
    readonly long segmentBytes;
    readonly FileStream guard;
    readonly SortedDictionary<long, Segment> segments = [];
    readonly ByteWriter pending = new(1 << 16);
    Segment? active;
    long lastNumber;

    /// <exception cref="DataStreamException">The folder cannot be used, or somebody uses it.</exception>
    public SegmentedLog(string folder, long segmentBytes)
    {
        (this.folder, this.segmentBytes) = (Path.GetFullPath(folder), segmentBytes);
        try
        {
            Directory.CreateDirectory(this.folder);
            guard = new FileStream(Path.Combine(this.folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            foreach (var path in Directory.GetFiles(this.folder, "*.log"))
            {
                if (long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                    segments.Add(number, new Segment(number, path, File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite)));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            foreach (var segment in segments.Values) segment.Dispose();
            guard?.Dispose();
            throw new DataStreamException(
                DataStreamFailure.Unusable,
                $"the log in folder '{folder}' cannot be used (is it another process's?): {e.Message}",
                e
            );
        }
    }

    /// <summary>Bytes in all files.</summary>
    public long Bytes { get; private set; }

    /// <summary>Files whose end could not be read.</summary>
    public int Damaged { get; private set; }

    /// <summary>Reads what an earlier user left, in order. To be read to its end before anything is appended.</summary>
    public IEnumerable<(LogPosition Position, byte[] Body)> ReadOld()
    {
        foreach (var segment in segments.Values)
        {
            var length = RandomAccess.GetLength(segment.Handle);
            while (ReadAt(segment, length) is { } body)
            {
                var position = new LogPosition(segment.Number, segment.End);
                segment.End += HeadBytes + body.Length;
                Bytes += HeadBytes + body.Length;
                yield return (position, body);
            }

            if (segment.End < length) Damaged++;
        }
    }

    /// <summary>Reads a folder that somebody may be writing to: what is there now, in order.</summary>
    /// <exception cref="DataStreamException">The folder cannot be read.</exception>
    public static IEnumerable<byte[]> ReadFolder(string folder)
    {
        string[] paths;
        try
        {
            paths = Directory.GetFiles(folder, "*.log");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataStreamException(DataStreamFailure.Unusable, $"the log in folder '{folder}' cannot be read: {e.Message}", e);
        }

        foreach (var path in paths.Order(StringComparer.Ordinal))
        {
            // Deleted since, mostly.
            if (OpenToRead(path) is not { } handle) continue;
            using var segment = new Segment(0, path, handle);
            var length = RandomAccess.GetLength(handle);
            while (ReadAt(segment, length) is { } body)
            {
                segment.End += HeadBytes + body.Length;
                yield return body;
            }
        }
    }

    /// <summary>Adds an entry of two parts to those that <see cref="Write"/> will write.</summary>
    public LogPosition Append(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        if (active is null || active.End + pending.Length > segmentBytes)
        {
            Write(flush: false);
            Rotate();
        }

        var position = new LogPosition(active!.Number, active.End + pending.Length);
        var start = pending.Length;
        pending.UInt32((uint)(first.Length + second.Length));
        pending.UInt32(0);
        pending.Bytes(first);
        pending.Bytes(second);
        var entry = pending.WrittenForPatching[start..];
        BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], Checksum(entry[..4], entry[HeadBytes..]));
        return position;
    }

    /// <summary>Writes what was appended; with <paramref name="flush"/> down to the disk.</summary>
    /// <exception cref="IOException">Nothing of what was appended since the last call counts as written.</exception>
    public void Write(bool flush)
    {
        if (active is null) return;
        try
        {
            if (pending.Length > 0) RandomAccess.Write(active.Handle, pending.Written, active.End);
            active.End += pending.Length;
            Bytes += pending.Length;
            if (flush && (pending.Length > 0 || !active.IsFlushed)) DiskFlush.Data(active.Handle);
            active.IsFlushed = flush || (active.IsFlushed && pending.Length == 0);
        }
        catch
        {
            // What a file holds after a failed flush is anyone's guess: the next entries go to another one.
            active = null;
            throw;
        }
        finally
        {
            pending.Clear();
        }
    }

    /// <summary>The entry at a place, which was written by this user.</summary>
    public byte[] Read(LogPosition position) =>
        segments.TryGetValue(position.Segment, out var segment)
        && ReadAt(segment with { End = position.Offset }, RandomAccess.GetLength(segment.Handle)) is { } body
            ? body
            : throw new DataStreamException(DataStreamFailure.Unusable, $"the log in folder '{folder}' was changed by somebody else");

    /// <summary>Deletes the files before the one of <paramref name="position"/>: everything in them is done with.</summary>
    public void ReleaseBefore(LogPosition position)
    {
        while (segments.Count > 0 && segments.First().Value is var first && first.Number < position.Segment && first != active)
            Delete(first);
    }

    /// <summary>Deletes the oldest file, unless it is the one that is written to; false then.</summary>
    public bool TryReleaseFirst()
    {
        if (segments.Count == 0 || segments.First().Value is var first && first == active) return false;
        Delete(segments.First().Value);
        return true;
    }

    /// <summary>Deletes everything: all of it is done with, and nothing waits to be written.</summary>
    public void ReleaseAll()
    {
        active = null;
        foreach (var segment in segments.Values.ToArray()) Delete(segment);
    }

    public void Dispose()
    {
        foreach (var segment in segments.Values) segment.Dispose();
        guard.Dispose();
    }

    // The number of a file is never used again, so that what is left of an earlier one cannot be taken for its own.
    void Rotate()
    {
        // A file that was written to and not flushed would lose what a later flush promises.
        if (active is { IsFlushed: false }) DiskFlush.Data(active.Handle);
        var number = (segments.Count == 0 ? lastNumber : Math.Max(lastNumber, segments.Keys.Last())) + 1;
        var path = Path.Combine(folder, number.ToString("d12", CultureInfo.InvariantCulture) + ".log");
        active = new Segment(number, path, File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite)) { IsFlushed = true };
        segments.Add(number, active);
        lastNumber = number;
        DiskFlush.Folder(folder);
    }

    void Delete(Segment segment)
    {
        Bytes -= segment.End;
        segments.Remove(segment.Number);
        segment.Dispose();
        File.Delete(segment.Path);
    }

    static SafeFileHandle? OpenToRead(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static byte[]? ReadAt(Segment segment, long length)
    {
        Span<byte> head = stackalloc byte[HeadBytes];
        if (RandomAccess.Read(segment.Handle, head, segment.End) < HeadBytes) return null;
        var bodyLength = BinaryPrimitives.ReadUInt32LittleEndian(head);
        if (segment.End + HeadBytes + bodyLength > length) return null;
        var body = new byte[bodyLength];
        if (RandomAccess.Read(segment.Handle, body, segment.End + HeadBytes) < body.Length) return null;
        return BinaryPrimitives.ReadUInt32LittleEndian(head[4..]) == Checksum(head[..4], body) ? body : null;
    }

    static uint Checksum(ReadOnlySpan<byte> length, ReadOnlySpan<byte> body) => Message.Checksum(length) ^ Message.Checksum(body);

    sealed record Segment(long Number, string Path, SafeFileHandle Handle) : IDisposable
    {
        public long End { get; set; }

        public bool IsFlushed { get; set; }

        public void Dispose() => Handle.Dispose();
    }
}

/// <summary>Flushes to the disk, with the calls that wait for no more than they must.</summary>
static class DiskFlush
{
    public static void Data(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
            RandomAccess.FlushToDisk(file);
        else if (fdatasync(file) != 0)
            throw new IOException($"a file could not be flushed to the disk (error {Marshal.GetLastPInvokeError()})");
    }

    // The name of a new file is stored by flushing its folder.
    public static void Folder(string folder)
    {
        if (!OperatingSystem.IsLinux()) return;
        using var handle = open(folder, 0);
        // Some file systems cannot flush folders; then the names of files may be lost in a power failure.
        if (!handle.IsInvalid) _ = fsync(handle);
    }

#pragma warning disable SYSLIB1054, CA5392, IDE1006
    [DllImport("libc", SetLastError = true)]
    static extern int fdatasync(SafeFileHandle file);

    [DllImport("libc", SetLastError = true)]
    static extern int fsync(SafeFileHandle file);

    [DllImport("libc", SetLastError = true, CharSet = CharSet.Ansi)]
    static extern SafeFileHandle open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);
#pragma warning restore SYSLIB1054, CA5392, IDE1006
}
