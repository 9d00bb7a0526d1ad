namespace Idq.Streaming;

/// <summary>
/// What training remembers, on disk, so that a restart goes on with exactly what was consumed and asks the source for nothing old: a file
/// a stride, and of every hour that is complete one file with all of its strides that are still remembered.
/// </summary>
/// <remarks>
/// A stride's files get their names before the stride is committed, and what they replace is deleted after it. The job's cursor says up to
/// where the strides are consumed: what lies behind it was left by a crash, and is written again. Files of one stride and of its hour say
/// the same about it, so that it does not matter which of them is read.
/// </remarks>
/// <param name="folder">Where the files lie; made when the first is written.</param>
/// <param name="prefix">Begins their names.</param>
/// <param name="settings">What the rows are made by: what other settings made is not read, and deleted in time.</param>
/// <param name="withFeatures">True when the rows have features.</param>
sealed class TrainArchive(string folder, string prefix, string settings, bool withFeatures)
{
    const long Hour = 3600 * GpsTime.NanosecondsPerSecond;
    const string RowsSuffix = "_ROWS", TriggersSuffix = "_TRIGGERS", Temporary = ".tmp";

    /// <summary>The strides that were consumed before an instant and end after another, in time order.</summary>
    /// <exception cref="DataException">A file is damaged.</exception>
    public IEnumerable<KeptStride> Read(
        GpsTime after, GpsTime consumed, ChannelDictionary known, FeatureLayout? layout, CancellationToken cancellationToken)
    {
        var last = GpsTime.MinValue;
        // An hour comes before its strides.
        foreach (var (span, rows) in Files().OrderBy(f => f.Span.Start).ThenByDescending(f => f.Span.End))
        {
            if (span.End <= after || span.End <= last) continue;
            foreach (var stride in ArchiveFile.Read(rows, Triggers(rows), settings, known, layout, cancellationToken))
            {
                if (stride.Span.Start < last || stride.Span.End <= after || stride.Span.End > consumed) continue;
                last = stride.Span.End;
                yield return stride;
            }
        }
    }

    /// <summary>True for a stride that is the last of an hour.</summary>
    public static bool IsComplete(Segment stride) => HourOf(stride.Start) < HourOf(stride.End);

    /// <summary>Writes a stride that is about to be committed, or the hour that it completes.</summary>
    /// <param name="span">The stride.</param>
    /// <param name="fresh">What is kept of it; null when nothing is.</param>
    /// <param name="kept">All strides that are kept now; looked at when the stride completes an hour.</param>
    /// <returns>The files that are of no use any more once the stride is committed.</returns>
    public IReadOnlyList<string> Write(Segment span, KeptStride? fresh, IReadOnlyList<KeptStride> kept)
    {
        if (!IsComplete(span))
        {
            if (fresh is not null) Write([fresh]);
            return [];
        }
        var files = Files().ToArray();
        var single = files.Select(f => f.Span).Append(span).ToHashSet();
        var replaced = new HashSet<Segment>();
        foreach (var hour in kept.Where(k => single.Contains(k.Span)).GroupBy(k => HourOf(k.Span.Start)).Where(h => h.Key < HourOf(span.End)))
        {
            KeptStride[] strides = [.. hour];
            if (strides.Length > 1) replaced.UnionWith(strides.Select(s => s.Span));
            if (strides.Length > 1 || strides[0].Span == span) Write(strides);
        }
        var starts = kept.Select(k => k.Span.Start.Nanoseconds).ToArray();
        bool IsNeeded(Segment file) => EventRun.LowerBound(starts, file.Start.Nanoseconds) is var k && k < starts.Length && kept[k].Span.End <= file.End;
        return [.. files.Where(f => replaced.Contains(f.Span) || !IsNeeded(f.Span)).Select(f => f.Rows)];
    }

    /// <summary>Deletes files, after the commit.</summary>
    public static void Delete(IEnumerable<string> rows)
    {
        foreach (var path in rows)
        {
            File.Delete(path);
            File.Delete(Triggers(path));
        }
    }

    /// <summary>Deletes what a crash left: halves of files.</summary>
    public void Clean()
    {
        if (!Directory.Exists(folder)) return;
        foreach (var half in Directory.EnumerateFiles(folder, "*" + Temporary)) File.Delete(half);
    }

    void Write(IReadOnlyList<KeptStride> strides)
    {
        Directory.CreateDirectory(folder);
        var span = new Segment(strides[0].Span.Start, strides[^1].Span.End);
        var rows = Path.Combine(folder, $"{prefix}{RowsSuffix}-{span.Start}-{GpsSeconds.Format(span.Duration)}.parquet");
        var triggers = Triggers(rows);
        ArchiveFile.Write(rows + Temporary, triggers + Temporary, settings, strides, withFeatures);
        // The file of rows says that both are there: it comes last.
        foreach (var path in new[] { triggers, rows })
        {
            if (!File.Exists(path + Temporary)) continue;
            using (var file = new FileStream(path + Temporary, FileMode.Open, FileAccess.ReadWrite)) file.Flush(flushToDisk: true);
            File.Move(path + Temporary, path, overwrite: true);
        }
        FolderFlush.Flush(folder);
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
