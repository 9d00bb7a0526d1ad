using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>Files that the ledger gave up. They are removed only after the commit that did so, and as often as it takes.</summary>
static class Removals
{
    /// <summary>Removes from the disk what the ledger gave up; gives the number of bytes.</summary>
    public static long Sweep(TrackerStore store, ProductPath paths)
    {
        var removals = store.Removals();
        if (removals.Count == 0) return 0;
        var bytes = 0L;
        foreach (var file in removals.Select(path => new FileInfo(paths.Absolute(path))).Where(file => file.Exists))
        {
            bytes += file.Length;
            file.Delete();
        }
        store.Removed(removals);
        return bytes;
    }
}
