using System.Buffers;
using System.Text.Json;
using Idq.Data.Parquet;

namespace Idq.Streaming;

/// <summary>Quivers and series in Parquet. The same columns give the same bytes.</summary>
/// <param name="compression">How pages are compressed.</param>
/// <threadsafety>Safe; calls share nothing.</threadsafety>
public sealed class ColumnFiles(ParquetCompression compression = ParquetCompression.Snappy)
{
    /// <summary>Writes an evaluated quiver: nickname, start, end, time, label, weight, rank, fap, eff, loglike, loglike_deviation, pglitch, and the features when asked for.</summary>
    public void WriteQuiver(string path, EvaluatedQuiver evaluated)
    {
        var quiver = evaluated.Quiver;
        var n = quiver.Count;
        var (fap, eff, logLike, pGlitch) = (Filled(n, double.NaN), Filled(n, double.NaN), Filled(n, double.NaN), Filled(n, double.NaN));
        var deviation = Filled(n, double.NaN);
        if (evaluated.Map is { Map: { IsUsable: true } map })
        {
            map.Map(evaluated.Ranks, fap, eff, logLike, pGlitch);
            for (var row = 0; row < n; row++) deviation[row] = map.LogLikeDeviation(evaluated.Ranks[row]);
        }
        List<ParquetColumn> columns =
        [
            ParquetColumn.Words("nickname", new int[n], [evaluated.Nickname]),
            ParquetColumn.Longs("start_ns", Filled(n, evaluated.Span.Start.Nanoseconds)),
            ParquetColumn.Longs("end_ns", Filled(n, evaluated.Span.End.Nanoseconds)),
            ParquetColumn.Longs("time_ns", quiver.Times),
            ParquetColumn.Bytes("label", quiver.Labels),
            ParquetColumn.Doubles("weight", quiver.Weights),
            ParquetColumn.Doubles("rank", evaluated.Ranks),
            ParquetColumn.Doubles("fap", fap),
            ParquetColumn.Doubles("eff", eff),
            ParquetColumn.Doubles("loglike", logLike),
            ParquetColumn.Doubles("loglike_deviation", deviation),
            ParquetColumn.Doubles("pglitch", pGlitch),
        ];
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["format"] = "stream-quiver",
            ["version"] = "1",
            ["segments"] = Text(quiver.Segments),
            ["clean_segments"] = Text(quiver.CleanSegments),
            ["model"] = evaluated.ModelHash,
            ["map"] = evaluated.Map?.Hash ?? "",
        };
        if (evaluated.WithFeatures)
        {
            var features = quiver.Features;
            var values = new double[n * features.Names.Count];
            for (var f = 0; f < features.Names.Count; f++)
            for (var row = 0; row < n; row++)
                values[row * features.Names.Count + f] = features[row, f];
            columns.Add(ParquetColumn.DoubleLists("features", n, features.Names.Count, values));
            metadata["features"] = JsonSerializer.Serialize(features.Names);
        }
        Write(path, columns, metadata);
    }

    /// <summary>Writes a series: nickname, time, ok, rank, fap, eff, loglike, pglitch.</summary>
    public void WriteSeries(string path, string nickname, SeriesColumns series, string modelHash, string mapHash)
    {
        var n = series.Grid.Count;
        Write(path,
        [
            ParquetColumn.Words("nickname", new int[n], [nickname]),
            ParquetColumn.Longs("time_ns", series.Grid.ToArray()),
            ParquetColumn.Bytes("ok", series.Ok),
            ParquetColumn.Doubles("rank", series.Rank),
            ParquetColumn.Doubles("fap", series.Fap),
            ParquetColumn.Doubles("eff", series.Eff),
            ParquetColumn.Doubles("loglike", series.LogLike),
            ParquetColumn.Doubles("pglitch", series.PGlitch),
        ],
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["format"] = "stream-series",
            ["version"] = "1",
            ["sample_rate"] = series.Grid.SampleRate.ToString("R"),
            ["model"] = modelHash,
            ["map"] = mapHash,
        });
    }

    /// <summary>Reads the rows of evaluated quivers, file after file.</summary>
    /// <exception cref="DataException">A file is missing or damaged.</exception>
    public QuiverRows ReadQuivers(IReadOnlyList<string> paths, CancellationToken cancellationToken = default)
    {
        ArrayBufferWriter<long> times = new();
        ArrayBufferWriter<byte> labels = new();
        ArrayBufferWriter<double> weights = new(), ranks = new(), logLikes = new(), deviations = new();
        foreach (var path in paths)
        {
            using var file = new ParquetFileReader(path);
            file.Read("time_ns", times, cancellationToken);
            file.Read("label", labels, cancellationToken);
            file.Read("weight", weights, cancellationToken);
            file.Read("rank", ranks, cancellationToken);
            file.Read("loglike", logLikes, cancellationToken);
            file.Read("loglike_deviation", deviations, cancellationToken);
        }
        return new(
            times.WrittenSpan.ToArray(),
            labels.WrittenSpan.ToArray(),
            weights.WrittenSpan.ToArray(),
            ranks.WrittenSpan.ToArray(),
            logLikes.WrittenSpan.ToArray(),
            deviations.WrittenSpan.ToArray()
        );
    }

    void Write(string path, IReadOnlyList<ParquetColumn> columns, Dictionary<string, string> metadata) =>
        ParquetFile.Write(path, columns, metadata, compression);

    static T[] Filled<T>(int n, T value)
    {
        var array = new T[n];
        array.AsSpan().Fill(value);
        return array;
    }

    static string Text(SegmentList segments) => "[" + string.Join(",", segments.Select(s => $"[{s.Start},{s.End}]")) + "]";
}
