using FsCheck.Fluent;

namespace Idq.Core.Tests.Samples;

public sealed class SampleTimesTests
{
    const long Second = Tables.Second;

    static readonly SampleDefinition Definition = new(
        "C000", [new("significance", 3, double.PositiveInfinity)], [new("significance", 2, double.PositiveInfinity)], Second / 10, 2, 11);

    [Fact]
    public void Samples_do_not_depend_on_how_the_range_is_cut() =>
        (from seed in Gen.Choose(0, 100_000)
         from cuts in Generators.Cuts(60 * Second)
         from segments in Generators.BoundedLists(Second / 2, 120)
         select (seed, cuts, segments)).Check(x =>
        {
            var span = Tables.Span(60);
            var table = Tables.Random((ulong)x.seed, 1, span, 80, Second / 20);
            var whole = SampleTimes.Draw(new ClassifierData(table, x.segments), span, Definition);

            var parts = new List<SampleTimes>();
            for (var i = 1; i < x.cuts.Length; i++)
            {
                var stride = new Segment(new GpsTime(x.cuts[i - 1]), new GpsTime(x.cuts[i]));
                var padded = table.Slice(stride.Protract(Definition.DirtyWindow).Intersection(span)!.Value);
                parts.Add(SampleTimes.Draw(new ClassifierData(padded, x.segments), stride, Definition));
            }
            Assert.Equal(whole.Times, parts.SelectMany(p => p.Times));
            Assert.Equal(whole.Labels, parts.SelectMany(p => p.Labels));
            Assert.Equal(whole.Segments, parts.Aggregate(SegmentList.Empty, (sum, p) => sum | p.Segments));
            Assert.Equal(whole.CleanSegments, parts.Aggregate(SegmentList.Empty, (sum, p) => sum | p.CleanSegments));
            Assert.Equal(whole.Candidates, parts.Sum(p => p.Candidates));
        });

    [Fact]
    public void No_clean_time_lies_in_a_dirty_window_and_all_others_are_kept()
    {
        var span = Tables.Span(500);
        var data = new ClassifierData(Tables.Random(5, 1, span, 300), SegmentList.Of(span));
        var samples = SampleTimes.Draw(data, span, Definition);
        var dirty = DirtySegments.Find(data, Definition);
        var cleans = samples.Times.Where((_, i) => samples.Labels[i] == Label.Clean).ToArray();
        Assert.Equal(RandomTimes.Draw(SegmentList.Of(span), 2, 11).Where(t => !dirty.Contains(new GpsTime(t))), cleans);
        Assert.NotEmpty(cleans);
        Assert.Equal(span.Duration - (dirty & SegmentList.Of(span)).Livetime, samples.CleanSegments.Livetime);
    }

    [Fact]
    public void Times_ascend_and_every_glitch_is_a_target_time()
    {
        var span = Tables.Span(100);
        var data = new ClassifierData(
            Tables.Random(6, 1, span, 300),
            SegmentList.Coalesce(Segment.FromSeconds(3, 50), Segment.FromSeconds(60, 90))
        );
        var samples = SampleTimes.Draw(data, span, Definition);
        Assert.Equal(samples.Times.Order(), samples.Times);
        var glitches = data.Segments.Keep(TargetTimes.Candidates(data, Definition));
        Assert.Equal(glitches, samples.Times.Where((_, i) => samples.Labels[i] == Label.Glitch));
        Assert.All(samples.Times, t => Assert.True(data.Segments.Contains(new GpsTime(t))));
    }

    [Fact]
    public void Labelled_rows_are_sorted_cut_and_glitches_come_first_at_ties()
    {
        var segments = SegmentList.Of(new(new GpsTime(10), new GpsTime(20)));
        var samples = SampleTimes.FromLabels([19, 12, 10, 12, 20, 5], [0, 0, 1, 1, 1, 0], segments);
        Assert.Equal([10, 12, 12, 19], samples.Times);
        Assert.Equal([1, 1, 0, 0], samples.Labels);
        Assert.Equal(3, samples.Candidates);
        Assert.Equal(segments, samples.CleanSegments);
    }

    [Fact]
    public void Labels_and_times_must_be_parallel() =>
        Assert.Throws<ArgumentException>(() => SampleTimes.FromLabels([1, 2], [1], SegmentList.All));

    [Fact]
    public void Weights_are_one_until_samples_are_thinned() =>
        Assert.Equal([1, 1], SampleTimes.FromLabels([1, 2], [1, 0], SegmentList.All).Weights);

    [Fact]
    public void Dirty_segments_are_the_surroundings_of_loud_triggers() =>
        (from seed in Gen.Choose(0, 100_000) from window in Gen.Choose(0, 12) select (seed, (long)window)).Check(x =>
        {
            var table = Tables.Random((ulong)x.seed, 1, new(new(0), new(300)), 25);
            var dirty = DirtySegments.Find(new(table, SegmentList.Empty), Definition with { DirtyWindow = x.Item2 });
            var run = table.Run(0);
            var loud = Enumerable.Range(0, run.Count).Where(i => run.Column(0)[i] >= 2).Select(i => run.Times[i]).ToArray();
            for (var t = -20L; t < 320; t++)
                Assert.Equal(loud.Any(l => l - x.Item2 <= t && t < l + x.Item2), dirty.Contains(new GpsTime(t)));
        });

    [Fact]
    public void A_glitch_may_lie_in_a_dirty_window_and_a_clean_time_outside_the_segments_never_is_drawn()
    {
        var span = Tables.Span(50);
        var table = Tables.Target(span, (10 * Second, 9), (10 * Second + 1, 9));
        var definition = new SampleDefinition("T", [new("significance", 8, 10)], [new("significance", 5, 10)], Second, 50, 3);
        var segments = SegmentList.Coalesce(Segment.FromSeconds(8, 12), Segment.FromSeconds(20, 21));
        var samples = SampleTimes.Draw(new(table, segments), span, definition);
        Assert.Equal([10 * Second, 10 * Second + 1], samples.Times.Where((_, i) => samples.Labels[i] == Label.Glitch));
        Assert.Equal(5 * Second - 2 * Second - 1, samples.CleanSegments.Livetime);
        Assert.All(
            samples.Times.Where((_, i) => samples.Labels[i] == Label.Clean),
            t => Assert.True(samples.CleanSegments.Contains(new GpsTime(t)))
        );
        Assert.InRange(samples.Count, 80, 230);
    }

    [Fact]
    public void A_stride_outside_the_data_has_no_samples()
    {
        var data = new ClassifierData(Tables.Random(1, 1, Tables.Span(10), 50), SegmentList.All);
        var samples = SampleTimes.Draw(data, Segment.FromSeconds(20, 30), Definition);
        Assert.Equal((0, 0), (samples.Count, samples.Candidates));
        Assert.True(samples.Segments.IsEmpty && samples.CleanSegments.IsEmpty);
    }

    [Fact]
    public void An_empty_label_table_gives_no_samples()
    {
        var samples = SampleTimes.FromLabels([], [], SegmentList.All);
        Assert.Empty(samples.Times);
        Assert.Empty(samples.Weights);
        Assert.Same(samples, samples.Thin(1, 0));
    }
}
