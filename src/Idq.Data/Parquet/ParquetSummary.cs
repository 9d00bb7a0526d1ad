using Idq.Data.DuckDb;

namespace Idq.Data.Parquet;

/// <summary>What a file's footer says.</summary>
/// <param name="Rows">Rows.</param>
/// <param name="Columns">Names and types, in order.</param>
/// <param name="Metadata">The file's key/value metadata.</param>
public sealed record ParquetSummary(long Rows, IReadOnlyList<DuckField> Columns, IReadOnlyDictionary<string, string> Metadata);
