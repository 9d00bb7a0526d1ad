using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>What a collection of old products took away, or would.</summary>
/// <param name="Removed">Products, as the ledger listed them.</param>
/// <param name="Bytes">The space of their files and of the strays that were removed.</param>
/// <param name="Strays">Files among the products that the ledger does not name, relative to their folder: a crash left them.</param>
public sealed record Collected(IReadOnlyList<Product> Removed, long Bytes, IReadOnlyList<string> Strays);

/// <summary>
/// Removes old products. Old is what ended longer ago than is kept, before the end of the newest product. The newest model and map of
/// every classifier stay, and so does whatever anything that stays was made from, however old.
/// </summary>
/// <param name="store">The ledger.</param>
/// <param name="paths">Where the files are.</param>
public sealed class ProductCollection(TrackerStore store, ProductPath paths)
{
    /// <summary>What would be removed.</summary>
    /// <param name="keep">Nanoseconds that are kept.</param>
    /// <param name="kind">Only products of this kind; null takes all.</param>
    public Collected Find(long keep, string? kind)
    {
        var all = store.Products().ToArray();
        var newest = all.Select(p => p.EndNs).DefaultIfEmpty().Max();
        var last = all.Where(p => p.Kind is "model" or "map").GroupBy(p => (p.Job, p.Kind, p.Nickname), p => p.Seq)
            .Select(g => g.Last()).ToHashSet();
        bool IsOld(Product p) => newest - p.EndNs >= keep && (kind is null || p.Kind == kind) && !last.Contains(p.Seq);
        var (old, kept) = (all.Where(IsOld).ToList(), new Queue<Product>(all.Where(p => !IsOld(p))));
        // What stays is followed to what it came from, which then stays too.
        var needed = new HashSet<long>();
        while (kept.Count > 0)
        {
            while (kept.TryDequeue(out var product)) needed.UnionWith(product.Parents);
            foreach (var product in old.Where(p => IsNeeded(p, needed)).ToArray())
            {
                old.Remove(product);
                kept.Enqueue(product);
            }
        }
        if (all.Length > 0) old.RemoveAll(p => p.Seq == all[^1].Seq);
        return new(old, old.Sum(p => Length(p.Path)), Strays());
    }

    /// <summary>
    /// Removes: first from the ledger, in one transaction, then from the disk. What a crash leaves on the disk the next call, or the next
    /// compaction, removes.
    /// </summary>
    /// <param name="keep">Nanoseconds that are kept.</param>
    /// <param name="kind">Only products of this kind; null takes all.</param>
    /// <param name="withStrays">True to remove strays too.</param>
    /// <exception cref="JobInUseException">Strays are to be removed while a job runs, whose files are strays for a moment.</exception>
    public Collected Remove(long keep, string? kind, bool withStrays)
    {
        Removals.Sweep(store, paths);
        var stages = new List<ProductStage>();
        try
        {
            if (withStrays) stages.AddRange(Jobs().Select(job => new ProductStage(paths, job)));
            var found = Find(keep, kind);
            var removed = store.Collect(found.Removed);
            var bytes = Removals.Sweep(store, paths);
            if (withStrays)
            {
                bytes += found.Strays.Sum(Length);
                foreach (var stray in found.Strays) File.Delete(paths.Absolute(stray));
            }
            return new(removed, bytes, found.Strays);
        }
        finally
        {
            foreach (var stage in stages) stage.Dispose();
        }
    }

    bool IsNeeded(Product product, HashSet<long> needed) => !product.IsCompacted ? needed.Contains(product.Seq)
        : store.Products(new ProductQuery
        {
            Kind = product.Kind,
            Nickname = product.Nickname,
            Job = product.Job,
            SinceSeq = product.FirstSeq - 1,
            MaxSeq = product.Seq,
        }).Any(e => needed.Contains(e.Seq));

    string[] Strays()
    {
        if (!Directory.Exists(paths.Root)) return [];
        var files = Directory.EnumerateFiles(paths.Root, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(paths.Root, f)).ToHashSet(StringComparer.Ordinal);
        // The ledger after the folder: what was registered meanwhile is none.
        files.ExceptWith(store.Products().Select(p => p.Path));
        files.ExceptWith(store.Removals());
        return [.. files.Order(StringComparer.Ordinal)];
    }

    // Every job that has products or has done a stride, and compaction.
    IEnumerable<string> Jobs() => store.Cursors().Keys.Select(name => name.Split('/')[0])
        .Concat(Directory.Exists(paths.Root) ? Directory.EnumerateDirectories(paths.Root).Select(d => Path.GetFileName(d)!) : [])
        .Append("compact").Distinct(StringComparer.Ordinal);

    long Length(string path) => path.Length > 0 && new FileInfo(paths.Absolute(path)) is { Exists: true } file ? file.Length : 0;
}
