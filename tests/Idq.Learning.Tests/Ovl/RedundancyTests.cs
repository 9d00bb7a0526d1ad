namespace Idq.Learning.Tests.Ovl;

public sealed class RedundancyTests
{
    static readonly Segment Span = Segment.FromSeconds(100, 200);

    static IReadOnlyList<Redundancy> Of(params (string Channel, double Seconds)[] triggers)
    {
        var segments = SegmentList.Of(Span);
        var channels = new ChannelDictionary(["A", "B"]);
        var builder = new EventTableBuilder(channels, ["snr"]);
        foreach (var (channel, seconds) in triggers) builder.Add(channels.Find(channel), GpsTime.FromSeconds(seconds).Nanoseconds, [50]);
        var row = new OvlRow(new("A", 20, 1_000_000_000), default, 0, 0, default);
        var model = new OvlModel(
            new(Span, segments, 1, 0),
            "snr",
            OvlMetric.EffByDt,
            [row, row with { Configuration = row.Configuration with { Channel = "B" } }]
        );
        return Redundancy.Of(model, new ClassifierData(builder.Build(Span, segments), segments));
    }

    [Fact]
    public void Lines_that_veto_the_same_time_overlap_wholly()
    {
        var pair = Assert.Single(Of(("A", 150), ("B", 150)));
        Assert.Equal(1, pair.Overlap);
        Assert.Equal(2_000_000_000, pair.Both);
        Assert.Equal(2.0 * 100 / (2 * 2), pair.Independence, 1e-12);
    }

    [Fact]
    public void The_overlap_is_divided_by_the_union()
    {
        var pair = Assert.Single(Of(("A", 150), ("B", 151)));
        Assert.Equal(1.0 / 3, pair.Overlap, 1e-12);
        Assert.Equal(1.0 * 100 / (2 * 2), pair.Independence, 1e-12);
    }

    [Fact]
    public void Lines_that_share_nothing_or_veto_nothing_have_zeros()
    {
        Assert.Equal((0, 0), Assert.Single(Of(("A", 120), ("B", 150))) is var apart ? (apart.Overlap, apart.Independence) : default);
        Assert.Equal((0, 0), Assert.Single(Of(("A", 120))) is var silent ? (silent.Overlap, silent.Independence) : default);
    }
}
