using FsCheck.Fluent;

namespace Idq.Core.Tests.Journey;

/// <summary>The first rule of the house: the same events give the same rows, however the range is cut into strides.</summary>
public sealed class BatchEqualsStreamTests
{
    const long Second = Tables.Second;

    static readonly SampleDefinition Samples = new(
        "C000",
        [new("significance", 3, double.PositiveInfinity), new("frequency", 16, 1800)],
        [new("significance", 2, double.PositiveInfinity)],
        Second / 5,
        1.5,
        20
    );

    static FeatureDefinition Features(long window, Selection selection) =>
        new(
            "significance",
            window,
            selection,
            [
                new("C001", "significance"),
                new("C001", FeatureColumn.DeltaTime, ColumnTransform.Identity, 9),
                new("C002", "frequency", ColumnTransform.Log10),
                new("C003", FeatureColumn.DeltaTime),
            ]
        );

    [Fact]
    public void Rows_do_not_depend_on_the_stride() =>
        (from seed in Gen.Choose(0, 1_000_000)
         from stride in Gen.Elements(Second, 7 * Second, 64 * Second, Second / 3, 1_234_567_891, 500 * Second)
         from window in Gen.Elements(0, Second / 10, Second, 3 * Second)
         from selection in Gen.Elements(Selection.Loudest, Selection.Pointy)
         from good in Generators.BoundedLists(Second / 3, 300)
         from delivered in Generators.BoundedLists(Second / 2, 200)
         select (seed, stride, window, selection, good, delivered)).Check(x =>
        {
            var span = Tables.Span(100);
            var full = Tables.Random((ulong)x.seed, 4, span, 150, Second / 40);
            var builder = new EventTableBuilder(full.Channels, full.Columns);
            for (var c = 0; c < 4; c++)
            {
                var run = full.Run(c);
                for (var i = 0; i < run.Count; i++)
                    if (x.delivered.Contains(new GpsTime(run.Times[i]))) builder.Add(c, run.Times[i], [run.Column(0)[i], run.Column(1)[i]]);
            }
            var loop = new StrideLoop(builder.Build(span, x.delivered), x.good, Samples, Features(x.window, x.selection));
            StrideLoop.AssertSame(loop.InOneBatch(), loop.InStrides(x.stride).GetAwaiter().GetResult());
        }, 60);

    [Fact]
    public async Task Glitches_and_cleans_both_occur_so_that_the_property_says_something()
    {
        var span = Tables.Span(100);
        var loop = new StrideLoop(
            Tables.Random(1, 4, span, 150, Second / 40),
            SegmentList.Of(span),
            Samples,
            Features(Second, Selection.Loudest)
        );
        var quiver = await loop.InStrides(7 * Second);
        Assert.InRange(quiver.GlitchCount, 20, 100);
        Assert.InRange(quiver.CleanCount, 10, 200);
        Assert.Contains((byte)1, quiver.Features.Present(0).ToArray());
        Assert.Contains((byte)0, quiver.Features.Present(0).ToArray());
    }

    [SharedFact]
    public async Task The_first_observing_run_gives_the_same_rows_in_days_and_hours_as_in_one_batch()
    {
        var (table, locked) = FirstObservingRun.Load();
        Assert.Equal((307, 6_523_396), (locked.Count, locked.Livetime / Second));
        var target = new SampleDefinition("H1:LOCK_LOSS", [new("amplitude", 1, 1)], [], 0, 0.001, 1);
        var features = new FeatureDefinition(
            "amplitude",
            3600 * Second,
            Selection.Loudest,
            FirstObservingRun
                .Seismometers.SelectMany(c =>
                    new FeatureColumn[] { new(c, "amplitude", ColumnTransform.Log10), new(c, FeatureColumn.DeltaTime) }
                )
                .ToArray()
        );
        var loop = new StrideLoop(table, locked, target, features);
        var batch = loop.InOneBatch();
        Assert.Equal(306, batch.GlitchCount);
        // One clean time in a thousand seconds: a Poisson number.
        Assert.InRange(batch.CleanCount, 6523 - 5 * 81, 6523 + 5 * 81);
        foreach (var stride in new[] { 86_400 * Second, 5 * 3600 * Second }) StrideLoop.AssertSame(batch, await loop.InStrides(stride));
    }

    [SharedFact]
    public void An_earthquakes_own_columns_separate_lock_losses_as_well_as_is_known()
    {
        var rows = File.ReadLines(SharedData.Path("lockloss-h1-o1o2/samples.csv")).Skip(1).Select(l => l.Split(',')).ToArray();
        var builder = new EventTableBuilder(new ChannelDictionary(["USGS:EARTHQUAKE"]), ["amplitude", "magnitude"]);
        foreach (
            var f in File.ReadLines(SharedData.Path("lockloss-h1-o1o2/triggers.csv"))
                .Select(l => l.Split(','))
                .Where(f => f[1] == "USGS:EARTHQUAKE")
        )
            builder.Add(0, GpsTime.Parse(f[0]).Nanoseconds, [double.Parse(f[2]), double.Parse(f[3])]);
        var data = new ClassifierData(builder.Build(Segment.FromSeconds(1_100_000_000, 1_200_000_000), SegmentList.All), SegmentList.All);
        var samples = SampleTimes.FromLabels(
            rows.Select(f => GpsTime.Parse(f[0]).Nanoseconds).ToArray(),
            rows.Select(f => byte.Parse(f[1])).ToArray(),
            SegmentList.All
        );
        Assert.Equal((724, 199), (samples.Count, samples.Candidates));
        var quiver = new QuiverFactory(
            new("amplitude", 0, Selection.Loudest, [new("USGS:EARTHQUAKE", "magnitude"), new("USGS:EARTHQUAKE", "amplitude")])
        ).Make(data, samples);
        Assert.Equal(0.6937, AreaUnderCurve(quiver, 0), 4);
        Assert.Equal(0.6892, AreaUnderCurve(quiver, 1), 4);
    }

    static double AreaUnderCurve(Quiver quiver, int feature)
    {
        double above = 0;
        for (var g = 0; g < quiver.Count; g++)
            for (var c = 0; c < quiver.Count; c++)
                if (quiver.Labels[g] == Label.Glitch && quiver.Labels[c] == Label.Clean)
                    above += (1 + Math.Sign(quiver.Features[g, feature].CompareTo(quiver.Features[c, feature]))) / 2.0;
        return above / ((double)quiver.GlitchCount * quiver.CleanCount);
    }
}
