using System.IO.Compression;

namespace Idq.Data;

/// <summary>Opens files that may be compressed; what counts is the content, not the name.</summary>
static class TextBytes
{
    // Without this switch the runtime reads a truncated gzip file as a shorter one, without an error.
    static TextBytes() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

    /// <summary>A stream of the plain bytes of a file; gzip is recognised by its first two bytes.</summary>
    /// <exception cref="DataException">The file is missing, is none (a folder, a pipe), or cannot be opened.</exception>
    public static Stream Open(string path) => FileErrors.Guard<Stream>($"read '{path}'", () =>
    {
        FileKinds.RequireFile(path);
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16,
            FileOptions.SequentialScan);
        Span<byte> magic = stackalloc byte[2];
        var isGzip = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic is [0x1f, 0x8b];
        file.Position = 0;
        return isGzip ? new GZipStream(file, CompressionMode.Decompress) : file;
    });

    /// <summary>All plain bytes of a file.</summary>
    /// <exception cref="DataException">The file is missing, cannot be read, or its compression is torn.</exception>
    public static byte[] ReadAll(string path) => FileErrors.Guard($"read '{path}'", () =>
    {
        using var stream = Open(path);
        using var memory = new MemoryStream(stream is FileStream { Length: var length } ? (int)Math.Min(length, Array.MaxLength) : 1 << 16);
        stream.CopyTo(memory);
        return memory.ToArray();
    });

    /// <summary>
    /// The bytes of a text in UTF-8, without the mark that some programs put in front; lines that end in a carriage return alone end in a
    /// line feed instead.
    /// </summary>
    /// <exception cref="DataException">As <see cref="ReadAll"/>, or the text is in UTF-16.</exception>
    public static byte[] ReadText(string path)
    {
        var text = ReadAll(path);
        if (text is [0xFE, 0xFF, ..] or [0xFF, 0xFE, ..])
            throw new DataException($"'{path}' is no text in UTF-8: it begins as UTF-16 does");
        if (text is [0xEF, 0xBB, 0xBF, ..]) text = text[3..];
        if (!text.AsSpan().Contains((byte)'\n')) text.AsSpan().Replace((byte)'\r', (byte)'\n');
        return text;
    }

    /// <summary>Finds the fields of a line, separated by one or more of some bytes, until there is no room for further ones.</summary>
    /// <returns>How many there are.</returns>
    public static int Split(ReadOnlySpan<byte> line, ReadOnlySpan<byte> separators, Span<Range> fields)
    {
        var (count, at) = (0, 0);
        while (count < fields.Length && line[at..].IndexOfAnyExcept(separators) is >= 0 and var skipped)
        {
            var start = at + skipped;
            var length = line[start..].IndexOfAny(separators);
            at = length < 0 ? line.Length : start + length;
            fields[count++] = start..at;
        }
        return count;
    }
}
