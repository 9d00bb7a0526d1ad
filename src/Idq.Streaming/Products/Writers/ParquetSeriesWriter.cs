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
        var n = samples.Grid.Count;
        ParquetColumn[] columns =
        [
            ParquetColumn.Words("nickname", new int[n], [series.Nickname]),
            ParquetColumn.Longs("start_ns", Enumerable.Repeat(output.Span.Start.Nanoseconds, n).ToArray()),
            ParquetColumn.Longs("end_ns", Enumerable.Repeat(output.Span.End.Nanoseconds, n).ToArray()),
            ParquetColumn.Longs("time_ns", samples.Grid.ToArray()), ParquetColumn.Bytes("ok", samples.Ok),
            ParquetColumn.Doubles("rank", samples.Rank), ParquetColumn.Doubles("fap", samples.Fap),
            ParquetColumn.Doubles("eff", samples.Eff), ParquetColumn.Doubles("loglike", samples.LogLike),
            ParquetColumn.Doubles("loglike_deviation", samples.Deviation),
            ParquetColumn.Doubles("pglitch", samples.PGlitch), ParquetColumn.Words("model", new int[n], [series.ModelHash]),
            ParquetColumn.Words("map", new int[n], [series.MapHash])];
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["format"] = "stream-series",
            ["version"] = "4",
            ["sample_rate"] = samples.Grid.SampleRate.ToString("R"),
            ["model"] = series.ModelHash,
            ["map"] = series.MapHash,
        };
        output.AddFile("parquet", path => ParquetFile.Write(path, columns, metadata, compression));
    }
}
