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

    /// <summary>True for a product in the format that <see cref="Read(ProductPath, Product, CancellationToken)"/> and SQL read.</summary>
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
    public static QuiverRows Read(IReadOnlyList<string> paths, CancellationToken cancellationToken = default) =>
        Concatenate([.. paths.Select(path => Read(new ParquetFileReader(path), path, cancellationToken))]);

    /// <summary>Reads the rows of the file of a registered quiver, of which every byte is what was registered.</summary>
    /// <exception cref="DataException">The file is missing or damaged.</exception>
    public static QuiverRows Read(ProductPath paths, Product quiver, CancellationToken cancellationToken = default)
    {
        var file = ProductFile.Open(paths, quiver);
        return Read(new ParquetFileReader(file), file.Name, cancellationToken);
    }

    /// <summary>Rows one after the other.</summary>
    public static QuiverRows Concatenate(IReadOnlyList<QuiverRows> parts)
    {
        T[] Of<T>(Func<QuiverRows, T[]> column) => [.. parts.SelectMany(column)];
        return parts.Count == 1 ? parts[0] : new(
            Of(p => p.Times), Of(p => p.Labels), Of(p => p.Weights), Of(p => p.Ranks), Of(p => p.LogLikes), Of(p => p.Deviations))
        {
            Faps = Of(p => p.Faps),
            WindowRanks = Of(p => p.WindowRanks),
            WindowLogLikes = Of(p => p.WindowLogLikes),
            WindowDeviations = Of(p => p.WindowDeviations),
            WindowPGlitches = Of(p => p.WindowPGlitches),
        };
    }

    static QuiverRows Read(ParquetFileReader file, string path, CancellationToken cancellationToken)
    {
        using var open = file;
        if (file.Metadata.GetValueOrDefault("version") is var version && version is not ("3" or "4"))
            throw new DataException(
                $"'{path}' is a quiver of version {version ?? "unknown"}; this program reads 3 and 4, whose ranks mean something "
                    + "else: start the analysis anew under another tag, or use the program that wrote it");
        T[] Of<T>(string column) where T : unmanaged
        {
            var values = new ArrayBufferWriter<T>();
            file.Read(column, values, cancellationToken);
            return values.WrittenSpan.ToArray();
        }
        double[] Number(string column) => Of<double>(column);
        return new(
            Of<long>("time_ns"), Of<byte>("label"), Number("weight"), Number("rank"), Number("loglike"), Number("loglike_deviation"))
        {
            Faps = Number("fap"),
            WindowRanks = Number("window_rank"),
            WindowLogLikes = Number("window_loglike"),
            WindowDeviations = Number("window_loglike_deviation"),
            WindowPGlitches = Number("window_pglitch"),
        };
    }
}
