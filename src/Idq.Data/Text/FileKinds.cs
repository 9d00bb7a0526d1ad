using System.Runtime.InteropServices;

namespace Idq.Data;

/// <summary>Tells files from what only looks like one.</summary>
public static partial class FileKinds
{
    // Of Linux's statx: relative to the working folder, the kind only, and where in its 256 bytes the mode stands.
    const int WorkingFolder = -100, OnlyKind = 1, Length = 256, Mode = 28;

    /// <summary>
    /// What a path leads to, links followed. On other systems than Linux pipes, devices and sockets count as files.
    /// </summary>
    public static FileKind Of(string path)
    {
        if (!OperatingSystem.IsLinux())
            return File.Exists(path) ? FileKind.File : Directory.Exists(path) ? FileKind.Folder : FileKind.Nothing;
        Span<byte> state = stackalloc byte[Length];
        if (State(WorkingFolder, path, 0, OnlyKind, state) != 0) return FileKind.Nothing;
        return (MemoryMarshal.Read<ushort>(state[Mode..]) >> 12) switch
        {
            1 => FileKind.Pipe,
            4 => FileKind.Folder,
            8 => FileKind.File,
            12 => FileKind.Socket,
            _ => FileKind.Device,
        };
    }

    /// <summary>Sees that a path is no pipe, device, socket or folder; one that leads to nothing is left to whoever opens it.</summary>
    /// <exception cref="DataException">It is.</exception>
    public static void RequireFile(string path)
    {
        if (Of(path) is not (FileKind.File or FileKind.Nothing) and var kind)
            throw new DataException($"cannot read '{path}': it is a {kind.ToString().ToLowerInvariant()}; expected a file");
    }

    /// <summary>Why a path leads to no file that can be read: what it is instead, or that there is none.</summary>
    public static string WhyNoFile(string path) => Of(path) switch
    {
        FileKind.Nothing when new FileInfo(path).LinkTarget is { } target => $"'{path}' is a link to '{target}', which does not exist",
        FileKind.Nothing => $"there is no file '{path}'",
        var kind => $"'{path}' is a {kind.ToString().ToLowerInvariant()}; expected a file",
    };

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int State(int folder, string path, int flags, uint wanted, Span<byte> state);
}
