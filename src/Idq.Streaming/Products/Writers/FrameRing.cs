using Idq.Data;

namespace Idq.Streaming;

/// <summary>
/// A folder that holds the newest frames for programs that poll it, as /dev/shm does beside a detector. A frame appears under its name
/// when it is whole, in the order of time for every classifier; those that end too long before the newest one are removed.
/// </summary>
/// <param name="folder">The folder, which may be shared with other programs.</param>
/// <param name="retention">Nanoseconds; the greatest number keeps everything.</param>
/// <threadsafety>For one thread.</threadsafety>
public sealed class FrameRing(string folder, long retention)
{
    const string Extension = ".gwf";
    const string Ours = "_IDQ_";

    /// <summary>The destination of messages that become frames of this ring.</summary>
    public string Destination => $"frame ring {folder}";

    /// <summary>Adds a frame, replacing one of the same name, and removes the oldest ones of the same instrument.</summary>
    /// <param name="name">The name of the file by LIGO-T050017.</param>
    /// <param name="content">The file.</param>
    /// <exception cref="DataException">The folder cannot be written or read.</exception>
    public void Put(string name, ReadOnlyMemory<byte> content)
    {
        WholeFile.Write(Path.Combine(folder, name), path => File.WriteAllBytes(path, content.Span));
        if (retention == long.MaxValue) return;
        try
        {
            // H-H1_IDQ_OVL-1126259446-1.gwf: whatever begins with H-H1_IDQ_ is of this ring, the rest is somebody else's.
            var own = name[..(name.IndexOf(Ours, StringComparison.Ordinal) + Ours.Length)];
            var frames = Directory.EnumerateFiles(folder, $"{own}*{Extension}").Select(f => (Path: f, End: EndOf(f)))
                .Where(f => f.End is not null).ToArray();
            if (frames.Length == 0) return;
            var newest = frames.Max(f => f.End!.Value);
            foreach (var frame in frames)
                if (frame.End <= newest - retention) File.Delete(frame.Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"the oldest frames of '{folder}' cannot be removed: {e.Message}", isTransient: true, e);
        }
    }

    static GpsTime? EndOf(string path)
    {
        var parts = Path.GetFileName(path)[..^Extension.Length].Split('-');
        return parts.Length >= 4 && GpsSeconds.TryParseDuration(parts[^2], out var start)
            && GpsSeconds.TryParseDuration(parts[^1], out var duration) ? new GpsTime(start) + duration : null;
    }
}
