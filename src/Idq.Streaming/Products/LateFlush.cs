using Idq.Data;
using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>
/// The products of a replay reach the disk together, now and then, and not one by one, which would take most of its time. The death of the
/// process loses nothing. After a power failure the ledger may name files that are not whole; they are found when the analysis goes on.
/// </summary>
/// <param name="store">The ledger, which remembers up to where everything is on the disk.</param>
/// <param name="paths">Where products lie.</param>
/// <param name="jobs">The jobs of the call.</param>
sealed class LateFlush(TrackerStore store, ProductPath paths, IReadOnlyList<string> jobs)
{
    const string Prefix = "flushed/";
    const string Everything = "";
    readonly string name = Prefix + string.Join('+', jobs);

    /// <summary>Begins to write without flushing.</summary>
    public void Begin()
    {
        if (store.Cursor(name) is null or Everything) Remember($"{store.LastSeq()}");
    }

    /// <summary>Flushes everything that was registered so far.</summary>
    public void Flush()
    {
        var last = store.LastSeq();
        FolderFlush.FlushAll(Path.GetDirectoryName(paths.Root)!);
        Remember($"{last}");
    }

    /// <summary>Flushes everything; what is written from now on flushes itself.</summary>
    public void End()
    {
        FolderFlush.FlushAll(Path.GetDirectoryName(paths.Root)!);
        Remember(Everything);
    }

    /// <summary>Looks at the products that may not have been on the disk when an earlier call ended.</summary>
    /// <exception cref="DataException">A power failure took some of them.</exception>
    public void Check()
    {
        var flushed = store.Cursors().Where(c => c.Key.StartsWith(Prefix, StringComparison.Ordinal) && c.Value != Everything)
            .Select(c => long.Parse(c.Value)).ToArray();
        if (flushed.Length == 0) return;
        foreach (var product in store.Products().Where(p => p.HasFile && p.Seq > flushed.Min()))
        {
            if (ProductFile.Problem(paths, product) is not { } problem) continue;
            throw new DataException(
                $"{problem}: the machine failed during a replay; remove '{paths.Root}' and '{store.Location}' and replay again");
        }
    }

    void Remember(string flushed) => store.Commit(new StrideCommit { Cursors = [new(name, flushed)] });
}
