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
    /// <param name="damaged">
    /// Gets the quivers whose file is missing or damaged, and what is wrong with it; they are left out. Null leaves out none.
    /// </param>
    /// <exception cref="DataException">A file is missing or damaged, or does not hold what the ledger says.</exception>
    public static List<EvaluatedRows> Read(
        TrackerStore store, ProductPath paths, ProductQuery query, CancellationToken cancellationToken,
        Func<Product, bool>? isWanted = null, ICollection<(Product Quiver, string Problem)>? damaged = null)
    {
        // One by one, not the files that they were compacted into.
        query = query with { SinceSeq = query.SinceSeq ?? 0 };
        while (true)
        {
            var quivers = store.Products(query)
                .Where(p => (!p.HasFile || QuiverRows.IsReadable(p)) && (isWanted is null || isWanted(p)))
                .Select(p => (Product: p, Attributes: ProductAttributes.Of<QuiverAttributes>(p))).ToArray();
            var problems = new Dictionary<string, DataException>(StringComparer.Ordinal);
            var rows = new List<EvaluatedRows>();
            foreach (var file in quivers.GroupBy(q => q.Attributes.Rows == 0 ? "" : q.Product.Path, StringComparer.Ordinal))
                try
                {
                    rows.AddRange(Read(paths, [.. file], cancellationToken));
                }
                catch (DataException e)
                {
                    problems.Add(file.Key, e);
                }
            var missed = quivers.Where(q => q.Attributes.Rows > 0 && problems.ContainsKey(q.Product.Path)).Select(q => q.Product).ToArray();
            // They were compacted or collected between the two looks; the ledger says where they are now.
            if (missed.Any(p => HasLeft(store, paths, p))) continue;
            if (damaged is null && problems.Count > 0) throw problems.Values.First();
            foreach (var product in missed) damaged!.Add((product, problems[product.Path].Message));
            rows.Sort((a, b) => a.Seq.CompareTo(b.Seq));
            return rows;
        }
    }

    static bool HasLeft(TrackerStore store, ProductPath paths, Product product) =>
        !File.Exists(paths.Absolute(product.Path)) && store.Product(product.Seq)?.Path != product.Path;

    // Strides whose rows are in one file, or that have none.
    static IEnumerable<EvaluatedRows> Read(
        ProductPath paths, (Product Product, QuiverAttributes Attributes)[] strides, CancellationToken cancellationToken)
    {
        var told = strides.Sum(s => (long)s.Attributes.Rows);
        var file = told == 0 ? QuiverRows.Empty : QuiverRows.Read(paths, strides[0].Product, cancellationToken);
        var rows = Array.ConvertAll(strides, s => s.Product.Rows is { } own ? file.Slice(own) : file);
        if (rows.Sum(r => (long)r.Count) is var held && told != held)
            throw new DataException(
                $"'{paths.Absolute(strides[0].Product.Path)}': the quivers hold {held} rows where the ledger says {told}; the file was "
                    + "changed after it was registered");
        return strides.Zip(rows, (stride, own) =>
        {
            RankSamples Of(double[] ranks, byte label) => Class(own.Labels, ranks, own.Weights, label);
            var span = new Segment(new(stride.Product.StartNs), new(stride.Product.EndNs));
            return new EvaluatedRows(
                stride.Product.Seq, span, Of(own.Ranks, Label.Glitch), Of(own.WindowRanks, Label.Glitch), Of(own.Ranks, Label.Clean),
                stride.Attributes.Livetime, stride.Attributes.CleanLivetime, stride.Attributes.Model)
            {
                Judged = own,
            };
        });
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
