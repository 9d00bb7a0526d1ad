using Idq.Data.Parquet;

namespace Idq.Streaming;

/// <summary>The options of the Parquet writers.</summary>
static class ParquetOptions
{
    static readonly (string Word, ParquetCompression Compression)[] Words =
    [
        ("snappy", ParquetCompression.Snappy),
        ("none", ParquetCompression.None),
        ("gzip", ParquetCompression.Gzip),
        ("zstd", ParquetCompression.Zstd),
    ];

    /// <summary>Declares and reads the option <c>compression</c>.</summary>
    public static ParquetCompression ReadCompression(IOptionReader options) =>
        options.Choice("compression", ParquetCompression.Snappy, "of Parquet files; snappy is what every reader can read", Words);
}
