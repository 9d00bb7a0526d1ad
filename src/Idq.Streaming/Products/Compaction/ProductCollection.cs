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
        var staying = all.Where(p => p.Kind is "model" or "map").GroupBy(p => (p.Job, p.Kind, p.Nickname), p => p.Seq)
            .Select(g => g.Last()).Append(all.LastOrDefault()?.Seq ?? 0).ToHashSet();
        bool IsOld(Product p) => newest - p.EndNs >= keep && (kind is null || p.Kind == kind) && !staying.Contains(p.Seq);
        var old = all.Where(IsOld).ToDictionary(p => p.Seq);
        var files = Parents(all, old.Values);
        // What stays is followed to what it came from, which then stays too.
        var kept = new Queue<Product>(all.Where(p => !old.ContainsKey(p.Seq)));
        while (kept.TryDequeue(out var product))
            foreach (var file in product.Parents.SelectMany(parent => files[parent]))
                if (old.Remove(file.Seq)) kept.Enqueue(file);
        Product[] removed = [.. old.Values.OrderBy(p => p.Seq)];
        return new(removed, removed.Sum(p => Length(p.Path)), Strays());
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

    // Which of the old files hold what something names as its parent. A compacted file is opened once, and only where a number of it is
    // named and not found yet: kinds that nothing is made of, such as series, come last.
    ILookup<long, Product> Parents(IEnumerable<Product> all, IEnumerable<Product> old)
    {
        var named = new SortedSet<long>(all.SelectMany(p => p.Parents));
        var found = new List<(long Number, Product File)>();
        foreach (var kind in old.GroupBy(p => (p.IsCompacted, p.Kind)).OrderBy(k => k.Key.IsCompacted)
                     .ThenBy(k => k.Key.Kind, StringComparer.Ordinal))
        {
            var first = found.Count;
            foreach (var file in kind) found.AddRange(Numbers(file, named).Where(named.Contains).Select(number => (number, file)));
            named.ExceptWith(found.Skip(first).Select(f => f.Number));
        }
        return found.ToLookup(f => f.Number, f => f.File);
    }

    // Numbers begin at 1: 0 is the least of none.
    IEnumerable<long> Numbers(Product file, SortedSet<long> named) => !file.IsCompacted ? [file.Seq]
        : named.GetViewBetween(file.FirstSeq, file.Seq).Min == 0 ? []
        : store.Products(ProductQuery.Within(file)).Where(entry => !entry.HasFile || entry.Path == file.Path).Select(entry => entry.Seq);

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
