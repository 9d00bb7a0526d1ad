using Idq.Learning;
using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>What calibration takes from one persisted quiver: ranks by class, and the livetime that they stand for.</summary>
/// <param name="Seq">Its number in the ledger.</param>
/// <param name="Span">The stride that it covers.</param>
/// <param name="Glitch">Ranks and weights of glitches.</param>
/// <param name="Window">Ranks at an instant in the window of each glitch, and weights.</param>
/// <param name="Clean">Ranks and weights of clean times.</param>
/// <param name="Livetime">Nanoseconds in which a glitch would have been a row.</param>
/// <param name="CleanLivetime">Nanoseconds in which clean rows could be drawn.</param>
/// <param name="ModelHash">The model that gave the ranks.</param>
public sealed record EvaluatedRows(
    long Seq, Segment Span, RankSamples Glitch, RankSamples Window, RankSamples Clean, long Livetime, long CleanLivetime, string ModelHash)
{
    /// <summary>The rows with what maps said of them; null when they were not read from a file.</summary>
    public QuiverRows? Judged { get; init; }

    /// <summary>Number of rows.</summary>
    public int Rows => Glitch.Count + Clean.Count;

    /// <summary>The rows of one quiver in memory.</summary>
    public static EvaluatedRows Of(long seq, Segment span, Quiver quiver, double[] ranks, double[] windowRanks, string modelHash) =>
        new(
            seq, span, Class(quiver.Labels, ranks, quiver.Weights, Label.Glitch),
            Class(quiver.Labels, windowRanks, quiver.Weights, Label.Glitch), Class(quiver.Labels, ranks, quiver.Weights, Label.Clean),
            quiver.Segments.Livetime, quiver.CleanSegments.Livetime, modelHash);

    /// <summary>
    /// Reads the quivers that a query finds in the ledger, stride by stride in the order of their numbers, whatever files they are in.
    /// </summary>
    /// <param name="store">The ledger.</param>
    /// <param name="paths">Where the files are.</param>
    /// <param name="query">Which quivers.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <param name="isWanted">Which of them; null takes all.</param>
    /// <exception cref="DataException">A file is missing or damaged, or does not hold what the ledger says.</exception>
    public static List<EvaluatedRows> Read(
        TrackerStore store, ProductPath paths, ProductQuery query, CancellationToken cancellationToken,
        Func<Product, bool>? isWanted = null)
    {
        // One by one, not the files that they were compacted into.
        query = query with { SinceSeq = query.SinceSeq ?? 0 };
        while (true)
        {
            var products = store.Products(query)
                .Where(p => (!p.HasFile || QuiverRows.IsReadable(p)) && (isWanted is null || isWanted(p))).ToArray();
            try
            {
                return Read(paths, products, cancellationToken);
            }
            catch (DataException) when (HaveMoved(store, paths, products))
            {
                // They were compacted between the two looks; the ledger says where they are now.
            }
        }
    }

    static bool HaveMoved(TrackerStore store, ProductPath paths, Product[] products) =>
        products.Any(p => p.HasFile && !File.Exists(paths.Absolute(p.Path)) && store.Product(p.Seq) is { } now && now.Path != p.Path);

    static List<EvaluatedRows> Read(ProductPath paths, Product[] products, CancellationToken cancellationToken)
    {
        var attributes = products.Select(ProductAttributes.Of<QuiverAttributes>).ToArray();
        var files = products.Where((p, i) => p.HasFile && attributes[i].Rows > 0).Select(p => p.Path).Distinct(StringComparer.Ordinal)
            .ToDictionary(path => path, path => QuiverRows.Read([paths.Absolute(path)], cancellationToken), StringComparer.Ordinal);
        var rows = products.Select((p, i) =>
            attributes[i].Rows == 0 ? QuiverRows.Empty
            : p.Rows is { } own ? files[p.Path].Slice(own)
            : files[p.Path]).ToArray();
        if (attributes.Sum(a => (long)a.Rows) is var told && rows.Sum(r => (long)r.Count) is var held && told != held)
            throw new DataException(
                $"the quivers hold {held} rows where the ledger says {told}; a file was changed after it was registered");
        return [.. products.Select((product, i) =>
        {
            RankSamples Of(double[] ranks, byte label) => Class(rows[i].Labels, ranks, rows[i].Weights, label);
            var span = new Segment(new(product.StartNs), new(product.EndNs));
            var (livetime, cleanLivetime) = (attributes[i].Livetime, attributes[i].CleanLivetime);
            return new EvaluatedRows(
                product.Seq, span, Of(rows[i].Ranks, Label.Glitch), Of(rows[i].WindowRanks, Label.Glitch), Of(rows[i].Ranks, Label.Clean),
                livetime, cleanLivetime, attributes[i].Model)
            {
                Judged = rows[i],
            };
        })];
    }

    /// <summary>The ranks and weights of one class.</summary>
    public static RankSamples Class(ReadOnlySpan<byte> labels, ReadOnlySpan<double> ranks, ReadOnlySpan<double> weights, byte label)
    {
        var (own, ownWeights) = (new List<double>(), new List<double>());
        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] != label) continue;
            own.Add(ranks[i]);
            ownWeights.Add(weights[i]);
        }
        // Most short strides have no rows of a class, and calibration remembers many of them.
        return own.Count == 0 ? RankSamples.Empty : new([.. own], [.. ownWeights]);
    }
}
