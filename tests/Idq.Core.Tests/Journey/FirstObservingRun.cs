namespace Idq.Core.Tests.Journey;

/// <summary>Real events: earthquakes in three seismometers, the losses of lock as a target, and the locked segments.</summary>
static class FirstObservingRun
{
    public static string[] Seismometers { get; } = ["H1:ISI-GND_STS_HAM2_X", "H1:ISI-GND_STS_HAM2_Y", "H1:ISI-GND_STS_HAM2_Z"];

    public static (EventTable Table, SegmentList Locked) Load()
    {
        var locked = SegmentList.Coalesce(Lines("segments.txt").Where(l => !l.StartsWith('#')).Select(l => l.Split(' '))
            .Select(f => Segment.FromSeconds(long.Parse(f[1]), long.Parse(f[2]))));
        var channels = new ChannelDictionary([.. Seismometers, "H1:LOCK_LOSS"]);
        var builder = new EventTableBuilder(channels, ["amplitude"]);
        foreach (var file in new[] { "triggers.csv", "losses.csv" })
            foreach (var f in Lines(file).Skip(1).Select(l => l.Split(',')))
                builder.Add(channels.Find(f[1]), GpsTime.Parse(f[0]).Nanoseconds, [double.Parse(f[2])]);
        var span = locked.Extent.Protract(86_400 * GpsTime.NanosecondsPerSecond);
        return (builder.Build(span, SegmentList.Of(span)), locked);
    }

    static IEnumerable<string> Lines(string file) => File.ReadLines(SharedData.Path("lockloss-h1-o1/" + file));
}
