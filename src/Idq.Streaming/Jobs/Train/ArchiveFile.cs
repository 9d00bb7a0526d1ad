using System.Buffers;
using Idq.Data.Parquet;

namespace Idq.Streaming;

/// <summary>
/// Strides of training as two Parquet files: rows with their features, and triggers. What belongs to a stride as a whole is in
/// <see cref="ArchiveHead"/>. docs/data-formats.md describes the columns.
/// </summary>
static class ArchiveFile
{
    /// <summary>Writes strides.</summary>
    /// <param name="rowsPath">Where the rows go.</param>
    /// <param name="triggersPath">Where the triggers go; no file is written when there are none.</param>
    /// <param name="settings">What the rows were made by.</param>
    /// <param name="strides">In time order, at least one.</param>
    /// <param name="withFeatures">True when the rows have features.</param>
    public static void Write(
        string rowsPath, string triggersPath, string settings, IReadOnlyList<KeptStride> strides, bool withFeatures)
    {
        var rows = strides.Select(s => s.Rows).ToArray();
        var tables = strides.Select(s => s.Data.Data.Table).ToArray();
        var channels = tables.Select(t => t.Channels).Distinct().Aggregate((all, more) => all.Union(more));
        var features = withFeatures ? FeatureMatrix.Concatenate([.. rows.Select(r => r.Features)]) : null;
        using var digest = new ArchiveDigest();
        var columns = new List<ParquetColumn>
        {
            ParquetColumn.Longs("time_ns", digest.Add(rows.SelectMany(q => q.Times).ToArray())),
            ParquetColumn.Bytes("label", digest.Add(rows.SelectMany(q => q.Labels).ToArray())),
            ParquetColumn.Doubles("weight", digest.Add(rows.SelectMany(q => q.Weights).ToArray())),
            ParquetColumn.Bytes("blind", digest.Add(rows.SelectMany(q => q.Blind).ToArray())),
        };
        if (features is not null)
        {
            columns.Add(Lists("features", features.Rows, features.Names.Count, (row, f) => features[row, f], digest));
            columns.Add(Lists("present", features.Rows, features.Channels.Count, (row, c) => features.Present(c)[row], digest));
        }
        if (tables.Any(t => t.Count > 0)) WriteTriggers(triggersPath, tables, channels, digest);
        var head = new ArchiveHead(
            ArchiveHead.Current, settings, features?.Names, features?.Channels, tables[0].Columns, channels.Names,
            [.. strides.Select(ArchivedStride.Of)], digest.ToString());
        ParquetFile.Write(rowsPath, columns, head.ToMetadata());
    }

    /// <summary>Reads strides; none when they were made by other settings.</summary>
    /// <param name="rowsPath">Where the rows are.</param>
    /// <param name="triggersPath">Where the triggers are.</param>
    /// <param name="settings">What the rows must have been made by.</param>
    /// <param name="known">The channels of the source by now.</param>
    /// <param name="layout">The features as they are now; null when no classifier looks at them.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DataException">A file is missing or damaged, or a value is not what was written.</exception>
    public static IEnumerable<KeptStride> Read(
        string rowsPath, string triggersPath, string settings, ChannelDictionary known, FeatureLayout? layout,
        CancellationToken cancellationToken)
    {
        using var file = new ParquetFileReader(rowsPath);
        var head = ArchiveHead.Of(file.Metadata, rowsPath);
        if (head.Settings != settings) yield break;
        using var digest = new ArchiveDigest();
        T[] Rows<T>(string column) where T : unmanaged => digest.Add(Column<T>(file, column, cancellationToken));
        var (times, labels) = (Rows<long>("time_ns"), Rows<byte>("label"));
        var (weights, blind) = (Rows<double>("weight"), Rows<byte>("blind"));
        var (width, channels) = (head.Features?.Count ?? 0, head.FeatureChannels?.Count ?? 0);
        var features = layout is null ? [] : digest.Add(Lists(file, "features", width, cancellationToken));
        var present = layout is null ? [] : digest.Add(Lists(file, "present", channels, cancellationToken));
        var triggers = Triggers(triggersPath, head, digest, cancellationToken);
        if (head.Sha256 is { } written && written != digest.ToString()) throw ArchiveHead.Changed(rowsPath);
        var tables = Tables(triggers, head, known);
        var at = 0;
        foreach (var (stride, table) in head.Strides.Zip(tables))
        {
            var own = at..(at += stride.Rows);
            Range Wide(int n) => (own.Start.Value * n)..(own.End.Value * n);
            var matrix = layout?.Matrix(stride.Rows, head, features.AsSpan(Wide(width)), present.AsSpan(Wide(channels)));
            yield return KeptStride.Of(
                new Stride(0, stride.Span), table, ArchivedStride.Segments(stride.Good), ArchivedStride.Segments(stride.Clean), times[own],
                labels[own], weights[own], blind[own], matrix);
        }
    }

    static void WriteTriggers(string path, EventTable[] tables, ChannelDictionary channels, ArchiveDigest digest)
    {
        var count = tables.Sum(t => t.Count);
        var (times, ids) = (new long[count], new long[count]);
        var values = tables[0].Columns.Select(_ => new double[count]).ToArray();
        var at = 0;
        foreach (var table in tables)
        {
            for (var channel = 0; channel < table.Channels.Count; channel++)
            {
                var run = table.Run(channel);
                if (run.Count == 0) continue;
                run.Times.CopyTo(times.AsSpan(at));
                ids.AsSpan(at, run.Count).Fill(channels.Find(table.Channels[channel]));
                for (var c = 0; c < values.Length; c++) run.Column(c).CopyTo(values[c].AsSpan(at));
                at += run.Count;
            }
        }
        ParquetFile.Write(
            path, [ParquetColumn.Longs("time_ns", digest.Add(times)), ParquetColumn.Longs("channel", digest.Add(ids)),
            .. values.Select((v, c) => ParquetColumn.Doubles("column_" + tables[0].Columns[c], digest.Add(v)))]);
    }

    static (long[] Times, long[] Channels, double[][] Values) Triggers(
        string path, ArchiveHead head, ArchiveDigest digest, CancellationToken cancellationToken)
    {
        if (head.Strides.All(s => s.Triggers == 0)) return ([], [], [.. head.Columns.Select(_ => Array.Empty<double>())]);
        using var file = new ParquetFileReader(path);
        var times = digest.Add(Column<long>(file, "time_ns", cancellationToken));
        var ids = digest.Add(Column<long>(file, "channel", cancellationToken));
        var values = head.Columns.Select(c => digest.Add(Column<double>(file, "column_" + c, cancellationToken))).ToArray();
        if (head.Strides.Sum(s => (long)s.Triggers) != times.Length)
            throw new DataException($"'{path}' does not hold the triggers that its rows say; remove both files");
        return (times, ids, values);
    }

    static EventTable[] Tables((long[] Times, long[] Channels, double[][] Values) triggers, ArchiveHead head, ChannelDictionary known)
    {
        var (times, ids, values) = triggers;
        var channels = known.Union(new ChannelDictionary(head.Channels));
        var to = head.Channels.Select(channels.Find).ToArray();
        var tables = new EventTable[head.Strides.Count];
        for (int i = 0, at = 0; i < tables.Length; i++)
        {
            var own = at..(at += head.Strides[i].Triggers);
            var offsets = new int[channels.Count + 1];
            foreach (var id in ids.AsSpan(own)) offsets[to[id] + 1]++;
            for (var c = 0; c < channels.Count; c++) offsets[c + 1] += offsets[c];
            var padded = head.Strides[i].Padded;
            tables[i] = EventTable.FromRuns(
                padded, SegmentList.Of(padded), channels, head.Columns, times[own], [.. values.Select(v => v[own])], offsets);
        }
        return tables;
    }

    static ParquetColumn Lists(string name, int rows, int width, Func<int, int, double> value, ArchiveDigest digest)
    {
        var values = new double[checked(rows * width)];
        for (var row = 0; row < rows; row++)
            for (var i = 0; i < width; i++) values[row * width + i] = value(row, i);
        return ParquetColumn.DoubleLists(name, rows, width, digest.Add(values));
    }

    static double[] Lists(ParquetFileReader file, string name, int width, CancellationToken cancellationToken)
    {
        var values = new ArrayBufferWriter<double>();
        file.ReadLists(name, width, values, cancellationToken);
        return values.WrittenSpan.ToArray();
    }

    static T[] Column<T>(ParquetFileReader file, string name, CancellationToken cancellationToken) where T : unmanaged
    {
        var values = new ArrayBufferWriter<T>();
        file.Read(name, values, cancellationToken);
        return values.WrittenSpan.ToArray();
    }
}
