using Idq.Data.Parquet;

namespace Idq.Streaming;

/// <summary>Series in Parquet: nickname, time, ok, rank, fap, eff, loglike, loglike_deviation, pglitch.</summary>
/// <param name="compression">Of the columns.</param>
public sealed class ParquetSeriesWriter(ParquetCompression compression) : ISeriesWriter
{
    /// <summary>Its place in the catalogue.</summary>
    public static WriterFlavor<ISeriesWriter> Flavor { get; } = new(["ParquetReporter", "ParquetSeriesReporter"], "Parquet", options =>
    {
        var compression = ParquetOptions.ReadCompression(options);
        return () => new ParquetSeriesWriter(compression);
    });

    /// <inheritdoc/>
    public void Write(PublishedSeries series, ProductOutput output)
    {
        var samples = series.Columns;
        ParquetColumn[] columns =
        [
            ParquetColumn.Words("nickname", new int[samples.Grid.Count], [series.Nickname]),
            ParquetColumn.Longs("time_ns", samples.Grid.ToArray()), ParquetColumn.Bytes("ok", samples.Ok),
            ParquetColumn.Doubles("rank", samples.Rank), ParquetColumn.Doubles("fap", samples.Fap),
            ParquetColumn.Doubles("eff", samples.Eff), ParquetColumn.Doubles("loglike", samples.LogLike),
            ParquetColumn.Doubles("loglike_deviation", samples.Deviation), ParquetColumn.Doubles("pglitch", samples.PGlitch)];
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["format"] = "stream-series",
            ["version"] = "2",
            ["sample_rate"] = samples.Grid.SampleRate.ToString("R"),
            ["model"] = series.ModelHash,
            ["map"] = series.MapHash,
        };
        output.AddFile("parquet", path => ParquetFile.Write(path, columns, metadata, compression));
    }
}
