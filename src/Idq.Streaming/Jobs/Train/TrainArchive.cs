using Idq.Data;

namespace Idq.Streaming;

/// <summary>
/// What training remembers, on disk, so that a restart goes on with exactly what was consumed and asks the source for nothing old: a file
/// a stride, and of every hour that is complete one file with all of its strides that are still remembered.
/// </summary>
/// <remarks>
/// A stride's files get their names before the stride is committed, and what they replace is deleted with the next one. The job's cursor
/// says up to where the strides are consumed: what lies behind it was left by a crash, and is written again. Files of one stride and of its
/// hour say the same about it, so that it does not matter which of them is read.
/// </remarks>
/// <threadsafety>Writing is safe; everything else is for one thread before the first write.</threadsafety>
/// <param name="folder">Where the files lie; made when the first is written.</param>
/// <param name="prefix">Begins their names.</param>
/// <param name="settings">What the rows are made by: what other settings made is not read, and deleted in time.</param>
/// <param name="withFeatures">True when the rows have features.</param>
/// <param name="isFlushed">
/// True to have every file on the disk before its stride is committed. In a replay, which can be done again, the death of the process loses
/// nothing and a power failure may.
/// </param>
sealed class TrainArchive(string folder, string prefix, string settings, bool withFeatures, bool isFlushed)
{
    const long Hour = 3600 * GpsTime.NanosecondsPerSecond;
    const string RowsSuffix = "_ROWS", TriggersSuffix = "_TRIGGERS", Temporary = ".tmp";

    readonly Lock writing = new();

    Segment last = new(GpsTime.MinValue, GpsTime.MinValue);
    IReadOnlyList<string> useless = [];

    /// <summary>The strides that were consumed before an instant and end after another, in time order.</summary>
    /// <param name="after">No stride that ends at or before it.</param>
    /// <param name="consumed">No stride that ends after it.</param>
    /// <param name="known">The channels of the source by now.</param>
    /// <param name="layout">The features as they are now; null when no classifier looks at them.</param>
    /// <param name="damaged">Gets the time of files that are damaged, and what is wrong with them; their strides are left out.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public IEnumerable<KeptStride> Read(
        GpsTime after, GpsTime consumed, ChannelDictionary known, FeatureLayout? layout,
        ICollection<(Segment Span, string Problem)> damaged, CancellationToken cancellationToken)
    {
        var reached = GpsTime.MinValue;
        // An hour comes before its strides.
        foreach (var (span, rows) in Files().OrderBy(f => f.Span.Start).ThenByDescending(f => f.Span.End))
        {
            if (span.End <= after || span.End <= reached) continue;
            foreach (var stride in Strides(span, rows))
            {
                if (stride.Span.Start < reached || stride.Span.End <= after || stride.Span.End > consumed) continue;
                reached = stride.Span.End;
                yield return stride;
            }
        }

        IReadOnlyList<KeptStride> Strides(Segment span, string rows)
        {
            try
            {
                return [.. ArchiveFile.Read(rows, Triggers(rows), settings, known, layout, cancellationToken)];
            }
            catch (DataException e)
            {
                damaged.Add((span, e.Message));
                return [];
            }
        }
    }

    /// <summary>True for a stride that is the last of an hour.</summary>
    public static bool IsComplete(Segment stride) => HourOf(stride.Start) < HourOf(stride.End);

    /// <summary>Writes a stride that is about to be committed, or the hour that it completes.</summary>
    /// <param name="span">The stride.</param>
    /// <param name="fresh">What is kept of it; null when nothing is.</param>
    /// <param name="kept">All strides that are kept now; looked at when the stride completes an hour.</param>
    public void Write(Segment span, KeptStride? fresh, IReadOnlyList<KeptStride> kept)
    {
        // In a live run classifiers finish a stride by themselves, at one time perhaps, and each sees to its files.
        lock (writing)
        {
            if (span.Start >= last.End)
            {
                // The stride before is committed: what it replaced is not needed any more.
                foreach (var path in useless.SelectMany(rows => new[] { rows, Triggers(rows) })) File.Delete(path);
                useless = [];
            }
            last = span;
            if (IsComplete(span)) WriteHours(span, kept);
            else if (fresh is not null) Write([fresh]);
        }
    }

    void WriteHours(Segment span, IReadOnlyList<KeptStride> kept)
    {
        var files = Files().ToArray();
        var single = files.Select(f => f.Span).Append(span).ToHashSet();
        var replaced = new HashSet<Segment>();
        foreach (var hour in kept.Where(k => single.Contains(k.Span)).GroupBy(k => HourOf(k.Span.Start)))
        {
            KeptStride[] strides = [.. hour];
            if (strides.Length > 1) replaced.UnionWith(strides.Select(s => s.Span));
            if (strides.Length > 1 || strides[0].Span == span) Write(strides);
        }
        var starts = kept.Select(k => k.Span.Start.Nanoseconds).ToArray();
        bool IsNeeded(Segment file) =>
            EventRun.LowerBound(starts, file.Start.Nanoseconds) is var k && k < starts.Length && kept[k].Span.End <= file.End;
        useless = [.. files.Where(f => replaced.Contains(f.Span) || !IsNeeded(f.Span)).Select(f => f.Rows)];
    }

    /// <summary>Deletes what a crash left: halves of files, and triggers without rows.</summary>
    public void Clean()
    {
        if (!Directory.Exists(folder)) return;
        var whole = Files().Select(f => f.Rows).SelectMany(rows => new[] { rows, Triggers(rows) }).ToHashSet(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(folder, prefix + "*").Where(p => !whole.Contains(p))) File.Delete(path);
    }

    void Write(IReadOnlyList<KeptStride> strides)
    {
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            if (isFlushed) FolderFlush.Flush(Path.GetDirectoryName(folder)!);
        }
        var span = new Segment(strides[0].Span.Start, strides[^1].Span.End);
        var rows = Path.Combine(folder, $"{prefix}{RowsSuffix}-{span.Start}-{GpsSeconds.Format(span.Duration)}.parquet");
        var triggers = Triggers(rows);
        ArchiveFile.Write(rows + Temporary, triggers + Temporary, settings, strides, withFeatures);
        // The file of rows says that both are there: it comes last.
        foreach (var path in new[] { triggers, rows })
        {
            if (!File.Exists(path + Temporary)) continue;
            if (isFlushed) Flush(path + Temporary);
            File.Move(path + Temporary, path, overwrite: true);
        }
        if (isFlushed) FolderFlush.Flush(folder);
    }

    static void Flush(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
    }

    IEnumerable<(Segment Span, string Rows)> Files()
    {
        if (!Directory.Exists(folder)) yield break;
        foreach (var path in Directory.EnumerateFiles(folder, $"{prefix}{RowsSuffix}-*.parquet"))
        {
            var parts = Path.GetFileNameWithoutExtension(path).Split('-');
            if (GpsTime.TryParse(parts[^2], out var start) && GpsSeconds.TryParseDuration(parts[^1], out var duration))
                yield return (new Segment(start, start + duration), path);
        }
    }

    static string Triggers(string rows) => Path.Combine(
        Path.GetDirectoryName(rows)!, Path.GetFileName(rows).Replace(RowsSuffix + "-", TriggersSuffix + "-", StringComparison.Ordinal));

    static long HourOf(GpsTime time) => Math.DivRem(time.Nanoseconds, Hour) is var (hour, rest) && rest < 0 ? hour - 1 : hour;
}
