using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>An object read from a product, with its entry in the ledger.</summary>
/// <param name="Product">The entry.</param>
/// <param name="Value">The object.</param>
public sealed record Shelved<T>(Product Product, T Value);

/// <summary>The newest model or map of every classifier: read from the ledger, loaded only when it changed.</summary>
/// <param name="store">The ledger.</param>
/// <param name="paths">Where products lie.</param>
/// <param name="kind">The kind of product.</param>
/// <param name="job">The job that makes it.</param>
/// <param name="read">Reads the file of a path.</param>
/// <threadsafety>Safe for different nicknames at once.</threadsafety>
public sealed class Shelf<T>(TrackerStore store, ProductPath paths, string kind, string job, Func<string, T> read) where T : class
{
    readonly Dictionary<string, Shelved<T>> newest = new(StringComparer.Ordinal);

    /// <summary>The newest of a classifier, or null when there is none yet.</summary>
    /// <exception cref="DataException">The file is missing or damaged.</exception>
    public Shelved<T>? Newest(string nickname)
    {
        if (store.Latest(kind, nickname, job: job) is not { } product) return null;
        lock (newest)
        {
            if (newest.TryGetValue(nickname, out var held) && held.Product.Seq == product.Seq) return held;
        }
        var path = paths.Absolute(product.Path);
        if (!File.Exists(path))
            throw new DataException($"the {kind} '{path}' is in the ledger (number {product.Seq}) and not on disk; restore it");
        var loaded = new Shelved<T>(product, read(path));
        lock (newest) newest[nickname] = loaded;
        return loaded;
    }
}
