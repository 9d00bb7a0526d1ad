namespace Idq.Streaming.Tests.Jobs;

[Collection(nameof(Trained))]
public sealed class TimeseriesJobTests(Trained trained)
{
    static readonly string Neutral = $"0 {Rows.Bits(0)} {Rows.Bits(1)} {Rows.Bits(1)} {Rows.Bits(0)} {Rows.Bits(0)} {Rows.Bits(0)}";

    static async Task<JobCounts> RunAsync(Analysis analysis, Segment range)
    {
        using var context = analysis.Context();
        using var job = new TimeseriesJob(context, range);
        return await job.ReplayAsync();
    }

    static (long Time, string Cells)[] Samples(Analysis analysis, string nickname) =>
        analysis
            .SeriesRows(nickname)
            .Select(l => (long.Parse(l[..l.IndexOf(' ', StringComparison.Ordinal)]), l[(l.IndexOf(' ', StringComparison.Ordinal) + 1)..]))
            .ToArray();

    [Fact]
    public async Task Every_series_is_one_stride_long_and_they_follow_without_a_gap()
    {
        using var analysis = trained.Fresh();
        await RunAsync(analysis, Gps.Seg(32, 60));
        foreach (var nickname in new[] { "ovl", "linear", "random" })
        {
            Assert.Equal(
                [Gps.Seg(32, 40), Gps.Seg(40, 48), Gps.Seg(48, 56), Gps.Seg(56, 60)],
                analysis.Products("series", nickname).Select(p => p.Span())
            );
            Assert.Equal(TimeGrid.Over(Gps.Seg(32, 60), 16).ToArray(), Samples(analysis, nickname).Select(s => s.Time));
        }
    }

    [Fact]
    public async Task OK_is_one_exactly_inside_good_time_where_all_that_the_classifier_looks_at_was_delivered()
    {
        using var analysis = trained.Fresh();
        await RunAsync(analysis, Trained.Range);
        // Triggers up to 0.1 s away, features up to 0.15 s away, and nothing at all.
        foreach (var (nickname, reach) in new[] { ("ovl", 0.1), ("linear", 0.15), ("random", 0) })
        {
            var good = Gps.List((0, 40.5), (47, 150 - reach), (153.25 + reach, 230), (232, 240));
            Assert.All(Samples(analysis, nickname), s =>
            {
                if (good.Contains(new GpsTime(s.Time))) Assert.StartsWith("1 ", s.Cells, StringComparison.Ordinal);
                else Assert.Equal(Neutral, s.Cells);
            });
        }
        Assert.Contains(
            Samples(analysis, "ovl"),
            s => s.Cells.StartsWith("1 ", StringComparison.Ordinal) && s.Cells.Split(' ')[1] != Rows.Bits(0)
        );
    }

    [Fact]
    public async Task At_a_blind_margin_of_a_stride_OK_is_zero()
    {
        using var analysis = trained.Fresh("timeseries stream:stride=1");
        await RunAsync(analysis, Gps.Seg(149, 150));
        // Samples at 149.875 and 149.9375 look beyond the stride, where nothing was delivered.
        Assert.Equal(14, Samples(analysis, "linear").Count(s => s.Cells.StartsWith("1 ", StringComparison.Ordinal)));
        Assert.Equal(15, Samples(analysis, "ovl").Count(s => s.Cells.StartsWith("1 ", StringComparison.Ordinal)));
        Assert.Equal(16, Samples(analysis, "random").Count(s => s.Cells.StartsWith("1 ", StringComparison.Ordinal)));
        Assert.Contains(analysis.Store.Skips("timeseries"), s => s.Reason == "blind margin");
    }

    [Fact]
    public async Task A_series_is_what_the_map_says_of_the_ranks()
    {
        using var analysis = trained.Fresh();
        await RunAsync(analysis, Gps.Seg(0, 32));
        using var context = analysis.Context();
        var map = context.Maps.Newest("random", Gps.At(0))!.Value.Map;
        foreach (var cells in Samples(analysis, "random").Select(s => s.Cells.Split(' ')))
        {
            var rank = BitConverter.Int64BitsToDouble(Convert.ToInt64(cells[1], 16));
            Assert.Equal(
                new[] { map.Fap(rank), map.Eff(rank), map.LogLike(rank), map.LogLikeDeviation(rank), map.PGlitch(rank) }.Select(Rows.Bits),
                cells[2..]
            );
        }
    }

    [Fact]
    public async Task A_series_says_how_much_PGLITCH_promised_and_which_windows_held_a_glitch()
    {
        using var analysis = trained.Fresh();
        await RunAsync(analysis, Gps.Seg(0, 240));
        using var context = analysis.Context();
        var window = context.Configuration.Calibrate.Window;
        await analysis.ReplayAsync(Gps.Seg(0, 240), "evaluate");
        foreach (var nickname in new[] { "ovl", "linear", "random" })
        {
            var tallies = analysis.Products("series", nickname)
                .Select(p => ProductAttributes.Of<SeriesAttributes>(p).PGlitch).OfType<double[]>()
                .Select(f => Idq.Learning.PGlitchTally.Of(f)).ToArray();
            var samples = Samples(analysis, nickname).Select(s => (s.Time, Cells: s.Cells.Split(' ')))
                .Where(s => s.Cells[0] == "1").ToArray();
            var said = samples.Sum(s => BitConverter.Int64BitsToDouble(Convert.ToInt64(s.Cells[^1], 16))) * Gps.Second / 16 / window;
            Assert.Equal(said, tallies.Sum(t => t.Stated.Sum()), 1e-5 * said + 1e-5);
            var rows = QuiverRows.Read([.. analysis.Products("quiver", nickname).Select(p => analysis.Paths.Absolute(p.Path))]);
            var glitches = rows.Times.Where((_, i) => rows.Labels[i] == Label.Glitch).ToArray();
            Assert.NotEmpty(glitches);
            bool Held(long time) => glitches.Any(g => g >= time - window / 2 && g < time + window / 2);
            var held = samples.Count(s => Held(s.Time)) * Gps.Second / 16.0 / window;
            // Glitches outside good time are no rows; their windows may reach inside.
            Assert.InRange(tallies.Sum(t => t.Held.Sum()), held - 1e-4, held + 3);
        }
    }

    [Fact]
    public async Task Untrained_and_uncalibrated_classifiers_are_not_OK()
    {
        using var untrained = new Analysis();
        await RunAsync(untrained, Gps.Seg(0, 16));
        using var uncalibrated = new Analysis();
        await uncalibrated.ReplayAsync(Gps.Seg(0, 64), "train");
        await RunAsync(uncalibrated, Gps.Seg(64, 80));
        foreach (var analysis in new[] { untrained, uncalibrated })
        {
            Assert.Equal(6, analysis.Products("series").Length);
            Assert.All(Samples(analysis, "ovl"), s => Assert.Equal(Neutral, s.Cells));
            Assert.All(analysis.Products("series"), p => Assert.Equal(0, p.Attributes().GetProperty("ok").GetDouble()));
        }
        Assert.All(
            uncalibrated.Products("series", "linear"),
            p => Assert.Equal([uncalibrated.Store.Latest("model", "linear")!.Seq], p.Parents)
        );
        Assert.All(untrained.Products("series"), p => Assert.Empty(p.Parents));
    }

    [Fact]
    public async Task A_stride_without_good_time_is_a_neutral_series_with_its_losses()
    {
        using var analysis = trained.Fresh("timeseries stream:stride=1");
        var counts = await RunAsync(analysis, Gps.Seg(150, 152));
        Assert.Equal((0L, 2L), (counts.Done, counts.Empty));
        Assert.All(Samples(analysis, "linear"), s => Assert.Equal(Neutral, s.Cells));
        Assert.Equal(
            [("undelivered", Gps.Seg(150, 151)), ("undelivered", Gps.Seg(151, 152))],
            analysis.Store.Skips("timeseries").Select(s => (s.Reason, s.Span()))
        );
    }

    [Fact]
    public async Task A_skipped_stride_is_a_neutral_series_and_a_skip_for_every_classifier()
    {
        using var analysis = trained.Fresh();
        using var context = analysis.Context();
        using var job = new TimeseriesJob(context, Gps.Seg(0, 24));
        await job.SkipAsync(job.NextStride()!.Value, "too late");
        while (job.NextStride() is { } stride) await job.RunAsync(stride, CancellationToken.None);
        Assert.All(Samples(analysis, "ovl").Take(128), s => Assert.Equal(Neutral, s.Cells));
        Assert.All(Samples(analysis, "ovl").Skip(128), s => Assert.NotEqual(Neutral, s.Cells));
        Assert.Equal(["ovl", "linear", "random"], analysis.Store.Skips("timeseries").Select(s => s.Detail));
    }

    [Fact]
    public async Task A_series_names_its_model_and_its_map_and_says_how_much_of_it_is_OK()
    {
        using var analysis = trained.Fresh();
        await RunAsync(analysis, Gps.Seg(40, 48));
        var series = analysis.Products("series", "ovl").Single();
        Assert.Equal([analysis.Store.Latest("model", "ovl")!.Seq, analysis.Store.Latest("map", "ovl")!.Seq], series.Parents);
        Assert.Equal(1.5 / 8, series.Attributes().GetProperty("ok").GetDouble());
    }
}
