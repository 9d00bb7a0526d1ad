using Idq.Streaming.Tests.Products;
using Idq.Tracking;

namespace Idq.Streaming.Tests.Jobs;

[Collection(nameof(Trained))]
public sealed class EvaluateJobTests(Trained trained)
{
    static async Task<JobCounts> RunAsync(Analysis analysis, Segment range)
    {
        using var context = analysis.Context();
        using var job = new EvaluateJob(context, range);
        return await job.ReplayAsync();
    }

    static double[] Column(Analysis analysis, Product product, string column)
    {
        using var table = new ParquetTable(analysis.Paths.Absolute(product.Path));
        return table.Doubles(column);
    }

    [Fact]
    public async Task Without_a_model_every_stride_is_recorded_as_skipped_for_every_classifier()
    {
        using var analysis = new Analysis();
        var counts = await RunAsync(analysis, Gps.Seg(0, 24));
        Assert.Empty(analysis.Products());
        Assert.Equal(
            new[] { 0, 8, 16 }.SelectMany(t => new[] { "ovl", "linear", "random" }.Select(n => (Gps.Seg(t, t + 8), "untrained", n))),
            analysis.Store.Skips("evaluate").Select(s => (s.Span(), s.Reason, s.Detail!)));
        Assert.Equal((3L, 0L, 24 * Gps.Second), (counts.Done, counts.Empty, counts.Livetime));
        Assert.All(
            new[] { "ovl", "linear", "random" },
            n => Assert.Equal(Gps.At(24), Cursor.Parse(analysis.Store.Cursor("evaluate/" + n)!).Next)
        );
    }

    [Fact]
    public async Task A_quiver_names_the_model_that_ranked_it_and_the_map_that_judged_it()
    {
        using var analysis = trained.Fresh();
        await RunAsync(analysis, Gps.Seg(0, 8));
        foreach (var quiver in analysis.Products("quiver"))
        {
            var (model, map) = (analysis.Store.Latest("model", quiver.Nickname)!, analysis.Store.Latest("map", quiver.Nickname)!);
            Assert.Equal([model.Seq, map.Seq], quiver.Parents);
            Assert.All(Column(analysis, quiver, "loglike"), v => Assert.True(double.IsFinite(v)));
        }
        Assert.Equal(3, analysis.Products("quiver").Length);
    }

    [Fact]
    public async Task Every_glitch_has_the_rank_of_an_instant_in_its_window_and_a_clean_time_its_own()
    {
        using var analysis = trained.Fresh("evaluate stream:stride=240");
        await RunAsync(analysis, Gps.Seg(0, 240));
        var differ = 0;
        foreach (var quiver in analysis.Products("quiver"))
        {
            using var table = new ParquetTable(analysis.Paths.Absolute(quiver.Path));
            var (labels, ranks, window) = (table.Bytes("label"), table.Doubles("rank"), table.Doubles("window_rank"));
            for (var i = 0; i < labels.Length; i++)
            {
                if (labels[i] == Label.Clean) Assert.Equal(ranks[i], window[i]);
                else differ += ranks[i] == window[i] ? 0 : 1;
            }
        }
        Assert.True(differ > 5, $"{differ}");
    }

    [Fact]
    public async Task Rows_whose_window_reaches_into_what_was_not_delivered_are_marked_in_the_file_and_counted_in_the_ledger()
    {
        using var analysis = trained.Fresh("evaluate:random_rate=20", "evaluate stream:stride=1");
        await RunAsync(analysis, Gps.Seg(149, 155));
        foreach (var quiver in analysis.Products("quiver", "linear"))
        {
            using var table = new ParquetTable(analysis.Paths.Absolute(quiver.Path));
            var (times, blind) = (table.Longs("time_ns"), table.Bytes("blind"));
            var hidden = Gps.Seg(150 - 0.15, 153.25 + 0.15);
            Assert.Equal(times.Select(t => (byte)(hidden.Contains(new GpsTime(t)) ? 1 : 0)), blind);
            Assert.Equal(blind.Count(b => b == 1), quiver.Attributes().TryGetProperty("blind", out var count) ? count.GetInt32() : 0);
        }
        Assert.Contains(analysis.Products("quiver", "linear"), q => q.Attributes().TryGetProperty("blind", out _));
    }

    [Fact]
    public async Task Instants_do_not_depend_on_how_the_range_is_cut()
    {
        static async Task<List<string>> RowsAsync(Trained trained, int stride)
        {
            using var analysis = trained.Fresh($"evaluate stream:stride={stride}");
            await RunAsync(analysis, Gps.Seg(0, 240));
            return analysis.QuiverRows("linear");
        }
        Assert.Equal(await RowsAsync(trained, 240), await RowsAsync(trained, 8));
    }

    [Fact]
    public async Task Without_a_map_rows_are_ranked_and_not_judged()
    {
        using var uncalibrated = new Analysis(Analysis.WithSegments);
        await uncalibrated.ReplayAsync(Gps.Seg(0, 64), "train");
        await RunAsync(uncalibrated, Gps.Seg(64, 72));
        Assert.Equal(3, uncalibrated.Products("quiver").Length);
        foreach (var quiver in uncalibrated.Products("quiver"))
        {
            Assert.Equal([uncalibrated.Store.Latest("model", quiver.Nickname)!.Seq], quiver.Parents);
            Assert.All(Column(uncalibrated, quiver, "rank"), v => Assert.InRange(v, 0, 1));
            Assert.All(Column(uncalibrated, quiver, "fap"), v => Assert.True(double.IsNaN(v)));
        }
    }

    [Fact]
    public async Task The_ledger_says_what_a_quiver_stands_for()
    {
        using var analysis = trained.Fresh("evaluate stream:stride=240");
        await RunAsync(analysis, Trained.Range);
        var attributes = analysis.Products("quiver", "ovl").Single().Attributes();
        var rows = analysis.QuiverRows("ovl");
        Assert.Equal(rows.Count, attributes.GetProperty("rows").GetInt32());
        Assert.Equal(rows.Count(r => r.Split(' ')[1] == "1"), attributes.GetProperty("glitches").GetInt32());
        Assert.Equal((long)((240 - 6.5 - 3.25 - 2) * Gps.Second), attributes.GetProperty("livetime").GetInt64());
        Assert.InRange(
            attributes.GetProperty("clean_livetime").GetInt64(),
            200 * Gps.Second,
            attributes.GetProperty("livetime").GetInt64() - Gps.Second
        );
        Assert.Equal(1, attributes.GetProperty("fraction").GetDouble());
    }

    [Fact]
    public async Task A_storm_is_thinned_without_bias_and_the_loss_is_recorded()
    {
        using var whole = trained.Fresh("evaluate stream:stride=240");
        using var thin = trained.Fresh("evaluate stream:stride=240", "evaluate stream:max_samples=50");
        await RunAsync(whole, Trained.Range);
        await RunAsync(thin, Trained.Range);
        var drawn = whole.QuiverRows("ovl").Count;
        foreach (var quiver in thin.Products("quiver"))
        {
            Assert.Equal(50, quiver.Attributes().GetProperty("rows").GetInt32());
            Assert.Equal(50.0 / drawn, quiver.Attributes().GetProperty("fraction").GetDouble());
            Assert.All(Column(thin, quiver, "weight"), w => Assert.Equal(drawn / 50.0, w));
        }
        var skip = Assert.Single(thin.Store.Skips("evaluate"), s => s.Reason == "thinned");
        Assert.Equal((Trained.Range, $"50 of {drawn} rows kept"), (skip.Span(), skip.Detail));
        Assert.DoesNotContain(whole.Store.Skips("evaluate"), s => s.Reason == "thinned");
        // What is kept is what it was.
        var kept = thin.QuiverRows("random").Select(r => r.Split(' ')).Select(c => (c[0], c[1], c[3])).ToArray();
        Assert.Subset(whole.QuiverRows("random").Select(r => r.Split(' ')).Select(c => (c[0], c[1], c[3])).ToHashSet(), kept.ToHashSet());
    }

    [Fact]
    public async Task Time_without_good_data_is_empty_and_its_losses_are_told_once()
    {
        using var analysis = trained.Fresh("evaluate stream:stride=1");
        var counts = await RunAsync(analysis, Gps.Seg(149, 155));
        Assert.Equal((3L, 3L), (counts.Done, counts.Empty));
        Assert.Equal((long)(2.75 * Gps.Second), counts.Livetime);
        Assert.Equal(
            [
                ("blind margin", Gps.Seg(150, 150.15)), ("undelivered", Gps.Seg(150, 151)), ("undelivered", Gps.Seg(151, 152)),
                ("undelivered", Gps.Seg(152, 153)), ("undelivered", Gps.Seg(153, 153.25)), ("blind margin", Gps.Seg(152.85, 153)),
            ],
            analysis.Store.Skips("evaluate").Select(s => (s.Reason, s.Span()))
        );
        Assert.Equal([Gps.Seg(149, 150), Gps.Seg(153, 154), Gps.Seg(154, 155)], analysis.Products("quiver", "ovl").Select(p => p.Span()));
    }

    [Fact]
    public async Task A_classifier_that_is_ahead_is_not_asked_again()
    {
        using var analysis = trained.Fresh();
        analysis.Store.Commit(
            new StrideCommit { Cursors = [new CursorMove("evaluate/linear", new Cursor(Gps.At(16), 0, Gps.At(0)).ToString())] }
        );
        await RunAsync(analysis, Gps.Seg(0, 24));
        Assert.Equal(
            (3, 1, 3),
            (
                analysis.Products("quiver", "ovl").Length,
                analysis.Products("quiver", "linear").Length,
                analysis.Products("quiver", "random").Length
            )
        );
    }

    [Fact]
    public async Task The_last_stride_is_cut_at_the_end_of_the_range()
    {
        using var analysis = trained.Fresh();
        await RunAsync(analysis, Gps.Seg(0.5, 20));
        Assert.Equal([Gps.Seg(0.5, 8.5), Gps.Seg(8.5, 16.5), Gps.Seg(16.5, 20)], analysis.Products("quiver", "ovl").Select(p => p.Span()));
    }

    [Fact]
    public async Task Labelled_times_take_the_place_of_drawn_ones()
    {
        using var analysis = new Analysis();
        analysis.Write("labels.csv", "time,label\n1262304001,1\n1262304002.5,0\n1262304009,1\n1262304050,0\n");
        analysis.Reread(
            "samples:target_channel=",
            "samples:target_bounds=",
            "samples:dirty_bounds=",
            "samples:labels=labels.csv",
            "train stream:min_new_samples=1"
        );
        await analysis.ReplayAsync(Gps.Seg(0, 64), "train", "evaluate");
        Assert.Equal(["1262304050000000000 0"], analysis.QuiverRows("random").Select(r => string.Join(' ', r.Split(' ')[..2])));
        Assert.Equal(
            2,
            Idq.Learning.ModelFile.Read(
                File.ReadAllBytes(analysis.Paths.Absolute(analysis.Products("model", "random")[^1].Path))
            ).Model.Glitches
        );
    }
}
