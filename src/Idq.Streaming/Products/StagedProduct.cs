using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>A product that is written to disk under a temporary name, and what the ledger will say of it.</summary>
/// <param name="TemporaryPath">Where the bytes are; empty for an entry without a file.</param>
/// <param name="Draft">Its entry in the ledger; the path is relative to the folder of products.</param>
public sealed record StagedProduct(string TemporaryPath, ProductDraft Draft);
