namespace Idq.Data.Parquet;

/// <summary>
/// A half-open range [Start, End) of a BIGINT column, such as GPS nanoseconds. Row groups outside it are skipped unread.
/// </summary>
/// <param name="Column">The column.</param>
/// <param name="Start">The first value inside.</param>
/// <param name="End">The first value beyond.</param>
public sealed record ParquetRange(string Column, long Start, long End);
