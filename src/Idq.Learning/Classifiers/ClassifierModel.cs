using System.Security.Cryptography;
using System.Text.Json;

namespace Idq.Learning;

/// <summary>What a classifier learned, from which stretch of time.</summary>
/// <remarks>Written and read by <see cref="ModelFile"/>.</remarks>
/// <threadsafety>Immutable.</threadsafety>
public abstract class ClassifierModel
{
    string? hash;

    /// <summary>A model learned from rows in segments.</summary>
    protected ClassifierModel(ModelOrigin origin) => Origin = origin;

    /// <summary>The kind of classifier that made it.</summary>
    public abstract string Flavor { get; }

    /// <summary>From what it was learned.</summary>
    public ModelOrigin Origin { get; }

    /// <summary>The stretch of time it was learned from.</summary>
    public Segment Span => Origin.Span;

    /// <summary>The segments it was learned from.</summary>
    public SegmentList Segments => Origin.Segments;

    /// <summary>The number of glitches it was learned from.</summary>
    public long Glitches => Origin.Glitches;

    /// <summary>The number of clean times it was learned from.</summary>
    public long Cleans => Origin.Cleans;

    /// <summary>What matters most, largest value first.</summary>
    public abstract IReadOnlyList<FeatureImportance> Importance { get; }

    /// <summary>
    /// SHA-256 in lower-case hexadecimal of the canonical form: flavour, origin and body as JSON without white space. Two models of the
    /// same hash give the same ranks. Nickname and parents are not part of it.
    /// </summary>
    public string Hash => hash ??= Convert.ToHexStringLower(SHA256.HashData(Canonical()));

    /// <summary>Writes the body, a JSON object, the same way every time.</summary>
    protected internal abstract void WriteBody(Utf8JsonWriter writer);

    byte[] Canonical()
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("flavor", Flavor);
            Origin.Write(writer);
            writer.WritePropertyName("body");
            WriteBody(writer);
            writer.WriteEndObject();
        }
        return buffer.ToArray();
    }
}
