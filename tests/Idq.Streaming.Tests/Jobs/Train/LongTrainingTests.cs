namespace Idq.Streaming.Tests.Jobs.Train;

/// <summary>Training of more triggers than anybody could keep: what it keeps is bounded, however long it goes on.</summary>
public sealed class LongTrainingTests
{
    const int Channels = 200, Rate = 16;

    /// <summary>Every channel has triggers at a steady rate, one in a hundred above the lowest threshold of 6.</summary>
    sealed class SteadySource : IEventSource
    {
        public ChannelDictionary Channels { get; } =
            new(Enumerable.Range(0, LongTrainingTests.Channels).Select(c => $"H1:AUX_{c:D4}").Append(Triggers.Target));

        public IReadOnlyList<string> Columns { get; } = ["snr"];

        public long Given { get; private set; }

        public ValueTask<EventTable> ReadAsync(Segment span, CancellationToken cancellationToken)
        {
            const long Step = Gps.Second / Rate;
            var first = (span.Start.Nanoseconds + Step - 1) / Step;
            var count = (int)((span.End.Nanoseconds + Step - 1) / Step - first);
            var times = new long[count * Channels.Count];
            var snr = new double[times.Length];
            for (var i = 0; i < times.Length; i++)
            {
                var (channel, k) = (i / count, first + i % count);
                times[i] = k * Step;
                var number = CounterRandom.Mix(((ulong)k << 10) + (ulong)channel);
                // The target is loud once in ten seconds, and its first witnesses with it.
                snr[i] = channel < 4 || channel == Channels.Count - 1 ? k % (10 * Rate) == 0 ? 12 : 4 : number % 100 == 0 ? 7 : 4;
            }
            Given += times.Length;
            var offsets = Enumerable.Range(0, Channels.Count + 1).Select(c => c * count).ToArray();
            return new(EventTable.FromRuns(span, SegmentList.Of(span), Channels, Columns, times, [snr], offsets));
        }

        public void Dispose()
        {
        }
    }

    static async Task<(long Given, double[] Kept, Analysis Analysis)> RunAsync(int strides, params string[] settings)
    {
        var analysis = Analysis.Of("ovl", ["train stream:stride=64", "train stream:max_stride=inf", "train:random_rate=0.1", .. settings]);
        using var source = new SteadySource();
        using var context = analysis.Context(source);
        using var job = new TrainJob(context, Gps.Seg(0, 64 * strides));
        var kept = new List<double>();
        while (job.NextStride() is { } stride)
        {
            await using var queue = new LaneQueue(
                job, job.Lanes, new JobCommit(job, new JobCounts()),
                new Retry(new ReplayClock(job.Next), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, default));
            var work = await job.PrepareAsync(stride, CancellationToken.None);
            kept.Add(work.Metrics.Single(m => m.Key == "bytes_kept").Value);
            Assert.True(queue.TryPost(work));
            await queue.IdleAsync();
        }
        return (source.Given, [.. kept], analysis);
    }

    [Fact]
    public async Task What_is_kept_of_a_stride_is_what_its_classifiers_can_use()
    {
        var (given, kept, analysis) = await RunAsync(20);
        using var owned = analysis;
        Assert.True(given > 20 * 64 * Rate * Channels);
        // A hundredth of the triggers, 16 bytes each, counted six times, and what rows and objects take.
        Assert.InRange(kept[^1], 0.01 * given * 96, 0.011 * given * 96 + 20 * 6 * 4096);
        Assert.NotEmpty(analysis.Products("model"));
    }

    [Fact]
    public async Task What_is_kept_stays_within_the_limit_however_long_training_goes_on()
    {
        var (_, kept, analysis) = await RunAsync(120, "train stream:max_memory=6MiB");
        using var owned = analysis;
        Assert.All(kept, bytes => Assert.InRange(bytes, 0, 6 << 20));
        Assert.True(kept[^1] > 3 << 20, "what fits is kept");
        var left = analysis.Store.Skips("train").ToArray();
        Assert.All(left, s => Assert.Equal("left out", s.Reason));
        var models = analysis.Products("model");
        Assert.True(models.Length > 5);
        Assert.True(models[^1].Span().End >= Gps.At(64 * 110), "new strides are trained on to the end");
    }
}
