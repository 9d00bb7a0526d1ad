using Idq.Data.Parquet;

namespace Idq.Streaming;

/// <summary>Series in Parquet.</summary>
/// <param name="compression">Of the columns.</param>
public sealed class ParquetSeriesWriter(ParquetCompression compression) : ISeriesWriter
{
    /// <summary>Its place in the catalogue.</summary>
    public static WriterFlavor<ISeriesWriter> Flavor { get; } = new(["ParquetReporter", "ParquetSeriesReporter"], "Parquet", options =>
    {
        var compression = ProductFiles.ReadCompression(options);
        return () => new ParquetSeriesWriter(compression);
    });

    /// <inheritdoc/>
    public void Write(PublishedSeries series, ProductOutput output) =>
        output.AddFile("parquet", path => ProductFiles.WriteSeries(path, series, compression));
}
