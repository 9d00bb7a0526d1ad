using FsCheck;
using FsCheck.Fluent;

namespace Idq.Core.Tests.Features;

public sealed class QuiverTests
{
    static readonly Segment Span = new(new GpsTime(0), new GpsTime(100));
    static readonly FeatureDefinition Definition = new("significance", 3, Selection.Loudest, [new("T", "significance")]);

    static SampleTimes Samples(params long[] times) =>
        SampleTimes.FromLabels(times, times.Select(t => (byte)(t % 2)).ToArray(), SegmentList.Of(Span));

    [Fact]
    public void Features_are_made_on_first_use()
    {
        var data = new ClassifierData(Tables.Target(Span, (10, 4)), SegmentList.All);
        var quiver = new QuiverFactory(Definition).Make(data, Samples(10, 51));
        Assert.Equal([4, double.NaN], quiver.Features.Column(0).ToArray());
        Assert.Equal(4, quiver.Features[0, 0]);
        Assert.Same(quiver.Features, quiver.Features);
    }

    [Fact]
    public void A_quiver_counts_its_classes_and_carries_its_weights()
    {
        var data = new ClassifierData(Tables.Target(Span, (10, 4)), SegmentList.All);
        var samples = Samples(Enumerable.Range(0, 100).Select(t => (long)t).ToArray()).Thin(20, 1);
        var quiver = new QuiverFactory(Definition).Make(data, samples);
        Assert.Equal(20, quiver.Count);
        Assert.Equal(samples.Labels.Count(l => l == Label.Glitch), quiver.GlitchCount);
        Assert.Equal(quiver.Count, quiver.GlitchCount + quiver.CleanCount);
        Assert.Equal(5, quiver.Weights[7]);
    }

    [Fact]
    public void Concatenated_quivers_are_the_quiver_of_all_rows()
    {
        var data = new ClassifierData(Tables.Target(Span, (10, 4), (49, 2), (52, 3)), SegmentList.All);
        var factory = new QuiverFactory(Definition);
        var whole = factory.Make(data, Samples(9, 47, 50, 51));
        var joined = Quiver.Concatenate([factory.Make(data, Samples(9, 47)), factory.Make(data, Samples(50, 51))], data);
        Assert.Equal(whole.Times, joined.Times);
        Assert.Equal(whole.Labels, joined.Labels);
        Assert.Equal(whole.Weights, joined.Weights);
        Assert.Equal(whole.Segments, joined.Segments);
        Assert.Equal(whole.Features.Column(0).ToArray(), joined.Features.Column(0).ToArray());
        Assert.Equal(whole.Features.Present(0).ToArray(), joined.Features.Present(0).ToArray());
    }

    [Fact]
    public void Rows_must_be_parallel()
    {
        var data = new ClassifierData(Tables.Target(Span), SegmentList.All);
        Assert.Throws<ArgumentException>(() =>
            new QuiverFactory(Definition).Make(data, SegmentList.All, SegmentList.All, [1, 2], [1], [1, 1])
        );
        Assert.Throws<ArgumentException>(() =>
            new QuiverFactory(Definition).Make(data, SegmentList.All, SegmentList.All, [1, 2], [1, 0], [1])
        );
    }

    [Fact]
    public void A_row_whose_window_reaches_into_undelivered_time_is_blind()
    {
        var delivered = SegmentList.Coalesce(new Segment(new(10), new(40)), new Segment(new(44), new(90)));
        var builder = new EventTableBuilder(new(["T"]), ["significance"]);
        var data = new ClassifierData(builder.Build(Span, delivered), SegmentList.All);
        long[] times = [12, 13, 36, 37, 42, 46, 47, 86, 87, 89];
        // [time - 3, time + 3] with both ends.
        byte[] blind = [1, 0, 0, 1, 1, 1, 0, 0, 1, 1];
        var quiver = new QuiverFactory(Definition).Make(data, Samples(times));
        Assert.Equal(blind, quiver.Blind);
        Assert.Equal(blind, quiver.Select(["T-*"]).Blind);
        Assert.Equal(blind.Concat(blind), Quiver.Concatenate([quiver, quiver], data).Blind);
        Assert.Equal([0, 1], new QuiverFactory(Definition, reach: 4).Make(data, Samples(14, 13, 80)).Blind.Order().Distinct());
        Assert.All(new QuiverFactory(Definition, reach: 0).Make(data, Samples(10, 39, 44, 89)).Blind, b => Assert.Equal(0, b));
    }

    [Fact]
    public void Whether_a_row_is_blind_is_what_a_look_at_every_instant_of_its_window_says() =>
        Prop.ForAll(
            (from edges in Gen.Choose(0, 100).ArrayOf(6) from reach in Gen.Choose(0, 9) select (edges, reach)).ToArbitrary(),
            t =>
            {
                var holes = SegmentList.Coalesce(t.edges.Order().Chunk(2).Select(e => new Segment(new(e[0]), new(e[1]))));
                var data = new ClassifierData(new EventTableBuilder(new(["T"]), ["significance"]).Build(Span, ~holes), SegmentList.All);
                var times = Enumerable.Range(t.reach, 100 - 2 * t.reach).Select(x => (long)x).ToArray();
                var quiver = new QuiverFactory(Definition, t.reach).Make(data, Samples(times));
                bool Sees(long time) => Enumerable.Range(-t.reach, 2 * t.reach + 1).All(d => !holes.Contains(new GpsTime(time + d)));
                Assert.Equal(quiver.Times.Select(time => Sees(time) ? (byte)0 : (byte)1), quiver.Blind);
            }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true));
}
