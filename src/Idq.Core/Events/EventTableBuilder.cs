using System.Runtime.InteropServices;

namespace Idq;

/// <summary>Collects events in any order and makes an <see cref="EventTable"/> of them, by a stable sort on channel and time.</summary>
/// <remarks>Linear in the events when each channel's events are added in time order. One builder makes one table.</remarks>
public sealed class EventTableBuilder
{
    readonly ChannelDictionary channels;
    readonly IReadOnlyList<string> columnNames;
    readonly List<int> channelIds = [];
    readonly List<long> times = [];
    readonly List<double>[] columns;

    /// <summary>A builder for the channels and the feature columns (without the time) of a source.</summary>
    public EventTableBuilder(ChannelDictionary channels, IReadOnlyList<string> columns)
    {
        (this.channels, columnNames) = (channels, columns);
        this.columns = columns.Select(_ => new List<double>()).ToArray();
    }

    /// <summary>Number of events so far.</summary>
    public int Count => times.Count;

    /// <summary>Adds one event; <paramref name="values"/> has one value a column.</summary>
    public void Add(int channel, long time, ReadOnlySpan<double> values)
    {
        channelIds.Add(channel);
        times.Add(time);
        for (var c = 0; c < columns.Length; c++) columns[c].Add(values[c]);
    }

    /// <summary>Adds events of many channels given as parallel columns.</summary>
    public void AddRange(ReadOnlySpan<int> channel, ReadOnlySpan<long> time, params ReadOnlySpan<double[]> values)
    {
        channelIds.AddRange(channel);
        times.AddRange(time);
        for (var c = 0; c < columns.Length; c++) columns[c].AddRange(values[c].AsSpan(0, time.Length));
    }

    /// <summary>The table over a span. Events outside the span are left out.</summary>
    public EventTable Build(Segment span, Delivery delivered)
    {
        var ids = CollectionsMarshal.AsSpan(channelIds);
        var time = CollectionsMarshal.AsSpan(times);
        var offsets = new int[channels.Count + 1];
        for (var i = 0; i < ids.Length; i++)
            if (span.Contains(new GpsTime(time[i]))) offsets[ids[i] + 1]++;
        for (var c = 0; c < channels.Count; c++) offsets[c + 1] += offsets[c];

        var total = offsets[^1];
        var order = GC.AllocateUninitializedArray<int>(total);
        var sorted = GC.AllocateUninitializedArray<long>(total);
        var next = offsets.AsSpan(0, channels.Count).ToArray();
        for (var i = 0; i < ids.Length; i++)
        {
            if (!span.Contains(new GpsTime(time[i]))) continue;
            var at = next[ids[i]]++;
            order[at] = i;
            sorted[at] = time[i];
        }
        for (var c = 0; c < channels.Count; c++)
            SortRun(sorted.AsSpan(offsets[c]..offsets[c + 1]), order.AsSpan(offsets[c]..offsets[c + 1]));

        var values = new double[columns.Length][];
        for (var c = 0; c < values.Length; c++)
        {
            var from = CollectionsMarshal.AsSpan(columns[c]);
            var to = values[c] = GC.AllocateUninitializedArray<double>(total);
            for (var i = 0; i < total; i++) to[i] = from[order[i]];
        }
        return new(span, delivered.Clip(span), channels, columnNames, sorted, values, offsets);
    }

    // Sorted input is the rule and costs one pass; otherwise sort by (time, order of arrival) so that ties are stable.
    static void SortRun(Span<long> times, Span<int> order)
    {
        var isSorted = true;
        for (var i = 1; i < times.Length && isSorted; i++) isSorted = times[i - 1] <= times[i];
        if (isSorted) return;
        var keys = new (long Time, int Order)[times.Length];
        for (var i = 0; i < keys.Length; i++) keys[i] = (times[i], order[i]);
        Array.Sort(keys);
        for (var i = 0; i < keys.Length; i++) (times[i], order[i]) = keys[i];
    }
}
