using System.Runtime.InteropServices;

namespace Idq.Streaming;

/// <summary>Makes a rename survive a power failure: flushes the folder that holds the name.</summary>
static partial class FolderFlush
{
    const int ReadOnly = 0;

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

    [LibraryImport("libc", EntryPoint = "close")]
    internal static partial int Close(int handle);
}
