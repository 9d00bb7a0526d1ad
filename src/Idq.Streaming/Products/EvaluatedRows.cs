using System.Text.Json;
using Idq.Learning;
using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>What calibration takes from one persisted quiver: ranks by class, and the livetime that they stand for.</summary>
/// <param name="Seq">Its number in the ledger.</param>
/// <param name="Span">The stride that it covers.</param>
/// <param name="Glitch">Ranks and weights of glitches.</param>
/// <param name="Clean">Ranks and weights of clean times.</param>
/// <param name="Livetime">Nanoseconds in which a glitch would have been a row.</param>
/// <param name="CleanLivetime">Nanoseconds in which clean rows could be drawn.</param>
/// <param name="ModelHash">The model that gave the ranks.</param>
public sealed record EvaluatedRows(
    long Seq,
    Segment Span,
    RankSamples Glitch,
    RankSamples Clean,
    long Livetime,
    long CleanLivetime,
    string ModelHash
)
{
    /// <summary>Number of rows.</summary>
    public int Rows => Glitch.Count + Clean.Count;

    /// <summary>Reads the quivers that a query finds in the ledger, in the order of their numbers.</summary>
    public static List<EvaluatedRows> Read(JobContext context, ProductQuery query, CancellationToken cancellationToken)
    {
        var products = context.Store.Products(query).ToArray();
        var counts = products.Select(Attributes).ToArray();
        var filled = products.Where((_, i) => counts[i].Rows > 0).ToArray();
        var rows = context.Files.ReadQuivers(filled.Select(p => context.Paths.Absolute(p.Path)).ToArray(), cancellationToken);
        var result = new List<EvaluatedRows>(products.Length);
        var at = 0;
        for (var i = 0; i < products.Length; i++)
        {
            var (n, livetime, cleanLivetime, model) = counts[i];
            result.Add(new(products[i].Seq, new(new(products[i].StartNs), new(products[i].EndNs)),
                Class(rows, at, n, Label.Glitch), Class(rows, at, n, Label.Clean), livetime, cleanLivetime, model));
            at += n;
        }
        return at == rows.Count
            ? result
            : throw new DataException(
                $"the quivers hold {rows.Count} rows where the ledger says {at}; a file was changed after it was registered"
            );
    }

    static RankSamples Class(QuiverRows rows, int start, int count, byte label)
    {
        var (ranks, weights) = (new List<double>(), new List<double>());
        for (var i = start; i < start + count && i < rows.Count; i++)
        {
            if (rows.Labels[i] != label) continue;
            ranks.Add(rows.Ranks[i]);
            weights.Add(rows.Weights[i]);
        }
        return new([.. ranks], [.. weights]);
    }

    static (int Rows, long Livetime, long CleanLivetime, string Model) Attributes(Product product)
    {
        using var json = JsonDocument.Parse(product.Attributes);
        var root = json.RootElement;
        return (
            root.GetProperty("rows").GetInt32(),
            root.GetProperty("livetime").GetInt64(),
            root.GetProperty("clean_livetime").GetInt64(),
            root.GetProperty("model").GetString()!
        );
    }
}
