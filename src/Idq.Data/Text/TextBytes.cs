using System.IO.Compression;

namespace Idq.Data;

/// <summary>Opens files that may be compressed; what counts is the content, not the name.</summary>
static class TextBytes
{
    // Without this switch the runtime reads a truncated gzip file as a shorter one, without an error.
    static TextBytes() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

    /// <summary>A stream of the plain bytes of a file; gzip is recognised by its first two bytes.</summary>
    /// <exception cref="DataException">The file is missing or cannot be opened.</exception>
    public static Stream Open(string path)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16,
                FileOptions.SequentialScan);
            Span<byte> magic = stackalloc byte[2];
            var isGzip = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic is [0x1f, 0x8b];
            file.Position = 0;
            return isGzip ? new GZipStream(file, CompressionMode.Decompress) : file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
    }

    /// <summary>All plain bytes of a file.</summary>
    /// <exception cref="DataException">The file is missing, cannot be read, or its compression is torn.</exception>
    public static byte[] ReadAll(string path)
    {
        try
        {
            using var stream = Open(path);
            using var memory = new MemoryStream(
                stream is FileStream { Length: var length } ? (int)Math.Min(length, Array.MaxLength) : 1 << 16
            );
            stream.CopyTo(memory);
            return memory.ToArray();
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
    }

    public static DataException Unreadable(string path, Exception cause) => new($"cannot read '{path}': {cause.Message}", cause: cause);
}
