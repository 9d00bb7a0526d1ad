using FsCheck.Fluent;

namespace Idq.Streaming.Tests.Strides;

public sealed class StreamProcessorTests
{
    const long Padding = Gps.Second / 2;

    static readonly EventTable Table = Triggers.Random(Gps.Seg(-10, 110), seed: 5);

    static async Task<StrideData> LoadAsync(StreamProcessor processor, double start, double end) =>
        await processor.LoadAsync(Gps.Stride(start, end), CancellationToken.None);

    [Fact]
    public async Task A_stride_comes_with_the_triggers_of_a_margin_on_either_side()
    {
        using var input = new SharedInput(new FakeSource(Table));
        using var processor = new StreamProcessor(input, null, Padding);
        var stride = await LoadAsync(processor, 8, 16);
        Assert.Equal(Gps.Seg(7.5, 16.5), stride.Data.Span);
        Assert.Equal(Table.Slice(Gps.Seg(7.5, 16.5)).Lines(), stride.Data.Table.Lines());
        Assert.Equal(Gps.List((8, 16)), stride.Segments);
        Assert.Equal(stride.Segments, stride.Data.Segments);
        Assert.True(stride.Unknown.IsEmpty && (stride.Undelivered.Count == 0) && !stride.IsEmpty);
    }

    [Fact]
    public async Task Unknown_inactive_and_undelivered_are_three_things()
    {
        using var input = new SharedInput(new FakeSource(Table) { Available = ~Gps.List((4, 5)) });
        using var processor = new StreamProcessor(
            input,
            new FakeSegments(known: Gps.List((0, 8)), active: Gps.List((1, 6), (7, 10))),
            Padding
        );
        var stride = await LoadAsync(processor, 0, 10);
        Assert.Equal(Gps.List((1, 4), (5, 6), (7, 8)), stride.Segments);
        Assert.Equal(Gps.List((8, 10)), stride.Unknown);
        Assert.Equal(Gps.List((4, 5)), Assert.Single(stride.Undelivered).Value);
    }

    [Fact]
    public async Task Inactive_time_that_is_known_is_no_loss()
    {
        using var input = new SharedInput(new FakeSource(Table));
        using var processor = new StreamProcessor(input, new FakeSegments(SegmentList.All, SegmentList.Empty), Padding);
        var stride = await LoadAsync(processor, 0, 10);
        Assert.True(stride.IsEmpty && stride.Unknown.IsEmpty && (stride.Undelivered.Count == 0));
    }

    [Fact]
    public async Task What_is_missing_of_the_margin_costs_no_time_of_the_stride()
    {
        using var input = new SharedInput(new FakeSource(Table) { Available = Gps.List((0, 10)) });
        using var processor = new StreamProcessor(input, null, Padding);
        var stride = await LoadAsync(processor, 0, 10);
        Assert.Equal(Gps.List((0, 10)), stride.Segments);
        Assert.True((stride.Undelivered.Count == 0));
        Assert.Equal(Gps.List((-0.5, 0), (10, 10.5)), Assert.Single(stride.BlindMargins).Value);
    }

    [Fact]
    public async Task What_a_group_of_channels_lacks_of_the_margins_is_told_by_its_name()
    {
        var delivery = new Delivery(new Dictionary<string, SegmentList>
        {
            ["fast"] = SegmentList.All, ["slow"] = ~Gps.List((7.75, 8.25), (16.25, 18)), ["steady"] = ~Gps.List((10, 11)),
        });
        using var input = new SharedInput(new FakeSource(Table) { Groups = delivery });
        using var processor = new StreamProcessor(input, null, Padding);
        var stride = await LoadAsync(processor, 8, 16);
        Assert.Equal([("slow", Gps.List((7.75, 8), (16.25, 16.5)))], stride.BlindMargins.Select(g => (g.Key, g.Value)));
        Assert.Equal(Gps.List((8.25, 10), (11, 16)), stride.Segments);
    }

    [Theory]
    [InlineData(10.2, true)]
    [InlineData(12, false)]
    [InlineData(0, true)]
    public async Task The_margin_behind_a_stride_is_waited_for_until_the_delay_has_passed_for_it_too(double first, bool waits)
    {
        using var source = new FakeSource(Table) { Available = Gps.List((-10, first)) };
        source.Fails = _ =>
        {
            if (source.Reads.Count == 2) source.Available = SegmentList.All;
            return null;
        };
        using var input = new SharedInput(source);
        var clock = new FakeGpsClock(Gps.At(11));
        using var processor = new StreamProcessor(input, null, Padding, clock, delay: Gps.Second);
        var stride = await LoadAsync(processor, 0, 10);
        Assert.Equal(waits ? [Gps.At(11.5)] : [], clock.Waits);
        Assert.Empty(stride.BlindMargins);
        Assert.Equal(Table.Slice(Gps.Seg(-0.5, 10.5)).Lines(), stride.Data.Table.Lines());
    }

    [Fact]
    public async Task A_stride_that_is_late_waits_for_no_margin()
    {
        using var input = new SharedInput(new FakeSource(Table) { Available = Gps.List((-10, 10)) });
        var clock = new FakeGpsClock(Gps.At(11.5));
        using var processor = new StreamProcessor(input, null, Padding, clock, delay: Gps.Second);
        Assert.Equal(Gps.List((10, 10.5)), Assert.Single((await LoadAsync(processor, 0, 10)).BlindMargins).Value);
        Assert.Empty(clock.Waits);
    }

    [Fact]
    public void Rows_are_those_of_the_whole_range_or_blind_beside_a_margin_that_was_missing()
    {
        var definition = new SampleDefinition(Triggers.Target, [new("snr", 12, 99)], [new("snr", 8, 99)], Padding / 3, 2, 11);
        var factory = new QuiverFactory(new("snr", Padding, Selection.Loudest,
            [new("H1:AUX_0", "snr"), new(Triggers.Witness, FeatureColumn.DeltaTime)]));
        static Dictionary<long, string> ByTime(Quiver quiver) =>
            Rows.Of(quiver).Zip(quiver.Times).DistinctBy(r => r.Second).ToDictionary(r => r.Second, r => r.First);

        Gen.Choose(0, 12).ArrayOf(10).CheckAsync(async late =>
        {
            using var all = new SharedInput(new FakeSource(Table));
            using var once = new StreamProcessor(all, null, Padding);
            var range = await LoadAsync(once, 0, 100);
            var whole = ByTime(factory.Make(range.Data, SampleTimes.Draw(range.Data, range.Stride.Segment, definition)));
            var source = new FakeSource(Table);
            using var input = new SharedInput(source);
            using var processor = new StreamProcessor(input, null, Padding);
            for (var k = 0; k < late.Length; k++)
            {
                // Files come to an end somewhere in the margin, or behind it.
                source.Available = Gps.List((-10, 10 * (k + 1) + late[k] / 20.0));
                var stride = await LoadAsync(processor, 10 * k, 10 * (k + 1));
                var quiver = factory.Make(stride.Data, SampleTimes.Draw(stride.Data, stride.Stride.Segment, definition));
                var lines = ByTime(quiver);
                var missing = stride.BlindMargins.Count > 0;
                Assert.Equal(late[k] < 10, missing);
                for (var row = 0; row < quiver.Count; row++)
                {
                    var time = quiver.Times[row];
                    if (quiver.Blind[row] == 0) Assert.Equal(whole[time], lines[time]);
                    else Assert.True(missing && time >= (stride.Stride.Segment.End - Padding).Nanoseconds, "a row near the edge");
                }
                Assert.Subset(lines.Keys.ToHashSet(), whole.Keys.Where(t => stride.Stride.Segment.Contains(new GpsTime(t))).ToHashSet());
            }
        }, runs: 30);
    }

    [Fact]
    public void Good_time_is_active_and_known_and_delivered()
    {
        var lists =
            from edges in Gen.Choose(-20, 130).ArrayOf(6)
            let e = edges.Order().Select(x => x / 10.0).ToArray()
            select Gps.List((e[0], e[1]), (e[2], e[3]), (e[4], e[5]));
        (from known in lists from active in lists from missing in lists select (known, active, missing)).CheckAsync(async t =>
        {
            using var input = new SharedInput(new FakeSource(Table) { Available = ~t.missing });
            using var processor = new StreamProcessor(input, new FakeSegments(t.known, t.active), Padding);
            var whole = Gps.List((0, 10));
            var stride = await LoadAsync(processor, 0, 10);
            Assert.Equal(whole & t.known & t.active & ~t.missing, stride.Segments);
            Assert.Equal(whole - t.known, stride.Unknown);
            Assert.Equal(whole & t.missing, stride.Undelivered.Aggregate(SegmentList.Empty, (sum, g) => sum | g.Value));
        });
    }

    [Fact]
    public async Task Strides_stay_apart_under_the_umbrella()
    {
        using var input = new SharedInput(new FakeSource(Table));
        using var processor = new StreamProcessor(input, new FakeSegments(SegmentList.All, Gps.List((2, 30))), Padding);
        await LoadAsync(processor, 0, 8);
        await LoadAsync(processor, 8, 16);
        await LoadAsync(processor, 16, 24);
        Assert.Equal([Gps.Seg(0, 8), Gps.Seg(8, 16), Gps.Seg(16, 24)], processor.Strides.Select(s => s.Stride.Segment));
        Assert.Equal([Gps.List((2, 8)), Gps.List((8, 16)), Gps.List((16, 24))], processor.Strides.Select(s => s.Segments));

        var all = processor.Umbrella();
        Assert.Equal((Gps.Seg(-0.5, 24.5), Gps.List((2, 24))), (all.Span, all.Segments));
        Assert.Equal(Table.Slice(all.Span).Lines(), all.Table.Lines());

        processor.Flush(retain: 1);
        Assert.Equal([Gps.Seg(16, 24)], processor.Strides.Select(s => s.Stride.Segment));
        Assert.Equal(Gps.Seg(15.5, 24.5), processor.Umbrella().Span);
        processor.Flush(retain: 5);
        Assert.Single(processor.Strides);
        processor.Flush();
        Assert.Empty(processor.Strides);
        Assert.Throws<InvalidOperationException>(processor.Umbrella);
    }

    [Fact]
    public async Task The_umbrella_reads_nothing_again_and_jumps_over_gaps()
    {
        using var source = new FakeSource(Table);
        using var input = new SharedInput(source);
        using var processor = new StreamProcessor(input, null, Padding);
        foreach (var start in new[] { 0.0, 8, 16.75, 40 }) await LoadAsync(processor, start, start + 8);
        source.Fails = _ => new DataException("gone");
        var all = processor.Umbrella();
        Assert.Equal((Gps.Seg(-0.5, 48.5), Gps.List((0, 16), (16.75, 24.75), (40, 48))), (all.Span, all.Segments));
        var covered = Gps.List((-0.5, 25.25), (39.5, 48.5));
        Assert.Equal(
            covered.SelectMany(s => Table.Slice(s).Lines()).Order(StringComparer.Ordinal),
            all.Table.Lines().Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task The_input_keeps_what_the_slowest_processor_still_needs()
    {
        using var source = new FakeSource(Table);
        using var input = new SharedInput(source);
        using var slow = new StreamProcessor(input, null, Padding);
        using var fast = new StreamProcessor(input, null, Padding);
        await LoadAsync(slow, 0, 8);
        for (var t = 0; t < 40; t += 8) await LoadAsync(fast, t, t + 8);
        Assert.Equal(Table.Slice(Gps.Seg(-0.5, 40.5)).Count, input.EventCount);
        for (var t = 8; t < 40; t += 8) await LoadAsync(slow, t, t + 8);
        await LoadAsync(fast, 40, 48);
        Assert.True(input.EventCount < Table.Slice(Gps.Seg(20, 48.5)).Count, "what nobody needs is forgotten");
        Assert.Equal(6, source.Reads.Count);
    }

    [Fact]
    public async Task A_stride_that_cannot_be_loaded_is_not_under_the_umbrella()
    {
        using var input = new SharedInput(new FakeSource(Table));
        var segments = new FakeSegments(SegmentList.All, SegmentList.All) { Fails = () => new DataException("down", isTransient: true) };
        using var processor = new StreamProcessor(input, segments, Padding);
        await Assert.ThrowsAsync<DataException>(() => LoadAsync(processor, 0, 8));
        Assert.Empty(processor.Strides);
        segments.Fails = () => null;
        await LoadAsync(processor, 0, 8);
        Assert.Single(processor.Strides);
    }

    [Fact]
    public async Task Unknown_time_is_waited_for_as_long_as_the_configuration_says()
    {
        using var input = new SharedInput(new FakeSource(Table));
        var segments = new FakeSegments(Gps.List((0, 6)), SegmentList.All);
        var clock = new FakeGpsClock(Gps.At(8));
        using var processor = new StreamProcessor(input, segments, Padding, clock, 3 * Gps.Second + 1);
        Assert.Equal(Gps.List((6, 8)), (await LoadAsync(processor, 0, 8)).Unknown);
        Assert.Equal([Gps.At(9), Gps.At(10), Gps.At(11), Gps.At(11) + 1], clock.Waits);
        Assert.Equal(5, segments.Queries);
    }

    [Fact]
    public async Task A_database_that_does_not_answer_makes_time_unknown_when_the_patience_ends()
    {
        using var input = new SharedInput(new FakeSource(Table));
        var segments = new FakeSegments(SegmentList.All, SegmentList.All) { Fails = () => new DataException("down", isTransient: true) };
        var clock = new FakeGpsClock(Gps.At(8));
        using var processor = new StreamProcessor(input, segments, Padding, clock, 3 * Gps.Second);
        var data = await LoadAsync(processor, 0, 8);
        Assert.Equal((Gps.List((0, 8)), "down"), (data.Unknown, data.WhyUnknown));
        Assert.True(data.IsEmpty);
        Assert.Equal(Gps.At(11), clock.Now);
        segments.Fails = () => null;
        Assert.Equal(Gps.List((8, 16)), (await LoadAsync(processor, 8, 16)).Segments);
    }

    [Fact]
    public async Task What_a_group_of_channels_lacks_is_no_good_time_and_told_by_its_name()
    {
        var delivery = new Delivery(new Dictionary<string, SegmentList> { ["fast"] = SegmentList.All, ["slow"] = ~Gps.List((2, 3)) });
        using var input = new SharedInput(new FakeSource(Table) { Groups = delivery });
        using var processor = new StreamProcessor(input, null, Padding);
        var data = await LoadAsync(processor, 0, 8);
        Assert.Equal(Gps.List((0, 2), (3, 8)), data.Segments);
        Assert.Equal(("slow", Gps.List((2, 3))), data.Undelivered.Select(g => (g.Key, g.Value)).Single());
        Assert.Equal(Gps.Second, data.UndeliveredLivetime);
    }

    [Fact]
    public async Task Waiting_ends_when_the_stride_is_known()
    {
        using var input = new SharedInput(new FakeSource(Table));
        var segments = new FakeSegments(Gps.List((0, 6)), SegmentList.All);
        segments.Fails = () =>
        {
            if (segments.Queries == 3) segments.Known = SegmentList.All;
            return null;
        };
        var clock = new FakeGpsClock(Gps.At(8));
        using var processor = new StreamProcessor(input, segments, Padding, clock, 60 * Gps.Second);
        Assert.Equal(Gps.List((0, 8)), (await LoadAsync(processor, 0, 8)).Segments);
        Assert.Equal(2, clock.Waits.Count);
    }

    [Fact]
    public void Rows_do_not_depend_on_how_a_range_is_cut()
    {
        var range = Gps.Seg(0, 100);
        var definition = new SampleDefinition(Triggers.Target, [new("snr", 12, 99)], [new("snr", 8, 99)], Padding / 3, 2, 11);
        var factory = new QuiverFactory(new("snr", Padding, Selection.Loudest,
            [new("H1:AUX_0", "snr"), new("H1:AUX_1", FeatureColumn.DeltaTime), new(Triggers.Witness, "frequency", ColumnTransform.Log10)]));
        var segments = new FakeSegments(Gps.List((1, 97)), Gps.List((0, 20.25), (22, 61.125), (61.5, 99)));
        var missing = Gps.List((40, 41.5));

        async Task<List<string>> RowsAsync(IEnumerable<Segment> strides)
        {
            using var input = new SharedInput(new FakeSource(Table) { Available = ~missing });
            using var processor = new StreamProcessor(input, segments, Padding);
            var lines = new List<string>();
            foreach (var stride in strides)
            {
                var data = await processor.LoadAsync(new Stride(0, stride), CancellationToken.None);
                processor.Flush();
                var quiver = factory.Make(data.Data, SampleTimes.Draw(data.Data, stride, definition));
                lines.AddRange(Rows.Of(quiver));
            }
            return lines;
        }

        List<string>? whole = null;
        Generators.Cuts(range.Duration, most: 20).CheckAsync(async cuts =>
        {
            whole ??= await RowsAsync([range]);
            Assert.True(whole.Count > 100);
            Assert.Equal(whole, await RowsAsync(cuts.Zip(cuts.Skip(1), (a, b) => new Segment(range.Start + a, range.Start + b))));
        });
    }
}
