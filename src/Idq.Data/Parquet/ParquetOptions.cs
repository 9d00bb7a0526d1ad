namespace Idq.Data.Parquet;

/// <summary>How files are written.</summary>
public sealed record ParquetOptions
{
    /// <summary>Compression of the pages.</summary>
    /// <value>The default value is <see cref="ParquetCompression.Zstd"/>.</value>
    public ParquetCompression Compression { get; init; } = ParquetCompression.Zstd;

    /// <summary>Rows of a row group, a multiple of 2048: the unit in which a reader skips by time and threads share the work.</summary>
    /// <value>The default value is 122 880.</value>
    public int RowGroupSize { get; init; } = 122_880;
}
