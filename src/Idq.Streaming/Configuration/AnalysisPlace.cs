namespace Idq.Streaming;

/// <summary>Where an analysis lies.</summary>
/// <param name="Paths">Of its products.</param>
/// <param name="Store">Its tracker store: an absolute path, or the URL of a PostgreSQL database.</param>
public sealed record AnalysisPlace(ProductPath Paths, string Store);
