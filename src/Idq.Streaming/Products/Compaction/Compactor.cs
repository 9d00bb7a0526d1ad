using Idq.Data.Parquet;
using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>
/// Makes one file of the quivers, or of the series, of a classifier's complete hour. The rows, their order and the entries of the ledger
/// stay as they were; the entries then name the new file and their rows in it. The old files are removed after the commit.
/// </summary>
/// <remarks>
/// One process at a time compacts an analysis; jobs go on meanwhile. A crash before the commit leaves a file that the ledger does not
/// name, which the next compaction replaces; a crash after it leaves files that the ledger lists as removals, which the next one removes.
/// </remarks>
/// <threadsafety>For one thread.</threadsafety>
public sealed class Compactor : IDisposable
{
    readonly TrackerStore store;
    readonly ProductPath paths;
    readonly Dictionary<string, ParquetCompression> compressions;
    readonly ProductStage stage;
    readonly Lazy<ParquetConcatenation> concatenation = new(() => new());

    /// <summary>Takes the lock of compaction, and removes what an earlier one left.</summary>
    /// <exception cref="JobInUseException">Another process compacts this analysis.</exception>
    public Compactor(Configuration configuration, TrackerStore store)
    {
        (this.store, paths) = (store, configuration.General.Paths);
        var quivers = configuration.Evaluate.QuiverWriters.Select(open => open()).OfType<ParquetQuiverWriter>();
        var series = configuration.Timeseries.SeriesWriters.Select(open => open()).OfType<ParquetSeriesWriter>();
        compressions = new(StringComparer.Ordinal)
        {
            ["quiver"] = quivers.FirstOrDefault()?.Compression ?? ParquetCompression.Snappy,
            ["series"] = series.FirstOrDefault()?.Compression ?? ParquetCompression.Snappy,
        };
        stage = new(paths, "compact");
        Removals.Sweep(store, paths);
    }

    /// <summary>
    /// Compacts an hour. Files of different formats, or of another version of the same time, become files of their own.
    /// </summary>
    /// <returns>How many entries are in files together now.</returns>
    /// <exception cref="DataException">A file is missing, damaged, or not as it was registered.</exception>
    /// <exception cref="OperationCanceledException">Nothing of the file in hand was registered.</exception>
    public int Compact(CompleteHour hour, CancellationToken cancellationToken)
    {
        var files = hour.Entries.Where(e => e.HasFile).ToArray();
        string[] verified = [.. files.Select(f => ProductFile.Verify(paths, f))];
        var parts = files.Length == 0 ? [] : concatenation.Value.Inspect(verified, cancellationToken);
        var partOf = files.Zip(parts).ToDictionary(f => f.First.Seq, f => f.Second);
        var compacted = 0;
        foreach (var version in hour.Entries.GroupBy(ProductAttributes.VersionOf).OrderBy(g => g.Key))
        {
            var formats = version.Where(e => e.HasFile).GroupBy(e => ParquetConcatenation.Format(partOf[e.Seq]), StringComparer.Ordinal)
                .Select(g => g.ToList()).ToList();
            if (formats.Count == 0) formats.Add([]);
            // Entries without rows may stand in any of the files.
            formats[0].AddRange(version.Where(e => !e.HasFile));
            foreach (var entries in formats.Where(f => f.Count > 1))
            {
                Compact(hour, version.Key, [.. entries.OrderBy(e => e.StartNs).ThenBy(e => e.Seq)], partOf, cancellationToken);
                compacted += entries.Count;
            }
        }
        return compacted;
    }

    /// <summary>Gives the lock back.</summary>
    public void Dispose()
    {
        if (concatenation.IsValueCreated) concatenation.Value.Dispose();
        stage.Dispose();
    }

    void Compact(
        CompleteHour hour, int version, IReadOnlyList<Product> entries, Dictionary<long, ParquetPart> partOf,
        CancellationToken cancellationToken)
    {
        var compacted = new List<CompactedEntry>();
        var row = 0L;
        foreach (var entry in entries)
        {
            var count = entry.HasFile ? partOf[entry.Seq].Rows : 0;
            compacted.Add(new(entry.Seq, new(row, count)));
            row += count;
        }
        var span = new Segment(new(entries.Min(e => e.StartNs)), new(entries.Max(e => e.EndNs)));
        long[] parents = [.. entries.SelectMany(e => e.Parents).Distinct().Order()];
        var attributes = new CompactedAttributes(entries.Count, row, version).ToJson();
        var parts = entries.Where(e => e.HasFile).Select(e => partOf[e.Seq]).ToArray();
        var staged = parts.Length == 0
            ? stage.Enter(hour.Kind, hour.Nickname, span, parents, attributes)
            : stage.Write(
                hour.Kind, hour.Nickname, span, "parquet", parents, attributes,
                path => concatenation.Value.Write(path, parts, compressions[hour.Kind], cancellationToken));
        staged = staged with { Draft = staged.Draft with { Job = hour.Job, Path = staged.Draft.HasFile ? Path(hour) : "" } };
        stage.Publish([staged]);
        // Not on this thread, which may have to wait for the processor: others would wait for the store's write lock with it.
        Task.Run(() => store.Compact(new(staged.Draft, compacted)), CancellationToken.None).GetAwaiter().GetResult();
        Removals.Sweep(store, paths);
    }

    // The hour's own name, or with a number when the hour has a file already: strides that were published again come later.
    string Path(CompleteHour hour)
    {
        for (var number = 1; ; number++)
        {
            var what = number == 1 ? hour.Kind : $"{hour.Kind}{number}";
            var path = paths.Relative(hour.Job, hour.Nickname, what, hour.Span, "parquet");
            if (store.ProductAt(path) is null) return path;
        }
    }
}
