namespace Idq.Data.Parquet;

/// <summary>How the pages of a file are compressed.</summary>
public enum ParquetCompression
{
    /// <summary>Zstandard: the smallest files.</summary>
    Zstd,

    /// <summary>Snappy: larger files, written faster.</summary>
    Snappy,

    /// <summary>None.</summary>
    Uncompressed,
}
