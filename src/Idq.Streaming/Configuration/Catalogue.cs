using Idq.Data;
using Idq.Learning;

namespace Idq.Streaming;

/// <summary>Everything that a configuration can name: classifiers, sources, and writers of products.</summary>
/// <param name="Classifiers">Kinds of classifiers.</param>
/// <param name="Sources">Kinds of sources of triggers.</param>
/// <param name="Writers">Formats of products.</param>
public sealed record Catalogue(ClassifierCatalogue Classifiers, SourceCatalogue Sources, WriterCatalogue Writers)
{
    /// <summary>What the program brings.</summary>
    public static Catalogue BuiltIn { get; } = new(ClassifierCatalogue.BuiltIn, SourceCatalogue.BuiltIn, WriterCatalogue.BuiltIn);
}
