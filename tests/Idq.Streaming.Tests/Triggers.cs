namespace Idq.Streaming.Tests;

/// <summary>Event tables for tests.</summary>
static class Triggers
{
    public const string Target = "H1:TARGET", Witness = "H1:WITNESS";

    public static IReadOnlyList<string> Columns { get; } = ["snr", "frequency"];

    /// <summary>Random triggers in the target, a witness and some bystanders, on a grid of milliseconds so that ties happen.</summary>
    public static EventTable Random(Segment span, ulong seed = 1, int bystanders = 3, double rate = 1)
    {
        var names = new ChannelDictionary(Enumerable.Range(0, bystanders).Select(c => $"H1:AUX_{c}").Append(Target).Append(Witness));
        var builder = new EventTableBuilder(names, Columns);
        for (var channel = 0; channel < names.Count; channel++)
        {
            var random = new CounterRandom(seed, 99, channel);
            for (var i = 0; i < rate * span.Duration / Gps.Second; i++)
                builder.Add(
                    channel,
                    span.Start.Nanoseconds + random.NextLong(span.Duration / 1_000_000) * 1_000_000,
                    [4 + 16 * random.NextDouble(), 16 + 2000 * random.NextDouble()]
                );
        }
        return builder.Build(span, SegmentList.Of(span));
    }

    /// <summary>Given triggers; the channels are those of the triggers and the target.</summary>
    public static EventTable Of(Segment span, params (string Channel, double Time, double Snr)[] triggers)
    {
        var names = new ChannelDictionary(triggers.Select(t => t.Channel).Append(Target));
        var builder = new EventTableBuilder(names, Columns);
        foreach (var (channel, time, snr) in triggers) builder.Add(names.Find(channel), Gps.At(time).Nanoseconds, [snr, 100]);
        return builder.Build(span, SegmentList.Of(span));
    }

    /// <summary>Every event as a comparable line, in the order of the table.</summary>
    public static List<string> Lines(this EventTable table)
    {
        var lines = new List<string>(table.Count);
        for (var channel = 0; channel < table.Channels.Count; channel++)
        {
            var run = table.Run(channel);
            for (var i = 0; i < run.Count; i++)
            {
                var row = i;
                lines.Add(
                    $"{table.Channels[channel]} {run.Times[i]} "
                        + string.Join(' ', table.Columns.Select((_, c) => table.Run(channel).Column(c)[row].ToString("R")))
                );
            }
        }
        return lines;
    }
}
