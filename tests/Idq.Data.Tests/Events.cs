namespace Idq.Data.Tests;

/// <summary>Event tables as comparable values.</summary>
static class Events
{
    /// <summary>Every event as channel, time and values (NaN equal to NaN), in the order of the table.</summary>
    public static List<string> Of(EventTable table, params string[] columns)
    {
        var wanted = (columns.Length > 0 ? columns : [.. table.Columns]).Select(table.FindColumn).ToArray();
        var events = new List<string>();
        for (var channel = 0; channel < table.Channels.Count; channel++)
        {
            var run = table.Run(channel);
            for (var i = 0; i < run.Count; i++)
                events.Add(
                    $"{table.Channels[channel]} {run.Times[i]} "
                        + string.Join(' ', wanted.Select(c => c < 0 ? "-" : $"{table.Column(c)[table.Offsets[channel] + i]:R}")));
        }
        return events;
    }

    public static EventTable Read(IEventSource source, Segment span) =>
        source.ReadAsync(span, CancellationToken.None).AsTask().GetAwaiter().GetResult();
}
