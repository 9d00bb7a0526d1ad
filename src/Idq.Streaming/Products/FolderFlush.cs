using System.Runtime.InteropServices;

namespace Idq.Streaming;

/// <summary>Makes what was written survive a power failure.</summary>
static partial class FolderFlush
{
    const int ReadOnly = 0;

    /// <summary>Flushes everything that was written to the file system of a folder.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public static void FlushAll(string folder)
    {
        var handle = Open(folder, ReadOnly);
        if (handle < 0) throw new IOException($"the folder '{folder}' cannot be opened");
        var result = SyncFileSystem(handle);
        _ = Close(handle);
        if (result != 0) throw new IOException($"the file system of '{folder}' cannot be flushed to the disk");
    }

    /// <summary>Flushes a folder to disk; a file system that cannot is left as it is.</summary>
    public static void Flush(string folder)
    {
        var handle = Open(folder, ReadOnly);
        if (handle < 0) return;
        _ = FSync(handle);
        _ = Close(handle);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    internal static partial int FSync(int handle);

    [LibraryImport("libc", EntryPoint = "syncfs")]
    internal static partial int SyncFileSystem(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    internal static partial int Close(int handle);
}
