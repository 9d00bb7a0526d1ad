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
    static readonly string[] Numbers =
    [
        "weight", "rank", "fap", "loglike", "loglike_deviation", "window_rank", "window_loglike", "window_loglike_deviation",
        "window_pglitch",
    ];

    /// <summary>FAP by the map of the time; NaN where there was none.</summary>
    public double[] Faps { get; init; } = [.. LogLikes.Select(_ => double.NaN)];

    /// <summary>Ranks at an instant in the window of each glitch; of a clean time its own.</summary>
    public double[] WindowRanks { get; init; } = Ranks;

    /// <summary>LOGLIKE at that instant.</summary>
    public double[] WindowLogLikes { get; init; } = LogLikes;

    /// <summary>How well the map knew it.</summary>
    public double[] WindowDeviations { get; init; } = Deviations;

    /// <summary>PGLITCH at that instant; NaN where there was no map.</summary>
    public double[] WindowPGlitches { get; init; } = [.. LogLikes.Select(_ => double.NaN)];

    /// <summary>No rows.</summary>
    public static QuiverRows Empty { get; } = new([], [], [], [], [], []);

    /// <summary>Number of rows.</summary>
    public int Count => Times.Length;

    /// <summary>True for a product in the format that <see cref="Read"/> and SQL read.</summary>
    public static bool IsReadable(Product product) => product.Path.EndsWith(".parquet", StringComparison.Ordinal);

    /// <summary>Some of the rows, as far as there are so many.</summary>
    public QuiverRows Slice(FileRows rows)
    {
        var first = (int)Math.Min(rows.First, Count);
        return Take([.. Enumerable.Range(first, (int)Math.Min(rows.First + rows.Count, Count) - first)]);
    }

    /// <summary>The rows whose time is in a range.</summary>
    public QuiverRows Within(Segment range) =>
        Take([.. Enumerable.Range(0, Count).Where(i => range.Contains(new GpsTime(Times[i])))]);

    QuiverRows Take(int[] rows)
    {
        T[] Of<T>(T[] column) => Array.ConvertAll(rows, i => column[i]);
        return rows.Length == Count ? this : new(Of(Times), Of(Labels), Of(Weights), Of(Ranks), Of(LogLikes), Of(Deviations))
        {
            Faps = Of(Faps),
            WindowRanks = Of(WindowRanks),
            WindowLogLikes = Of(WindowLogLikes),
            WindowDeviations = Of(WindowDeviations),
            WindowPGlitches = Of(WindowPGlitches),
        };
    }

    /// <summary>Reads the rows of evaluated quivers, file after file.</summary>
    /// <exception cref="DataException">A file is missing or damaged.</exception>
    public static QuiverRows Read(IReadOnlyList<string> paths, CancellationToken cancellationToken = default)
    {
        var (times, labels) = (new ArrayBufferWriter<long>(), new ArrayBufferWriter<byte>());
        var numbers = Numbers.ToDictionary(name => name, _ => new ArrayBufferWriter<double>(), StringComparer.Ordinal);
        foreach (var path in paths)
        {
            using var file = new ParquetFileReader(path);
            if (file.Metadata.GetValueOrDefault("version") is var version && version is not ("3" or "4"))
                throw new DataException(
                    $"'{path}' is a quiver of version {version ?? "unknown"}; this program reads 3 and 4, whose ranks mean something "
                        + "else: start the analysis anew under another tag, or use the program that wrote it");
            file.Read("time_ns", times, cancellationToken);
            file.Read("label", labels, cancellationToken);
            foreach (var (name, values) in numbers) file.Read(name, values, cancellationToken);
        }
        double[] Of(string name) => numbers[name].WrittenSpan.ToArray();
        return new(
            times.WrittenSpan.ToArray(), labels.WrittenSpan.ToArray(), Of("weight"), Of("rank"), Of("loglike"), Of("loglike_deviation"))
        {
            Faps = Of("fap"),
            WindowRanks = Of("window_rank"),
            WindowLogLikes = Of("window_loglike"),
            WindowDeviations = Of("window_loglike_deviation"),
            WindowPGlitches = Of("window_pglitch"),
        };
    }
}
