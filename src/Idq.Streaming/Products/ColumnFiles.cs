using System.Collections.Concurrent;
using System.Text.Json;
using Idq.Data.DuckDb;
using Idq.Data.Parquet;

namespace Idq.Streaming;

/// <summary>Quivers and series in Parquet. The same columns give the same bytes.</summary>
/// <threadsafety>Safe; every call borrows a connection.</threadsafety>
public sealed class ColumnFiles : IDisposable
{
    readonly Lazy<DuckDatabase> database = new(() => DuckDatabase.Open(new DuckOptions { Threads = 1, Deterministic = true }));
    readonly ConcurrentBag<ParquetWriter> writers = [];
    readonly ConcurrentBag<ParquetReader> readers = [];

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
        List<DuckColumn> columns =
        [
            DuckColumn.Words("nickname", new int[n], [evaluated.Nickname]),
            DuckColumn.Longs("start_ns", Filled(n, evaluated.Span.Start.Nanoseconds)),
            DuckColumn.Longs("end_ns", Filled(n, evaluated.Span.End.Nanoseconds)),
            DuckColumn.Longs("time_ns", quiver.Times),
            DuckColumn.Bytes("label", quiver.Labels),
            DuckColumn.Doubles("weight", quiver.Weights),
            DuckColumn.Doubles("rank", evaluated.Ranks),
            DuckColumn.Doubles("fap", fap),
            DuckColumn.Doubles("eff", eff),
            DuckColumn.Doubles("loglike", logLike),
            DuckColumn.Doubles("loglike_deviation", deviation),
            DuckColumn.Doubles("pglitch", pGlitch),
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
            columns.Add(
                DuckColumn.DoubleLists("features", Enumerable.Range(0, n + 1).Select(i => (long)i * features.Names.Count).ToArray(), values)
            );
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
            DuckColumn.Words("nickname", new int[n], [nickname]),
            DuckColumn.Longs("time_ns", series.Grid.ToArray()),
            DuckColumn.Bytes("ok", series.Ok),
            DuckColumn.Doubles("rank", series.Rank),
            DuckColumn.Doubles("fap", series.Fap),
            DuckColumn.Doubles("eff", series.Eff),
            DuckColumn.Doubles("loglike", series.LogLike),
            DuckColumn.Doubles("pglitch", series.PGlitch),
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
        if (paths.Count == 0) return new([], [], [], [], [], []);
        if (!readers.TryTake(out var reader)) reader = new(database.Value);
        try
        {
            var table = reader.Read(
                paths,
                ["time_ns", "label", "weight", "rank", "loglike", "loglike_deviation"],
                cancellationToken: cancellationToken
            );
            return new(
                table.Longs("time_ns"),
                table.Bytes("label"),
                table.Doubles("weight"),
                table.Doubles("rank"),
                table.Doubles("loglike"),
                table.Doubles("loglike_deviation")
            );
        }
        catch (DuckException e)
        {
            throw new DataException($"cannot read the quivers ({paths.Count} files, the first is '{paths[0]}'): {e.Summary}", cause: e);
        }
        finally
        {
            readers.Add(reader);
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        foreach (var writer in writers) writer.Dispose();
        foreach (var reader in readers) reader.Dispose();
        if (database.IsValueCreated) database.Value.Dispose();
    }

    void Write(string path, IReadOnlyList<DuckColumn> columns, Dictionary<string, string> metadata)
    {
        if (!writers.TryTake(out var writer)) writer = new(database.Value);
        try
        {
            writer.Write(path, columns, metadata);
        }
        catch (DuckException e)
        {
            throw new IOException($"cannot write '{path}': {e.Summary}", e);
        }
        finally
        {
            writers.Add(writer);
        }
    }

    static T[] Filled<T>(int n, T value)
    {
        var array = new T[n];
        array.AsSpan().Fill(value);
        return array;
    }

    static string Text(SegmentList segments) => "[" + string.Join(",", segments.Select(s => $"[{s.Start},{s.End}]")) + "]";
}
