using System.Runtime.InteropServices;

namespace Idq.Data;

/// <summary>Makes what was written, and new names, survive a power failure.</summary>
public static partial class FolderFlush
{
    const int ReadOnly = 0;

    // What a file system says that keeps no folders on a disk.
    const int NotForFolders = 22;

    /// <summary>Makes a folder and those above it that are missing, and flushes the names of all that are new.</summary>
    /// <exception cref="IOException">A folder cannot be made or flushed.</exception>
    public static void Create(string folder)
    {
        if (Directory.Exists(folder)) return;
        var parent = Path.GetDirectoryName(folder);
        if (!string.IsNullOrEmpty(parent)) Create(parent);
        Directory.CreateDirectory(folder);
        if (!string.IsNullOrEmpty(parent)) Flush(parent);
    }

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
    /// <exception cref="IOException">The folder cannot be flushed, so that what is in it may not survive a power failure.</exception>
    public static void Flush(string folder)
    {
        var handle = Open(folder, ReadOnly);
        if (handle < 0) throw Failure(folder);
        var hasFailed = FSync(handle) < 0 && Marshal.GetLastPInvokeError() != NotForFolders;
        var failure = hasFailed ? Failure(folder) : null;
        _ = Close(handle);
        if (failure is not null) throw failure;
    }

    static IOException Failure(string folder) =>
        new($"the folder '{folder}' cannot be flushed to disk: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    internal static partial int FSync(int handle);

    [LibraryImport("libc", EntryPoint = "syncfs")]
    internal static partial int SyncFileSystem(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    internal static partial int Close(int handle);
}
