using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>An object read from a product, with its entry in the ledger.</summary>
/// <param name="Product">The entry.</param>
/// <param name="Value">The object.</param>
public sealed record Shelved<T>(Product Product, T Value);

/// <summary>The models or maps of every classifier: found in the ledger, the ones used last kept in memory.</summary>
/// <param name="store">The ledger.</param>
/// <param name="paths">Where products lie.</param>
/// <param name="kind">The kind of product.</param>
/// <param name="job">The job that makes it.</param>
/// <param name="read">Reads the file of a path.</param>
/// <threadsafety>Safe.</threadsafety>
public sealed class Shelf<T>(TrackerStore store, ProductPath paths, string kind, string job, Func<string, T> read) where T : class
{
    // Jobs that are at different times use different ones: training, evaluation, the series, and what it fills in later.
    const int MostOfOne = 4;
    readonly Dictionary<string, List<Shelved<T>>> kept = new(StringComparer.Ordinal);

    /// <summary>What was registered last for a classifier, or null when there is none yet.</summary>
    /// <param name="nickname">The classifier.</param>
    /// <param name="damaged">
    /// Gets what is wrong with each whose file is missing or damaged, and which is passed over therefore; null to pass over none.
    /// </param>
    /// <exception cref="DataException">The file is missing or damaged.</exception>
    public Shelved<T>? Newest(string nickname, ICollection<string>? damaged = null) =>
        FirstUsable(before => store.Latest(kind, nickname, before?.Seq - 1, job), damaged);

    /// <summary>
    /// What may judge the time from <paramref name="start"/> on, because nothing of that time went into it: of those whose span ends at
    /// or before it the one that ends last; null when there is none.
    /// </summary>
    /// <param name="nickname">The classifier.</param>
    /// <param name="start">The start of the time.</param>
    /// <param name="damaged">As for the other.</param>
    /// <exception cref="DataException">The file is missing or damaged.</exception>
    public Shelved<T>? Newest(string nickname, GpsTime start, ICollection<string>? damaged = null) =>
        FirstUsable(before => store.LatestEndingBy(kind, nickname, start.Nanoseconds, job, before), damaged);

    Shelved<T>? FirstUsable(Func<Product?, Product?> next, ICollection<string>? damaged)
    {
        for (var product = next(null); product is not null; product = next(product))
            try
            {
                return Load(product);
            }
            catch (DataException e) when (damaged is not null)
            {
                damaged.Add(e.Message);
            }
        return null;
    }

    Shelved<T> Load(Product product)
    {
        lock (kept)
        {
            var own = Kept_NeedsLock(product.Nickname);
            if (own.Find(k => k.Product.Seq == product.Seq) is { } found)
            {
                own.Remove(found);
                own.Add(found);
                return found;
            }
        }
        var loaded = new Shelved<T>(product, read(ProductFile.Verify(paths, product)));
        lock (kept)
        {
            var own = Kept_NeedsLock(product.Nickname);
            own.Add(loaded);
            if (own.Count > MostOfOne) own.RemoveAt(0);
        }
        return loaded;
    }

    List<Shelved<T>> Kept_NeedsLock(string nickname)
    {
        if (!kept.TryGetValue(nickname, out var own)) kept[nickname] = own = [];
        return own;
    }
}
