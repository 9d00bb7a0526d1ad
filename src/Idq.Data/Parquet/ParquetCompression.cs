namespace Idq.Data.Parquet;

/// <summary>How the pages of a Parquet file are compressed.</summary>
public enum ParquetCompression
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Snappy: every reader of Parquet has it.</summary>
    Snappy,

    /// <summary>Zstandard: smaller files; some plain readers lack it.</summary>
    Zstd,

    /// <summary>Gzip: smaller files, written slowly.</summary>
    Gzip,
}
