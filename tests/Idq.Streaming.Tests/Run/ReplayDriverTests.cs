namespace Idq.Streaming.Tests.Run;

public sealed class ReplayDriverTests : IDisposable
{
    readonly Analysis analysis = new();

    sealed class Progress(List<RunProgress> seen) : IProgress<RunProgress>
    {
        public void Report(RunProgress value) => seen.Add(value);
    }

    [Fact]
    public async Task Strides_run_when_they_are_due_and_jobs_in_their_order_at_one_due_time()
    {
        using var context = analysis.Context();
        using var train = new TrainJob(context, Gps.Seg(0, 48));
        using var evaluate = new EvaluateJob(context, Gps.Seg(0, 48));
        using var calibrate = new CalibrateJob(context, Gps.Seg(0, 48));
        using var timeseries = new TimeseriesJob(context, Gps.Seg(0, 48));
        var clock = new ReplayClock(Gps.At(0));
        var seen = new List<RunProgress>();
        Assert.True(
            await Driving.RunAsync([train, evaluate, calibrate, timeseries], clock, new Progress(seen), CancellationToken.None)
        );
        var eights = new[] { "evaluate", "calibrate", "timeseries" };
        var expected = Enumerable
            .Range(1, 6)
            .SelectMany(k => (k is 4 or 6 ? new[] { "train" } : []).Concat(eights).Select(j => (j, Gps.At(8 * k))));
        Assert.Equal(expected, seen.Select(p => (p.Job, p.Now)));
        Assert.Equal(seen.Select(p => p.Fraction).Order(), seen.Select(p => p.Fraction));
        Assert.Equal((1.0, Gps.At(48) + analysis.Configuration.Padding), (seen[^1].Fraction, clock.Now));
        Assert.Equal((0L, 6L), (evaluate.Counts().Skipped, evaluate.Counts().Done));
    }

    [Fact]
    public async Task It_stops_between_strides()
    {
        using var stop = new CancellationTokenSource();
        using var context = analysis.Context();
        using var job = new FakeJob(context, Gps.Seg(0, 80), step: (_, stride) =>
        {
            if (stride.Index == 3) stop.Cancel();
            return new();
        });
        Assert.False(await Driving.RunAsync([job], new ReplayClock(Gps.At(0)), null, stop.Token));
        Assert.Equal(Gps.At(32), job.Next);
        Assert.All(analysis.Store.Cursors().Values, c => Assert.Equal(Gps.At(32), Cursor.Parse(c).Next));
    }

    [Fact]
    public async Task What_cannot_be_read_costs_its_stride_as_it_does_live()
    {
        using var context = analysis.Context();
        using var job = new FakeJob(
            context,
            Gps.Seg(0, 80),
            prepare: stride => stride.Index == 3 ? throw new DataException("torn") : Task.CompletedTask
        );
        Assert.True(await Driving.RunAsync([job], new ReplayClock(Gps.At(0))));
        Assert.Equal(Gps.At(80), job.Next);
        Assert.Equal((9L, 1L), (job.Counts().Done, job.Counts().Skipped));
        Assert.All(analysis.Store.Skips("fake"), s => Assert.Equal(("unreadable", Gps.Seg(24, 32)), (s.Reason, s.Span())));
        Assert.Equal(3, analysis.Store.Skips("fake").Count());
    }

    [Fact]
    public async Task Trouble_that_can_pass_ends_a_replay_because_no_time_passes_in_it()
    {
        using var context = analysis.Context();
        using var job = new FakeJob(
            context,
            Gps.Seg(0, 80),
            prepare: stride => stride.Index == 3 ? throw new DataException("the server is down", isTransient: true) : Task.CompletedTask
        );
        await Assert.ThrowsAsync<DataException>(() => Driving.RunAsync([job], new ReplayClock(Gps.At(0))));
        Assert.Equal(Gps.At(24), job.Next);
    }

    public void Dispose() => analysis.Dispose();
}
