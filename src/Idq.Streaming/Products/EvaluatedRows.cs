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

    /// <summary>Reads the quivers that a query finds in the ledger, in the order of their numbers.</summary>
    /// <exception cref="DataException">A file is missing or damaged, or does not hold what the ledger says.</exception>
    public static List<EvaluatedRows> Read(TrackerStore store, ProductPath paths, ProductQuery query, CancellationToken cancellationToken)
    {
        var products = store.Products(query).Where(QuiverRows.IsReadable).ToArray();
        var attributes = products.Select(ProductAttributes.Of<QuiverAttributes>).ToArray();
        var filled = products.Where((_, i) => attributes[i].Rows > 0).Select(p => paths.Absolute(p.Path)).ToArray();
        var rows = QuiverRows.Read(filled, cancellationToken);
        if (attributes.Sum(a => (long)a.Rows) is var told && told != rows.Count)
            throw new DataException(
                $"the quivers hold {rows.Count} rows where the ledger says {told}; a file was changed after it was registered");
        var result = new List<EvaluatedRows>(products.Length);
        var at = 0;
        foreach (var (product, attribute) in products.Zip(attributes))
        {
            var own = rows[at..(at += attribute.Rows)];
            RankSamples Of(double[] ranks, byte label) => Class(own.Labels, ranks, own.Weights, label);
            var span = new Segment(new(product.StartNs), new(product.EndNs));
            var (livetime, cleanLivetime) = (attribute.Livetime, attribute.CleanLivetime);
            result.Add(new(
                product.Seq, span, Of(own.Ranks, Label.Glitch), Of(own.WindowRanks, Label.Glitch), Of(own.Ranks, Label.Clean), livetime,
                cleanLivetime, attribute.Model)
            {
                Judged = own,
            });
        }
        return result;
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
        return new([.. own], [.. ownWeights]);
    }
}
