using FsCheck.Fluent;
using Idq.Learning;
using Idq.Tracking;

namespace Idq.Streaming.Tests.Jobs;

public sealed class TrainJobTests
{
    static readonly Segment Range = Gps.Seg(0, 256);

    static async Task RunAsync(Analysis analysis, int strides = int.MaxValue, IEventSource? source = null, Segment? range = null)
    {
        using var context = analysis.Context(source);
        using var job = new TrainJob(context, range ?? Range);
        await job.RestoreAsync(CancellationToken.None);
        for (; strides > 0 && job.NextStride() is { } stride; strides--) await job.RunAsync(stride, CancellationToken.None);
    }

    static ClassifierModel Model(Analysis analysis, Product product) =>
        ModelFile.Read(File.ReadAllBytes(analysis.Paths.Absolute(product.Path))).Model;

    /// <summary>How many rows every stride gives.</summary>
    static async Task<int[]> RowsAsync(Analysis analysis)
    {
        using var context = analysis.Context();
        using var processor = context.Processor(analysis.Configuration.Train);
        var counts = new List<int>();
        for (var t = 0; t < 256; t += 32)
        {
            var data = await processor.LoadAsync(Gps.Stride(t, t + 32), CancellationToken.None);
            counts.Add(context.Samples(data, analysis.Configuration.Train.RandomRate).Count);
        }
        return [.. counts];
    }

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    [InlineData(100)]
    [InlineData(100_000)]
    public async Task A_model_is_made_when_enough_rows_are_new(int minNewSamples)
    {
        using var analysis = Analysis.Of("random", $"train stream:min_new_samples={minNewSamples}");
        var ends = new List<double>();
        var fresh = 0;
        foreach (var (rows, i) in (await RowsAsync(analysis)).Select((r, i) => (r, i)))
        {
            fresh += rows;
            if (fresh < minNewSamples) continue;
            ends.Add((i + 1) * 32);
            fresh = 0;
        }
        await RunAsync(analysis);
        Assert.Equal(ends.Select(Gps.At), analysis.Products("model").Select(p => p.Span().End));
        Assert.Equal(fresh, Cursor.Parse(analysis.Store.Cursor("train/random")!).State);
    }

    [Fact]
    public async Task The_gate_counts_on_over_a_restart()
    {
        using var whole = Analysis.Of("random", "train stream:min_new_samples=60");
        using var pieces = Analysis.Of("random", "train stream:min_new_samples=60");
        await RunAsync(whole);
        for (var i = 0; i < 8; i++) await RunAsync(pieces, strides: 1);
        Assert.InRange(whole.Products().Length, 2, 4);
        Assert.Equal(whole.State(), pieces.State());
    }

    [Fact]
    public async Task Rows_older_than_max_stride_are_forgotten_stride_by_stride()
    {
        using var analysis = Analysis.Of("random", "train stream:max_stride=64", "train stream:min_new_samples=1");
        await RunAsync(analysis);
        var models = analysis.Products("model");
        Assert.Equal([Gps.Seg(0, 32), Gps.Seg(0, 64), Gps.Seg(32, 96), Gps.Seg(64, 128)], models.Take(4).Select(p => p.Span()));
        Assert.All(models.Skip(1), p => Assert.True(Model(analysis, p).Segments.Livetime <= 64 * Gps.Second));
    }

    [Fact]
    public async Task Only_the_newest_strides_that_max_samples_needs_are_kept()
    {
        using var analysis = Analysis.Of("random", "train stream:max_samples=70", "train stream:min_new_samples=1");
        var rows = await RowsAsync(analysis);
        await RunAsync(analysis);
        foreach (var (product, i) in analysis.Products("model").Select((p, i) => (p, i)))
        {
            var model = Model(analysis, product);
            var first = (int)((product.Span().Start - Range.Start) / (32 * Gps.Second));
            var kept = rows[first..(i + 1)];
            Assert.Equal(kept.Sum(), model.Glitches + model.Cleans);
            Assert.True(first == 0 || kept.Sum() >= 70, "enough is kept");
            Assert.True(kept.Skip(1).Sum() < 70, "no more than enough is kept");
        }
    }

    [Fact]
    public void A_restart_anywhere_gives_the_same_models_byte_for_byte() =>
        (
            from maxSamples in Gen.Elements("inf", "40", "75", "160")
            from maxStride in Gen.Elements("inf", "40", "96", "130")
            from minNew in Gen.Choose(1, 90)
            from steps in Gen.Choose(1, 4).ArrayOf(8)
            select (
                Settings: new[]
                {
                    $"train stream:max_samples={maxSamples}",
                    $"train stream:max_stride={maxStride}",
                    $"train stream:min_new_samples={minNew}",
                },
                steps
            )
        ).CheckAsync(
            async t =>
            {
                using var whole = Analysis.Of("linear", t.Settings);
                using var pieces = Analysis.Of("linear", t.Settings);
                await RunAsync(whole);
                foreach (var step in t.steps)
                    await RunAsync(pieces, step);
                Assert.Equal(whole.State(), pieces.State());
                Assert.Equal(whole.Files(), pieces.Files());
            },
            runs: 6
        );

    [Fact]
    public async Task A_storm_is_thinned_and_its_rows_weigh_more()
    {
        using var analysis = Analysis.Of("random", "train stream:max_samples=10", "train stream:min_new_samples=1");
        await RunAsync(analysis, strides: 2);
        Assert.All(analysis.Products("model"), p => Assert.Equal(10, Model(analysis, p).Glitches + Model(analysis, p).Cleans));
    }

    [Fact]
    public async Task Without_glitches_nothing_is_trained_and_time_goes_on()
    {
        using var analysis = Analysis.Of("ovl", "samples:target_bounds=snr 1000000 inf");
        await RunAsync(analysis, strides: 3);
        Assert.Empty(analysis.Products());
        Assert.Equal(Gps.At(96), Cursor.Parse(analysis.Store.Cursor("train/ovl")!).Next);
        Assert.Contains(analysis.Log, l => l.Contains("not trained", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_stride_lost_is_recorded_once_for_all_classifiers()
    {
        using var analysis = new Analysis(Analysis.WithSegments);
        await RunAsync(analysis);
        Assert.Equal(
            [("undelivered", Gps.Seg(150, 153.25)), ("unknown", Gps.Seg(230, 232))],
            analysis.Store.Skips("train").Select(s => (s.Reason, s.Span())));
    }

    [Fact]
    public async Task A_stride_that_was_skipped_as_unreadable_is_not_asked_for_again()
    {
        using var analysis = Analysis.Of("random", "train stream:min_new_samples=1");
        using var source = new FakeSource(Triggers.Random(Gps.Seg(-1, 300)))
        {
            Fails = span => span.Intersects(Gps.Seg(40, 41)) ? new DataException("torn") : null,
        };
        using (var context = analysis.Context(source))
        using (var job = new TrainJob(context, Range))
        {
            await job.RunAsync(job.NextStride()!.Value, CancellationToken.None);
            await Assert.ThrowsAsync<DataException>(() => job.RunAsync(job.NextStride()!.Value, CancellationToken.None));
            await job.SkipAsync(job.NextStride()!.Value, "unreadable");
            await job.RunAsync(job.NextStride()!.Value, CancellationToken.None);
        }
        await RunAsync(analysis, strides: 1, source);
        var models = analysis.Products("model");
        Assert.Equal([Gps.Seg(0, 32), Gps.Seg(0, 96), Gps.Seg(0, 128)], models.Select(p => p.Span()));
        Assert.Equal(Gps.List((0, 32), (64, 128)), Model(analysis, models[^1]).Segments);
    }

    [Fact]
    public async Task A_stride_that_could_not_be_prepared_leaves_no_rows_behind()
    {
        using var flaky = Analysis.Of("random", "train stream:min_new_samples=1");
        using var steady = Analysis.Of("random", "train stream:min_new_samples=1");
        var table = Triggers.Random(Gps.Seg(-1, 300));
        var (reads, retries) = (0, 0);
        using var source = new FakeSource(table)
        {
            Available = Gps.List((-1, 300)) - Gps.List((30, 64.05)),
            Fails = _ => reads++ % 2 == 0 ? new DataException("busy", isTransient: true) : null,
        };
        using (var context = flaky.Context(source))
        using (var job = new TrainJob(context, Range))
        {
            while (job.NextStride() is { } stride)
            {
                try
                {
                    await job.RunAsync(stride, CancellationToken.None);
                }
                catch (DataException e) when (e.IsTransient)
                {
                    retries++;
                }
            }
        }
        using var calm = new FakeSource(table) { Available = source.Available };
        await RunAsync(steady, source: calm);
        Assert.Equal(8, retries);
        Assert.Equal(steady.Files(), flaky.Files());
    }
}
