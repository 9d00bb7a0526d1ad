namespace Idq.Streaming;

/// <summary>
/// One option of the configuration, as it is declared: the source of parsing, validation, help, and the annotated example.
/// </summary>
/// <param name="Section">The section it belongs to.</param>
/// <param name="Key">Its name.</param>
/// <param name="Expected">What a value looks like, in words.</param>
/// <param name="Default">The default as text; null when the option must be given.</param>
/// <param name="Unit">The unit, or empty.</param>
/// <param name="Meaning">What it does, in one sentence.</param>
public sealed record OptionDeclaration(string Section, string Key, string Expected, string? Default, string Unit, string Meaning);

/// <summary>A section of the configuration, as it is declared.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Meaning">What it holds, in one sentence.</param>
/// <param name="Options">Its options in the order of their declaration.</param>
public sealed record SectionDeclaration(string Name, string Meaning, IReadOnlyList<OptionDeclaration> Options);
