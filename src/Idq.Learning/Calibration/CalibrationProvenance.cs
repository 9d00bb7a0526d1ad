namespace Idq.Learning;

/// <summary>Where a calibration map comes from.</summary>
/// <param name="Nickname">The classifier whose ranks it maps.</param>
/// <param name="Span">From the first to the last sample's stride.</param>
/// <param name="Segments">Where the samples were drawn.</param>
/// <param name="Parents">The products that it was made from, as the ledger or the products name them.</param>
/// <param name="ModelHashes">The models that gave the ranks.</param>
public sealed record CalibrationProvenance(
    string Nickname, Segment Span, SegmentList Segments, IReadOnlyList<string> Parents, IReadOnlyList<string> ModelHashes);

/// <summary>A calibration map as it was read.</summary>
/// <param name="Map">Ready to map and to append to.</param>
/// <param name="Provenance">Where it comes from.</param>
/// <param name="Hash">SHA-256 of the document's canonical body, lower-case hexadecimal.</param>
public sealed record CalibrationDocument(CalibrationMap Map, CalibrationProvenance Provenance, string Hash);
