namespace Idq.Data;

/// <summary>One kind of source of triggers: its names in a configuration, and its options.</summary>
public abstract class SourceFlavor
{
    /// <summary>The words of <c>[.. data discovery] flavor</c> that mean it; the first is the canonical one.</summary>
    public abstract IReadOnlyList<string> Names { get; }

    /// <summary>What the source reads, in one sentence.</summary>
    public abstract string Meaning { get; }

    /// <summary>Reads the options of this flavor, and no others; what is wrong is reported to the reader.</summary>
    public abstract SourceDefinition Read(IOptionReader options);
}
