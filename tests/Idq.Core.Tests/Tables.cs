namespace Idq.Core.Tests;

/// <summary>Event tables of random triggers for tests.</summary>
static class Tables
{
    public const long Second = GpsTime.NanosecondsPerSecond;

    /// <summary>Columns significance and frequency; times on a grid of <paramref name="step"/> so that ties and edges happen.</summary>
    public static EventTable Random(ulong seed, int channels, Segment span, int eventsPerChannel, long step = 1, int loudnesses = 5)
    {
        var names = new ChannelDictionary(Enumerable.Range(0, channels).Select(c => $"C{c:D3}"));
        var builder = new EventTableBuilder(names, ["significance", "frequency"]);
        for (var c = 0; c < channels; c++)
        {
            var random = new CounterRandom(seed, 77, c);
            for (var i = 0; i < eventsPerChannel; i++)
            {
                var time = span.Start.Nanoseconds + random.NextLong(span.Duration / step) * step;
                builder.Add(c, time, [random.NextLong(loudnesses), random.NextDouble() * 2000]);
            }
        }
        return builder.Build(span, SegmentList.Of(span));
    }

    /// <summary>One channel "T" with triggers (time, significance).</summary>
    public static EventTable Target(Segment span, params (long Time, double Significance)[] triggers)
    {
        var builder = new EventTableBuilder(new ChannelDictionary(["T"]), ["significance"]);
        foreach (var (time, significance) in triggers) builder.Add(0, time, [significance]);
        return builder.Build(span, SegmentList.Of(span));
    }

    public static Segment Span(long seconds) => new(new GpsTime(0), new GpsTime(seconds * Second));
}
