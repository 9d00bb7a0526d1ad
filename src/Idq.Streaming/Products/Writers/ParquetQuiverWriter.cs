using System.Text.Json;
using Idq.Data.Parquet;
using Idq.Learning;

namespace Idq.Streaming;

/// <summary>
/// Quivers in Parquet, the format that calibration and summaries read: nickname, start, end, time, label, weight, blind, rank, fap, eff,
/// loglike, loglike_deviation, pglitch, model, map, the rank at an instant in the window of the row with what the map says of it, and the
/// features of classifiers that use them.
/// </summary>
/// <param name="compression">Of the columns.</param>
public sealed class ParquetQuiverWriter(ParquetCompression compression) : IQuiverWriter
{
    /// <summary>Its place in the catalogue.</summary>
    public static WriterFlavor<IQuiverWriter> Flavor { get; } = new(["QuiverReporter", "ParquetReporter"], "Parquet", options =>
    {
        var compression = ParquetOptions.ReadCompression(options);
        return () => new ParquetQuiverWriter(compression);
    });

    /// <summary>Of the columns.</summary>
    public ParquetCompression Compression => compression;

    /// <inheritdoc/>
    public void Write(EvaluatedQuiver quiver, ProductOutput output)
    {
        // A stride without rows counts by its livetime, which the ledger has.
        if (quiver.Quiver.Count == 0) output.AddEntry();
        else output.AddFile("parquet", path => Write(path, quiver, compression));
    }

    static void Write(string path, EvaluatedQuiver quiver, ParquetCompression compression)
    {
        var rows = quiver.Quiver;
        var (n, map) = (rows.Count, quiver.Map?.Hash ?? "");
        var (own, window) = (Judge(quiver.Ranks, quiver.Map), Judge(quiver.WindowRanks, quiver.Map));
        List<ParquetColumn> columns =
        [
            .. ParquetStride.Begin(quiver.Nickname, quiver.Span, rows.Times),
            ParquetColumn.Bytes("label", rows.Labels), ParquetColumn.Doubles("weight", rows.Weights),
            ParquetColumn.Bytes("blind", rows.Blind), ParquetColumn.Doubles("rank", quiver.Ranks),
            ParquetColumn.Doubles("fap", own.Fap), ParquetColumn.Doubles("eff", own.Eff),
            ParquetColumn.Doubles("loglike", own.LogLike), ParquetColumn.Doubles("loglike_deviation", own.Deviation),
            ParquetColumn.Doubles("pglitch", own.PGlitch), ParquetColumn.Doubles("window_rank", quiver.WindowRanks),
            ParquetColumn.Doubles("window_loglike", window.LogLike),
            ParquetColumn.Doubles("window_loglike_deviation", window.Deviation), ParquetColumn.Doubles("window_pglitch", window.PGlitch),
            .. ParquetStride.Origin(n, quiver.ModelHash, map)];
        var metadata = ParquetStride.Metadata("stream-quiver", quiver.ModelHash, map);
        metadata["segments"] = Text(rows.Segments);
        metadata["clean_segments"] = Text(rows.CleanSegments);
        if (quiver.WithFeatures)
        {
            var features = rows.Features;
            var values = new double[n * features.Names.Count];
            for (var f = 0; f < features.Names.Count; f++)
                for (var row = 0; row < n; row++) values[row * features.Names.Count + f] = features[row, f];
            columns.Add(ParquetColumn.DoubleLists("features", n, features.Names.Count, values));
            metadata["features"] = JsonSerializer.Serialize(features.Names);
        }
        ParquetFile.Write(path, columns, metadata, compression);
    }

    static (double[] Fap, double[] Eff, double[] LogLike, double[] Deviation, double[] PGlitch) Judge(
        double[] ranks, CalibrationDocument? map)
    {
        double[] Unknown() => Filled(ranks.Length, double.NaN);
        var columns = (Fap: Unknown(), Eff: Unknown(), LogLike: Unknown(), Deviation: Unknown(), PGlitch: Unknown());
        if (map is { Map: { IsUsable: true } usable })
            usable.Map(ranks, columns.Fap, columns.Eff, columns.LogLike, columns.Deviation, columns.PGlitch);
        return columns;
    }

    static T[] Filled<T>(int n, T value)
    {
        var array = new T[n];
        array.AsSpan().Fill(value);
        return array;
    }

    internal static string Text(SegmentList segments) => "[" + string.Join(",", segments.Select(s => $"[{s.Start},{s.End}]")) + "]";
}
