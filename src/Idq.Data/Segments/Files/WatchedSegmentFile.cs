namespace Idq.Data;

/// <summary>A segment file that is read again when it changes.</summary>
/// <param name="path">The file.</param>
/// <threadsafety>Safe for concurrent use.</threadsafety>
public sealed class WatchedSegmentFile(string path)
{
    readonly Lock reading = new();
    FileState state;
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
                var now = FileState.Of(path);
                if (flags is null || now != state) (flags, state) = (SegmentFile.ReadAll(path), now);
                return flags;
            }
        }
    }

    /// <summary>Gives the memory back; the next question reads the file again.</summary>
    public void Forget()
    {
        lock (reading) flags = null;
    }
}
