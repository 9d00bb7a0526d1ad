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
}
