using Idq.Data.Parquet;

namespace Idq.Streaming;

/// <summary>Series in Parquet: nickname, start, end, time, ok, rank, fap, eff, loglike, loglike_deviation, pglitch, model, map.</summary>
/// <param name="compression">Of the columns.</param>
public sealed class ParquetSeriesWriter(ParquetCompression compression) : ISeriesWriter
{
    /// <summary>Its place in the catalogue.</summary>
    public static WriterFlavor<ISeriesWriter> Flavor { get; } = new(["ParquetReporter", "ParquetSeriesReporter"], "Parquet", options =>
    {
        var compression = ParquetOptions.ReadCompression(options);
        return () => new ParquetSeriesWriter(compression);
    });

    /// <summary>Of the columns.</summary>
    public ParquetCompression Compression => compression;

    /// <inheritdoc/>
    public void Write(PublishedSeries series, ProductOutput output)
    {
        var samples = series.Columns;
        ParquetColumn[] columns =
        [
            .. ParquetStride.Begin(series.Nickname, output.Span, samples.Grid.ToArray()), ParquetColumn.Bytes("ok", samples.Ok),
            ParquetColumn.Doubles("rank", samples.Rank), ParquetColumn.Doubles("fap", samples.Fap),
            ParquetColumn.Doubles("eff", samples.Eff), ParquetColumn.Doubles("loglike", samples.LogLike),
            ParquetColumn.Doubles("loglike_deviation", samples.Deviation), ParquetColumn.Doubles("pglitch", samples.PGlitch),
            .. ParquetStride.Origin(samples.Grid.Count, series.ModelHash, series.MapHash)];
        var metadata = ParquetStride.Metadata("stream-series", series.ModelHash, series.MapHash);
        metadata["sample_rate"] = samples.Grid.SampleRate.ToString("R");
        output.AddFile("parquet", path => ParquetFile.Write(path, columns, metadata, compression));
    }
}
