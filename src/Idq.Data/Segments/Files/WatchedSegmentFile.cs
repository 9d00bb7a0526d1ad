namespace Idq.Data;

/// <summary>A segment file that is read again when it changes.</summary>
/// <param name="path">The file.</param>
/// <threadsafety>Safe for concurrent use.</threadsafety>
public sealed class WatchedSegmentFile(string path)
{
    readonly Lock reading = new();
    (DateTime Changed, long Length) state;
    IReadOnlyList<(FlagName? Flag, SegmentQuery Segments)>? flags;

    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>Every flag of the file with every version by itself; see <see cref="SegmentFile.ReadAll"/>.</summary>
    /// <exception cref="DataException">The file is missing or malformed.</exception>
    public IReadOnlyList<(FlagName? Flag, SegmentQuery Segments)> Flags
    {
        get
        {
            lock (reading)
            {
                var file = new FileInfo(path);
                var now = file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
                if (flags is null || now != state) (flags, state) = (SegmentFile.ReadAll(path), now);
                return flags;
            }
        }
    }

    /// <summary>The file as one flag, all versions together.</summary>
    /// <exception cref="DataException">The file is missing or malformed, or holds several flags.</exception>
    public SegmentQuery Segments => SegmentFile.Select(path, Flags, null);
}
