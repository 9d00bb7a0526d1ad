namespace Idq.Learning.Tests.Ovl;

/// <summary>
/// Small data by chance: a few channels, of which some follow the glitches, in a few segments, on a coarse time grid so that edges meet.
/// </summary>
static class RandomRun
{
    public static Quiver Make(ulong seed, int channelCount = 5, int glitchCount = 30, int noise = 25, bool shuffled = false)
    {
        var random = new CounterRandom(seed, 1, 0);
        var span = Segment.FromSeconds(1_000_000_000, 1_000_000_040);
        long Time() => span.Start.Nanoseconds + random.NextLong(40_000) * 1_000_000;

        var segments = SegmentList.Coalesce(Enumerable.Range(0, 3).Select(_ => new Segment(new GpsTime(Time()), new GpsTime(Time()))))
            | SegmentList.Of(Segment.FromSeconds(1_000_000_003, 1_000_000_030));
        var glitches = Enumerable.Range(0, glitchCount).Select(_ => Time()).Where(t => segments.Contains(new GpsTime(t))).Order().ToArray();
        var cleans = Enumerable.Range(0, 20).Select(_ => Time()).Where(t => segments.Contains(new GpsTime(t))).ToArray();
        var channels = new ChannelDictionary(Enumerable.Range(0, channelCount).Select(c => $"AUX{c}"));
        var events = new List<(int Channel, long Time, double Significance)>();
        double Significance() => random.NextLong(8) is var s && s == 0 ? double.NaN : 10 * s;
        for (var c = 0; c < channelCount; c++)
        {
            foreach (var glitch in glitches)
                if (random.NextDouble() < 0.25 * c) events.Add((c, glitch + (random.NextLong(60) - 30) * 1_000_000, Significance()));
            for (var i = 0; i < noise; i++) events.Add((c, Time(), Significance()));
        }
        if (shuffled) events = events.OrderBy(e => CounterRandom.Mix(unchecked((ulong)e.Time) + (ulong)e.Channel)).ToList();
        var builder = new EventTableBuilder(channels, ["snr"]);
        foreach (var (channel, time, significance) in events) builder.Add(channel, time, [significance]);
        return Samples.Of(new ClassifierData(builder.Build(span, SegmentList.Of(span)), segments), segments, glitches, cleans);
    }

    public static OvlOptions Options(
        OvlMetric metric = OvlMetric.EffByDt,
        bool optimize = false,
        int runs = 4,
        int incremental = 1000,
        OvlMode mode = OvlMode.Scratch
    ) =>
        new(
            "snr",
            exclude: ["AUX9"],
            thresholds: [20, 30, 40, 50, 60],
            windows: [5_000_000, 20_000_000, 60_000_000, 200_000_000],
            metric: metric,
            minima: new OvlMinima(1, 0.5),
            numRecalculate: runs,
            incremental: incremental,
            optimize: optimize,
            minimumThresholds: new Dictionary<string, double> { ["AUX1"] = 40 },
            mode: mode
        );
}
