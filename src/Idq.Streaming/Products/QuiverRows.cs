using System.Buffers;
using Idq.Data.Parquet;
using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>The columns of evaluated quivers that calibration and summaries read.</summary>
/// <param name="Times">GPS nanoseconds.</param>
/// <param name="Labels">1 for a glitch, 0 for clean.</param>
/// <param name="Weights">How many like it a row stands for.</param>
/// <param name="Ranks">In [0, 1].</param>
/// <param name="LogLikes">By the map of the time; NaN where there was none.</param>
/// <param name="Deviations">How well the map knew each of them: one standard deviation.</param>
public sealed record QuiverRows(long[] Times, byte[] Labels, double[] Weights, double[] Ranks, double[] LogLikes, double[] Deviations)
{
    /// <summary>No rows.</summary>
    public static QuiverRows Empty { get; } = new([], [], [], [], [], []);

    /// <summary>Number of rows.</summary>
    public int Count => Times.Length;

    /// <summary>True for a product in the format that <see cref="Read"/> and SQL read.</summary>
    public static bool IsReadable(Product product) => product.Path.EndsWith(".parquet", StringComparison.Ordinal);

    /// <summary>Some of the rows, as far as there are so many.</summary>
    public QuiverRows Slice(FileRows rows)
    {
        var own = (int)Math.Min(rows.First, Count)..(int)Math.Min(rows.First + rows.Count, Count);
        return new(Times[own], Labels[own], Weights[own], Ranks[own], LogLikes[own], Deviations[own]);
    }

    /// <summary>The rows whose time is in a range.</summary>
    public QuiverRows Within(Segment range)
    {
        var own = Enumerable.Range(0, Count).Where(i => range.Contains(new GpsTime(Times[i]))).ToArray();
        T[] Of<T>(T[] column) => Array.ConvertAll(own, i => column[i]);
        return own.Length == Count ? this : new(Of(Times), Of(Labels), Of(Weights), Of(Ranks), Of(LogLikes), Of(Deviations));
    }

    /// <summary>Reads the rows of evaluated quivers, file after file.</summary>
    /// <exception cref="DataException">A file is missing or damaged.</exception>
    public static QuiverRows Read(IReadOnlyList<string> paths, CancellationToken cancellationToken = default)
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
            times.WrittenSpan.ToArray(), labels.WrittenSpan.ToArray(), weights.WrittenSpan.ToArray(), ranks.WrittenSpan.ToArray(),
            logLikes.WrittenSpan.ToArray(), deviations.WrittenSpan.ToArray());
    }
}
