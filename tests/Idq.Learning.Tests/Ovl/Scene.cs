namespace Idq.Learning.Tests.Ovl;

/// <summary>A hundred seconds with triggers put where a test wants them; times in seconds after the start.</summary>
sealed class Scene
{
    const long Start = 1_000_000_000;
    readonly List<(string Channel, double Time, double Significance)> triggers = [];
    readonly List<double> glitches = [];

    public SegmentList Segments { get; private set; } = SegmentList.Of(Segment.FromSeconds(Start, Start + 100));

    public static long Nanoseconds(double time) => Start * GpsTime.NanosecondsPerSecond + (long)Math.Round(time * 1e9);

    public static SegmentList Stretch(double from, double to) =>
        SegmentList.Of(new Segment(new GpsTime(Nanoseconds(from)), new GpsTime(Nanoseconds(to))));

    public Scene Glitches(params double[] times)
    {
        glitches.AddRange(times);
        return this;
    }

    public Scene Triggers(string channel, double significance, params double[] times)
    {
        triggers.AddRange(times.Select(t => (channel, t, significance)));
        return this;
    }

    public Scene Within(SegmentList segments)
    {
        Segments = segments;
        return this;
    }

    /// <summary>All of the scene, or the part of it that a view with padding would have.</summary>
    public Quiver Quiver(SegmentList? part = null, double padding = 100)
    {
        var segments = part is null ? Segments : Segments & part;
        var span = Segment.FromSeconds(Start, Start + 100);
        if (part is not null) span = new Segment(part.Extent.Start - (long)(padding * 1e9), part.Extent.End + (long)(padding * 1e9));
        var channels = new ChannelDictionary(triggers.Select(t => t.Channel));
        var builder = new EventTableBuilder(channels, ["other", "snr"]);
        foreach (var (channel, time, significance) in triggers) builder.Add(channels.Find(channel), Nanoseconds(time), [-1, significance]);
        var inside = glitches.Select(Nanoseconds).Where(t => segments.Contains(new GpsTime(t)));
        return Samples.Of(new ClassifierData(builder.Build(span, SegmentList.Of(span)), segments), segments, inside, []);
    }

    /// <summary>One threshold, one window of half a second, minima that nearly everything passes.</summary>
    public static OvlOptions Options(
        OvlMetric metric = OvlMetric.EffByDt,
        OvlMinima? minima = null,
        int runs = 2,
        int incremental = 1000,
        bool optimize = false,
        double[]? thresholds = null,
        long[]? windows = null
    ) =>
        new(
            "snr",
            thresholds: thresholds ?? [20],
            windows: windows ?? [500_000_000],
            metric: metric,
            minima: minima ?? new OvlMinima(0, 0.9999999),
            numRecalculate: runs,
            incremental: incremental,
            optimize: optimize
        );

    public OvlModel Train(OvlOptions? options = null) =>
        (OvlModel)new OvlClassifier("ovl", options ?? Options()).Train(Quiver(), null, default).Model!;
}
