using System.Text.Json;
using System.Text.Json.Serialization;
using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>What the ledger says of a product beside its place and time: one JSON object a kind, written and read here only.</summary>
public abstract record ProductAttributes
{
    static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The piece of a batch that it belongs to; null outside a batch.</summary>
    public int? Fold { get; init; }

    /// <summary>The JSON object.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, GetType(), Json);

    /// <summary>
    /// The version of a product of any kind: 0 the first time that a span is published, more when it is published again. Of those that
    /// overlap, the highest stands.
    /// </summary>
    public static int VersionOf(Product product)
    {
        if (!product.Attributes.Contains("\"version\"", StringComparison.Ordinal)) return 0;
        using var attributes = JsonDocument.Parse(product.Attributes);
        return attributes.RootElement.TryGetProperty("version", out var version) ? version.GetInt32() : 0;
    }

    /// <summary>Reads the attributes of a product.</summary>
    /// <exception cref="DataException">They are not of this kind.</exception>
    public static T Of<T>(Product product)
        where T : ProductAttributes
    {
        try
        {
            return JsonSerializer.Deserialize<T>(product.Attributes, Json) ?? throw new JsonException("there are none");
        }
        catch (JsonException e)
        {
            throw new DataException(
                $"the ledger's attributes of '{product.Path}' (number {product.Seq}) cannot be used: {e.Message}", cause: e);
        }
    }
}

/// <summary>Of a quiver.</summary>
/// <param name="Rows">Number of rows.</param>
/// <param name="Glitches">Rows labelled as glitches.</param>
/// <param name="Livetime">Nanoseconds in which a glitch would have been a row.</param>
/// <param name="CleanLivetime">Nanoseconds in which clean rows could be drawn.</param>
/// <param name="Model">Hash of the model that ranked.</param>
public sealed record QuiverAttributes(int Rows, int Glitches, long Livetime, long CleanLivetime, string Model) : ProductAttributes
{
    /// <summary>The share of the drawn rows that were kept; less than 1 when a storm was thinned.</summary>
    public double? Fraction { get; init; }

    /// <summary>Rows whose window reaches into time that the source did not deliver; null when there is none.</summary>
    public int? Blind { get; init; }

    /// <summary>Of evaluated rows.</summary>
    public static QuiverAttributes Of(Quiver quiver, string model) =>
        new(quiver.Count, quiver.GlitchCount, quiver.Segments.Livetime, quiver.CleanSegments.Livetime, model)
        {
            Blind = quiver.Blind.Count(b => b == 1) is var blind and > 0 ? blind : null,
        };
}

/// <summary>Of a model.</summary>
/// <param name="Flavor">The kind of classifier that made it.</param>
/// <param name="Glitches">Glitches that it learned from.</param>
/// <param name="Cleans">Clean times that it learned from.</param>
/// <param name="Hash">Its hash.</param>
public sealed record ModelAttributes(string Flavor, long Glitches, long Cleans, string Hash) : ProductAttributes;

/// <summary>Of a map.</summary>
/// <param name="Glitches">Glitches that it was made of.</param>
/// <param name="Cleans">Clean times that it was made of.</param>
/// <param name="Hash">Its hash.</param>
public sealed record MapAttributes(long Glitches, long Cleans, string Hash) : ProductAttributes
{
    /// <summary>The first quiver that it remembers; null in a batch.</summary>
    public long? FromSeq { get; init; }

    /// <summary>The last quiver that it remembers; null in a batch.</summary>
    public long? ThroughSeq { get; init; }

    /// <summary>
    /// The map before it; null for the first one. It is no parent: a map holds all that it needs of it, and may outlive it.
    /// </summary>
    public long? Previous { get; init; }
}

/// <summary>Of a series.</summary>
/// <param name="Ok">The share of its samples whose answer means something.</param>
public sealed record SeriesAttributes(double Ok) : ProductAttributes
{
    /// <summary>
    /// What PGLITCH promised and what was there, as <see cref="Idq.Learning.PGlitchTally.Figures"/>; null when nothing was published, or
    /// the glitches are not known.
    /// </summary>
    public double[]? PGlitch { get; init; }

    /// <summary>Of several series of one span the one with the highest version counts; null is version 0.</summary>
    public int? Version { get; init; }
}

/// <summary>Of a compacted file.</summary>
/// <param name="Entries">How many entries of the ledger it stands for.</param>
/// <param name="Rows">How many rows they have together.</param>
/// <param name="Number">Their version, which is the same for all; see <see cref="ProductAttributes.VersionOf"/>.</param>
public sealed record CompactedAttributes(
    int Entries, long Rows,
    [property: JsonPropertyName("version"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Number)
    : ProductAttributes;
