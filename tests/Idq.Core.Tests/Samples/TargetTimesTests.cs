using FsCheck.Fluent;

namespace Idq.Core.Tests.Samples;

public sealed class TargetTimesTests
{
    static readonly SampleDefinition Definition = new(
        "T",
        [new("significance", 8, 20)],
        [new("significance", 5, double.PositiveInfinity)],
        10,
        0,
        1
    );

    static ClassifierData Data(SegmentList segments, params (long, double)[] triggers) =>
        new(Tables.Target(new(new GpsTime(0), new GpsTime(1000)), triggers), segments);

    static long[] Find(ClassifierData data, SampleDefinition definition) => data.Segments.Keep(TargetTimes.Candidates(data, definition));

    [Fact]
    public void Bounds_include_both_ends() =>
        Assert.Equal([2, 3], Find(Data(SegmentList.All, (1, 7.999), (2, 8), (3, 20), (4, 20.001)), Definition));

    [Fact]
    public void A_value_that_is_not_a_number_lies_in_no_bounds() =>
        Assert.Equal([2], Find(Data(SegmentList.All, (1, double.NaN), (2, 9)), Definition));

    [Fact]
    public void Segments_include_their_start_and_exclude_their_end() =>
        Assert.Equal(
            [10],
            Find(Data(SegmentList.Of(new(new GpsTime(10), new GpsTime(20))), (9, 9), (10, 9), (20, 9)), Definition)
        );

    [Fact]
    public void Candidates_are_found_before_segments_are_applied() =>
        Assert.Equal([9, 10, 20], TargetTimes.Candidates(Data(SegmentList.Empty, (9, 9), (10, 9), (15, 1), (20, 9)), Definition));

    [Fact]
    public void Two_triggers_at_one_instant_are_two_times() =>
        Assert.Equal([7, 7], Find(Data(SegmentList.All, (7, 9), (7, 10)), Definition));

    [Fact]
    public void All_bounds_must_hold()
    {
        var builder = new EventTableBuilder(new ChannelDictionary(["T"]), ["significance", "frequency"]);
        builder.Add(0, 1, [9, 100]);
        builder.Add(0, 2, [9, 5000]);
        builder.Add(0, 3, [1, 100]);
        var data = new ClassifierData(builder.Build(new(new GpsTime(0), new GpsTime(10)), SegmentList.All), SegmentList.All);
        Assert.Equal(
            [1],
            Find(data, Definition with { TargetBounds = [new("significance", 8, 20), new("frequency", 16, 2048)] })
        );
    }

    [Fact]
    public void No_bounds_keep_every_trigger() =>
        Assert.Equal([1, 2], Find(Data(SegmentList.All, (1, double.NaN), (2, 9)), Definition with { TargetBounds = [] }));

    [Fact]
    public void A_missing_target_channel_or_column_is_named()
    {
        var channel = Assert.Throws<ArgumentException>(() =>
            Find(Data(SegmentList.All), Definition with { TargetChannel = "H1:X" })
        );
        Assert.Contains("'H1:X'", channel.Message, StringComparison.Ordinal);
        var column = Assert.Throws<ArgumentException>(() =>
            Find(Data(SegmentList.All), Definition with { TargetBounds = [new("snr", 0, 1)] })
        );
        Assert.Contains("'snr'", column.Message, StringComparison.Ordinal);
        Assert.Contains("significance", column.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dirty_windows_reach_one_window_on_either_side_and_coalesce()
    {
        var dirty = DirtySegments.Find(Data(SegmentList.All, (100, 5), (115, 30), (200, 4.9)), Definition);
        Assert.Equal(SegmentList.Of(new(new GpsTime(90), new GpsTime(125))), dirty);
    }

    [Fact]
    public void Without_a_dirty_window_nothing_is_dirty() =>
        Assert.True(DirtySegments.Find(Data(SegmentList.All, (100, 5)), Definition with { DirtyWindow = 0 }).IsEmpty);

    [Fact]
    public void Finding_agrees_with_looking_at_every_trigger() =>
        (from seed in Gen.Choose(0, 10_000) from segments in Generators.Lists(100) select (seed, segments)).Check(x =>
        {
            var table = Tables.Random((ulong)x.seed, 2, new(new GpsTime(0), new GpsTime(100)), 60);
            var definition = Definition with
            {
                TargetChannel = "C001",
                TargetBounds = [new("significance", 1, 3), new("frequency", 300, 1500)],
            };
            var expected = new List<long>();
            var run = table.Run(1);
            for (var i = 0; i < run.Count; i++)
                if (
                    run.Column(0)[i] is >= 1 and <= 3
                    && run.Column(1)[i] is >= 300 and <= 1500
                    && x.segments.Contains(new GpsTime(run.Times[i]))
                )
                    expected.Add(run.Times[i]);
            Assert.Equal(expected, Find(new ClassifierData(table, x.segments), definition));
        });
}
