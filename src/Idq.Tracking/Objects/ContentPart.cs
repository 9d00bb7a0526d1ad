namespace Idq.Tracking;

/// <summary>A content that was written and flushed, and has not taken its place yet. One that is disposed of before is gone.</summary>
sealed class ContentPart : IDisposable
{
    /// <summary>How the names of such files end; they begin with a dot.</summary>
    public const string Ending = ".part";

    readonly string path;

    ContentPart(string path, string sha256, long bytes) => (this.path, Sha256, Bytes) = (path, sha256, bytes);

    /// <summary>The digest: 64 lower-case hexadecimal digits.</summary>
    public string Sha256 { get; }

    /// <summary>The length.</summary>
    public long Bytes { get; }

    /// <summary>True when it has taken its place.</summary>
    public bool IsPlaced => !File.Exists(path);

    /// <summary>A name for one in a folder.</summary>
    public static string NewName(string folder) => Path.Combine(folder, $".{Guid.NewGuid():N}{Ending}");

    /// <summary>Writes one into a folder, on the file system that it will stay on.</summary>
    public static ContentPart Write(string folder, Action<Stream> write)
    {
        Directory.CreateDirectory(folder);
        var path = NewName(folder);
        try
        {
            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            using var hashed = new HashingStream(file);
            write(hashed);
            file.Flush(flushToDisk: true);
            return new ContentPart(path, hashed.Digest(), file.Length);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Takes its place, of whatever is there; doing it again changes nothing.</summary>
    public void MoveTo(string place)
    {
        if (!File.Exists(path)) return;
        var folder = Path.GetDirectoryName(place)!;
        Directory.CreateDirectory(folder);
        File.Move(path, place, overwrite: true);
        DiskFlush.Folder(folder);
    }

    public void Dispose() => File.Delete(path);
}
