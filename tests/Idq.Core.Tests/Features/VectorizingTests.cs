using FsCheck;
using FsCheck.Fluent;

namespace Idq.Core.Tests.Features;

public sealed class VectorizingTests
{
    const long Second = Tables.Second;

    static FeatureDefinition Definition(long window, Selection selection = Selection.Loudest) => new("significance", window, selection,
    [
        new("C001", "significance"),
        new("C000", "frequency", ColumnTransform.Log10, -1),
        new("C001", FeatureColumn.DeltaTime, ColumnTransform.Identity, double.PositiveInfinity),
        new("C000", "significance", ColumnTransform.Log, double.NegativeInfinity),
        new("absent", "frequency", ColumnTransform.Identity, 7),
        new("C002", FeatureColumn.DeltaTime, ColumnTransform.Abs),
    ]);

    static Gen<(ulong Seed, long Window, long[] Times, int Events)> Cases(int maxRows, int maxWindow, int maxEvents, int length) =>
        from seed in Gen.Choose(0, 1_000_000)
        from window in Gen.Choose(0, maxWindow)
        from rows in Gen.Choose(0, maxRows)
        from times in Gen.Choose(-5, length + 5).ArrayOf(rows)
        from events in Gen.Choose(0, maxEvents)
        select ((ulong)seed, (long)window, times.Order().Select(t => (long)t).ToArray(), events);

    static void AgreesWithTheDefinition(
        Gen<(ulong Seed, long Window, long[] Times, int Events)> cases,
        int length,
        Selection selection,
        int runs = 150
    ) =>
        cases.Check(
            x =>
            {
                var span = new Segment(new GpsTime(0), new GpsTime(length));
                var data = new ClassifierData(Tables.Random(x.Seed, 3, span, x.Events), SegmentList.Of(span));
                var definition = Definition(x.Window, selection);
                NaiveVectorizer.AssertEqual(definition, data, x.Times, new QuiverFactory(definition).Vectorize(data, x.Times));
            },
            runs
        );

    [Theory]
    [InlineData(Selection.Loudest)]
    [InlineData(Selection.Pointy)]
    public void Overlapping_windows_agree_with_the_definition(Selection selection) =>
        AgreesWithTheDefinition(Cases(60, 15, 60, 50), 50, selection);

    [Theory]
    [InlineData(Selection.Loudest)]
    [InlineData(Selection.Pointy)]
    public void Sparse_windows_agree_with_the_definition(Selection selection) =>
        AgreesWithTheDefinition(Cases(30, 40, 100, 5000), 5000, selection);

    [Theory]
    [InlineData(Selection.Loudest)]
    [InlineData(Selection.Pointy)]
    public void Few_rows_agree_with_the_definition(Selection selection) =>
        AgreesWithTheDefinition(Cases(3, 30, 600, 1000), 1000, selection);

    [Fact]
    public void Rows_do_not_depend_on_how_the_data_is_cut() =>
        (from seed in Gen.Choose(0, 100_000)
         from cuts in Generators.Cuts(60 * Second)
         from selection in Gen.Elements(Selection.Loudest, Selection.Pointy)
         select (seed, cuts, selection)).Check(x =>
        {
            var span = Tables.Span(60);
            var table = Tables.Random((ulong)x.seed, 3, span, 200, Second / 100);
            var factory = new QuiverFactory(Definition(Second / 2, x.selection));
            var times = RandomTimes.Draw(SegmentList.Of(span), 4, (ulong)x.seed);
            var whole = factory.Vectorize(new(table, SegmentList.All), times);
            var parts = new List<FeatureMatrix>();
            for (var i = 1; i < x.cuts.Length; i++)
            {
                var stride = new Segment(new GpsTime(x.cuts[i - 1]), new GpsTime(x.cuts[i]));
                var padded = stride.Protract(Second / 2).Intersection(span)!.Value;
                parts.Add(factory.Vectorize(new(table.Slice(padded), SegmentList.All), SegmentList.Of(stride).Keep(times)));
            }
            AssertSame(whole, FeatureMatrix.Concatenate(parts));
        }, 100);

    [Fact]
    public void The_window_includes_both_ends()
    {
        var data = new ClassifierData(Tables.Target(new(new GpsTime(0), new GpsTime(100)), (10, 5), (30, 5)), SegmentList.All);
        var matrix = new QuiverFactory(new("significance", 10, Selection.Loudest, [new("T", FeatureColumn.DeltaTime)]))
            .Vectorize(data, [0 - 1, 0, 20, 40, 41]);
        Assert.Equal([double.NaN, 10e-9, -10e-9, -10e-9, double.NaN], matrix.Column(0).ToArray());
        Assert.Equal([0, 1, 1, 1, 0], matrix.Present(0).ToArray());
    }

    [Fact]
    public void At_equal_loudness_the_nearest_wins_and_then_the_earliest()
    {
        var data = new ClassifierData(
            Tables.Target(new(new GpsTime(0), new GpsTime(100)), (10, 5), (14, 5), (18, 5), (50, 4)),
            SegmentList.All
        );
        var factory = new QuiverFactory(new("significance", 100, Selection.Loudest, [new("T", FeatureColumn.DeltaTime)]));
        Assert.Equal(
            [-2e-9, 2e-9, 1e-9, -2e-9],
            factory.Vectorize(data, [12, 12, 13, 20]).Column(0).ToArray().Select((v, i) => i == 1 ? -v : v)
        );
    }

    [Fact]
    public void A_trigger_without_a_significance_is_not_seen()
    {
        var data = new ClassifierData(
            Tables.Target(new(new GpsTime(0), new GpsTime(100)), (10, double.NaN), (12, 1), (50, double.NaN)),
            SegmentList.All
        );
        foreach (var selection in new[] { Selection.Loudest, Selection.Pointy })
        {
            var matrix = new QuiverFactory(new("significance", 5, selection, [new("T", FeatureColumn.DeltaTime)])).Vectorize(
                data,
                [10, 50]
            );
            Assert.Equal([2e-9, double.NaN], matrix.Column(0).ToArray());
        }
    }

    [Fact]
    public void Pointy_prefers_the_near_quiet_trigger_to_the_far_loud_one_where_it_is_rarer_by_chance()
    {
        // The loud one: 1 trigger as loud, 90 away. The quiet one: 2 triggers as loud, 5 away.
        var data = new ClassifierData(Tables.Target(new(new GpsTime(0), new GpsTime(1000)), (405, 10), (490, 100)), SegmentList.All);
        var columns = new[] { new FeatureColumn("T", "significance") };
        Assert.Equal(10, new QuiverFactory(new("significance", 100, Selection.Pointy, columns)).Vectorize(data, [400])[0, 0]);
        Assert.Equal(100, new QuiverFactory(new("significance", 100, Selection.Loudest, columns)).Vectorize(data, [400])[0, 0]);
    }

    [Fact]
    public void A_value_outside_a_transforms_domain_is_missing_though_a_trigger_is_present()
    {
        var data = new ClassifierData(Tables.Target(new(new GpsTime(0), new GpsTime(100)), (10, -1)), SegmentList.All);
        var matrix = new QuiverFactory(
            new("significance", 5, Selection.Loudest, [new("T", "significance", ColumnTransform.Log10, -99)])
        ).Vectorize(data, [10]);
        Assert.Equal(-99, matrix[0, 0]);
        Assert.Equal(1, matrix.Present(0)[0]);
    }

    [Fact]
    public void A_definition_with_a_doubled_feature_or_a_bad_window_is_refused()
    {
        var doubled = Assert.Throws<ArgumentException>(() =>
            new QuiverFactory(new("s", 1, Selection.Loudest, [new("A", "x"), new("A", "x")]))
        );
        Assert.Contains("'A-x'", doubled.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new QuiverFactory(new("s", -1, Selection.Loudest, [])));
        Assert.Throws<ArgumentException>(() => new QuiverFactory(new("s", long.MaxValue, Selection.Loudest, [])));
    }

    [Fact]
    public void A_column_that_the_source_lacks_is_named()
    {
        var data = new ClassifierData(Tables.Target(Tables.Span(1)), SegmentList.All);
        var column = Assert.Throws<ArgumentException>(() =>
            new QuiverFactory(new("significance", 1, Selection.Loudest, [new("T", "snr")])).Vectorize(data, [1])
        );
        Assert.Contains("'snr'", column.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() =>
            new QuiverFactory(new("snr", 1, Selection.Loudest, [new("T", "significance")])).Vectorize(data, [1])
        );
    }

    [Fact]
    public void Times_that_do_not_ascend_are_refused()
    {
        var data = new ClassifierData(Tables.Target(Tables.Span(1)), SegmentList.All);
        Assert.Throws<ArgumentException>(() => new QuiverFactory(Definition(1)).Vectorize(data, [2, 1]));
    }

    [Fact]
    public void One_factory_serves_sources_whose_ids_differ()
    {
        var factory = new QuiverFactory(new("significance", 5, Selection.Loudest, [new("T", "significance")]));
        var first = Tables.Target(new(new GpsTime(0), new GpsTime(100)), (10, 3));
        var builder = new EventTableBuilder(new ChannelDictionary(["A", "T"]), ["frequency", "significance"]);
        builder.Add(0, 10, [100, 8]);
        builder.Add(1, 10, [100, 4]);
        var second = builder.Build(first.Span, SegmentList.All);
        Assert.Equal(3, factory.Vectorize(new(first, SegmentList.All), [10])[0, 0]);
        Assert.Equal(4, factory.Vectorize(new(second, SegmentList.All), [10])[0, 0]);
        Assert.Equal(3, factory.Vectorize(new(first, SegmentList.All), [10])[0, 0]);
    }

    static void AssertSame(FeatureMatrix expected, FeatureMatrix actual)
    {
        Assert.Equal(expected.Rows, actual.Rows);
        for (var f = 0; f < expected.Names.Count; f++) Assert.Equal(expected.Column(f).ToArray(), actual.Column(f).ToArray());
        for (var c = 0; c < expected.Channels.Count; c++) Assert.Equal(expected.Present(c).ToArray(), actual.Present(c).ToArray());
    }
}
