using FsCheck.Fluent;
using Idq.Learning;
using Idq.Tracking;
using Microsoft.Extensions.Logging.Abstractions;

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

    // Of the triggers that features and OVL look at, and of dirty windows.
    const long Padding = 150_000_000, OvlPadding = 100_000_000;

    static readonly EventTable Log = Triggers.Random(Gps.Seg(-1, 300), seed: 8, rate: 3);

    /// <summary>A source that has nothing before an instant any more.</summary>
    static FakeSource After(GpsTime start, EventTable? table = null) => new(table ?? Log)
    {
        Fails = span => span.Start < start ? new DataException($"{span} is gone") : null,
        Positions = time => $"from {time}",
    };

    [Theory]
    [InlineData("ovl", "inf")]
    [InlineData("ovl", "70")]
    [InlineData("linear", "inf")]
    [InlineData("linear", "70")]
    public async Task A_restart_asks_the_source_for_nothing_that_was_consumed(string classifier, string maxStride)
    {
        string[] settings = [$"train stream:max_stride={maxStride}", "train stream:min_new_samples=30"];
        using var whole = Analysis.Of(classifier, settings);
        using var pieces = Analysis.Of(classifier, settings);
        using var steady = After(Gps.At(-1));
        await RunAsync(whole, source: steady);
        for (var i = 0; i < 8; i++)
        {
            using var source = After(Gps.At(32 * i) - Padding);
            await RunAsync(pieces, strides: 1, source);
        }
        Assert.True(whole.Products("model").Length >= 3);
        Assert.Equal(whole.State(), pieces.State());
        Assert.Equal(whole.Files(), pieces.Files());
    }

    [Fact]
    public async Task A_restart_goes_on_with_what_was_consumed_though_the_source_has_more_by_now()
    {
        using var analysis = Analysis.Of("ovl", "train stream:min_new_samples=1");
        using (var early = new FakeSource(Log) { Available = Gps.List((-1, 40), (50, 300)) }) await RunAsync(analysis, strides: 2, early);
        using (var late = new FakeSource(Log)) await RunAsync(analysis, strides: 1, late);
        Assert.Equal(Gps.List((0, 40), (50, 96)), Model(analysis, analysis.Products("model")[^1]).Segments);
    }

    [Theory]
    [InlineData("ROWS")]
    [InlineData("TRIGGERS")]
    public async Task A_restart_reads_what_is_damaged_in_the_archive_from_the_source_again_and_says_so(string which)
    {
        string[] settings = ["train stream:max_stride=inf", "train stream:min_new_samples=30"];
        using var whole = Analysis.Of("ovl", settings);
        using var pieces = Analysis.Of("ovl", settings);
        using var source = new FakeSource(Log);
        await RunAsync(whole, source: source);
        await RunAsync(pieces, strides: 4, source);
        var path = Directory.GetFiles(pieces.Paths.Archive, $"*{which}-{Gps.At(32)}-32.parquet").Single();
        var bytes = File.ReadAllBytes(path);
        // A digit of the good time, or among the values.
        bytes[which == "ROWS" ? bytes.AsSpan().IndexOf("\"Good\":["u8) + 9 : bytes.Length / 4] ^= 1;
        File.WriteAllBytes(path, bytes);
        for (var k = 0; k < 3; k++) await RunAsync(pieces, strides: k == 2 ? int.MaxValue : 1, source);
        Assert.Equal(whole.Files(), pieces.Files());
        var damaged = Assert.Single(pieces.Store.Skips("train"), s => s.Reason == "damaged");
        Assert.Equal(Gps.Seg(32, 64), damaged.Span());
        Assert.Contains("is not what was written", damaged.Detail, StringComparison.Ordinal);
        Assert.Contains(pieces.Log, l => l.Contains("its time is read from the source again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_source_need_not_be_kept_as_far_back_as_training_remembers()
    {
        using var analysis = Analysis.Of("ovl", "train stream:max_stride=inf");
        using var source = After(Gps.At(-1));
        await RunAsync(analysis, strides: 5, source);
        Assert.Equal($"from {Gps.At(160) - OvlPadding}", analysis.Store.Cursor("position/train/ovl"));
    }

    [Fact]
    public async Task A_classifier_that_was_behind_is_given_what_the_others_consumed()
    {
        using var whole = new Analysis("train stream:min_new_samples=30");
        using var pieces = new Analysis("train stream:min_new_samples=30");
        using (var source = After(Gps.At(-1))) await RunAsync(whole, source: source);
        using (var source = After(Gps.At(-1)))
        using (var context = pieces.Context(source))
        using (var job = new TrainJob(context, Range))
        {
            LaneQueue Queue(params Lane[] lanes) =>
                new(job, lanes, new JobCommit(job, new JobCounts()), new Retry(new ReplayClock(job.Next), NullLogger.Instance, default));
            await using var ahead = Queue(job.Lanes[0]);
            await using var behind = Queue(job.Lanes[1], job.Lanes[2]);
            for (var k = 0; k < 6; k++)
            {
                var work = await job.PrepareAsync(job.Plan.At(k), CancellationToken.None);
                Assert.True(ahead.TryPost(work));
                if (k < 2) Assert.True(behind.TryPost(work));
                await ahead.IdleAsync();
                await behind.IdleAsync();
            }
        }
        using (var source = After(Gps.At(192) - Padding)) await RunAsync(pieces, source: source);
        Assert.Equal(whole.Files(), pieces.Files());
    }

    [Fact]
    public async Task What_classifiers_cannot_use_is_not_kept_and_the_model_is_the_same()
    {
        using var analysis = Analysis.Of("ovl", "train stream:stride=256", "train stream:min_new_samples=1");
        ClassifierModel expected;
        using (var context = analysis.Context(new FakeSource(Log)))
        using (var job = new TrainJob(context, Range))
        {
            var work = await job.PrepareAsync(job.NextStride()!.Value, CancellationToken.None);
            var kept = work.Metrics.Single(m => m.Key == "bytes_kept").Value;
            // The witness and three bystanders, at or above 6 of 4 to 20: a time and a significance each.
            var useful = Log.Slice(Gps.Seg(-0.1, 256.1)).Reduce([new("snr", 6, 99)], ["snr"], c => c != Triggers.Target).Count;
            Assert.InRange(kept, 6 * 16 * useful, 6 * 16 * useful + 6 * 30_000);
            using var processor = context.Processor(analysis.Configuration.Train);
            var data = await processor.LoadAsync(new Stride(0, Range), CancellationToken.None);
            var rows = context.Rows(analysis.Configuration.Train)
                .Make(data.Data, context.Samples(data, analysis.Configuration.Train.RandomRate));
            expected = job.Lanes[0].Classifier.Train(rows, null, CancellationToken.None).Model!;
        }
        using var source = new FakeSource(Log);
        await RunAsync(analysis, source: source);
        var found = Model(analysis, Assert.Single(analysis.Products("model")));
        Assert.Equal((expected.Hash, expected.Glitches), (found.Hash, found.Glitches));
    }

    static readonly EventTable Storm = Triggers.Random(Gps.Seg(-1, 300), seed: 9, rate: 60);

    [Fact]
    public async Task What_is_left_out_for_want_of_memory_is_in_the_ledger_and_no_part_of_a_model()
    {
        using var analysis = Analysis.Of("ovl", "train stream:max_memory=3MiB", "train stream:min_new_samples=1");
        using var source = new FakeSource(Storm);
        await RunAsync(analysis, source: source);
        var left = analysis.Store.Skips("train").Where(s => s.Reason == "left out").ToArray();
        Assert.InRange(left.Length, 2, 6);
        Assert.All(left, s => Assert.Equal("max_memory is 3145728 bytes", s.Detail));
        var last = analysis.Products("model")[^1];
        Assert.Equal(
            SegmentList.Of(new Segment(last.Span().Start, last.Span().End)) - SegmentList.Coalesce(left.Select(s => s.Span())),
            Model(analysis, last).Segments);
    }

    [Fact]
    public async Task A_restart_leaves_out_the_same_strides()
    {
        string[] settings = ["train stream:max_memory=3MiB", "train stream:min_new_samples=1", "train stream:max_stride=190"];
        using var whole = Analysis.Of("ovl", settings);
        using var pieces = Analysis.Of("ovl", settings);
        using (var source = After(Gps.At(-1), Storm)) await RunAsync(whole, source: source);
        for (var i = 0; i < 8; i++)
        {
            using var source = After(Gps.At(32 * i) - Padding, Storm);
            await RunAsync(pieces, strides: 1, source);
        }
        Assert.Equal(whole.State(), pieces.State());
        Assert.Equal(whole.Files(), pieces.Files());
    }

    [Fact]
    public async Task A_stride_that_is_larger_than_all_memory_is_a_loss_and_training_goes_on()
    {
        using var analysis = Analysis.Of("ovl", "train stream:max_memory=3MiB", "train stream:min_new_samples=1");
        var builder = new EventTableBuilder(Storm.Channels, Storm.Columns);
        for (var c = 0; c < Storm.Channels.Count; c++)
        {
            var run = Storm.Run(c);
            for (var i = 0; i < run.Count; i++)
                for (var copies = Gps.Seg(64, 96).Contains(new GpsTime(run.Times[i])) ? 8 : i % 8 == 0 ? 1 : 0; copies > 0; copies--)
                    builder.Add(c, run.Times[i], [run.Column(0)[i], run.Column(1)[i]]);
        }
        using var source = new FakeSource(builder.Build(Storm.Span, Storm.Delivery));
        await RunAsync(analysis, source: source);
        var loss = Assert.Single(analysis.Store.Skips("train"));
        Assert.Equal(("larger than max_memory", Gps.Seg(64, 96)), (loss.Reason, loss.Span()));
        Assert.Equal(Gps.List((0, 64), (96, 256)), Model(analysis, analysis.Products("model")[^1]).Segments);
    }

    [Fact]
    public async Task Under_other_settings_old_time_is_read_again()
    {
        using var analysis = Analysis.Of("linear", "train stream:min_new_samples=1");
        using var source = new FakeSource(Log);
        await RunAsync(analysis, strides: 4, source);
        source.Reads.Clear();
        analysis.Reread("train stream:min_new_samples=1", "features:window=0.2");
        await RunAsync(analysis, strides: 1, source);
        Assert.Equal(Gps.At(-0.2), source.Reads[0].Start);
        Assert.Equal(Gps.Seg(0, 160), analysis.Products("model")[^1].Span());
    }
}
