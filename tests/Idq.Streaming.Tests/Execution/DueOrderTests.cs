using FsCheck.Fluent;
using Idq.Streaming.Tests.Run;

namespace Idq.Streaming.Tests.Execution;

public sealed class DueOrderTests : IDisposable
{
    static readonly Segment Range = Gps.Seg(0, 60);

    readonly Analysis analysis = Analysis.Of("random");

    static CadenceSection[] Cadences(JobContext context) =>
        [context.Configuration.Train.Cadence, context.Configuration.Evaluate.Cadence, context.Configuration.Timeseries.Cadence];

    static FakeJob[] Jobs(JobContext context, Action<string, Stride>? step = null) =>
    [
        .. Cadences(context).Select((cadence, i) => new FakeJob(context, Range, name: $"job{i}", cadence: cadence, step: (_, stride) =>
        {
            step?.Invoke($"job{i}", stride);
            return new();
        })),
    ];

    [Fact]
    public void Strides_of_any_length_and_delay_are_done_by_their_due_time_and_then_by_the_order_of_the_jobs() =>
        (from strides in Gen.Choose(1, 25).ArrayOf(3)
         from delays in Gen.Choose(0, 12).ArrayOf(3)
         select (strides, delays)).CheckAsync(async t =>
        {
            var sections = new[] { "train stream", "evaluate stream", "timeseries stream" };
            using var fresh = Analysis.Of(
                "random",
                [.. sections.SelectMany((s, i) => new[] { $"{s}:stride={t.strides[i]}", $"{s}:delay={t.delays[i]}" })]
            );
            using var context = fresh.Context();
            var done = new List<(string Job, Segment Stride)>();
            var jobs = Jobs(context, (job, stride) => done.Add((job, stride.Segment)));
            try
            {
                Assert.True(await Driving.RunAsync(jobs, new ReplayClock(Range.Start)));
            }
            finally
            {
                foreach (var job in jobs) job.Dispose();
            }
            var expected =
                from job in Enumerable.Range(0, 3)
                let stride = t.strides[job]
                from k in Enumerable.Range(0, (59 + stride) / stride)
                let end = Math.Min(60, (k + 1) * stride)
                orderby end + t.delays[job], job
                select ($"job{job}", Gps.Seg(k * stride, end));
            Assert.Equal(expected, done);
        }, runs: 15);

    [Fact]
    public void Nobody_has_a_turn_before_everybody_has_asked_whatever_the_order_of_asking() =>
        (from dues in Gen.Choose(0, 3).ArrayOf(3) from asking in Gen.Shuffle([0, 1, 2]) select (dues, asking)).CheckAsync(async t =>
        {
            using var context = analysis.Context();
            var jobs = Jobs(context);
            var loops = jobs.Select(j => new JobLoop(j, new ReplayClock(Range.Start))).ToArray();
            var order = new DueOrder(loops);
            var turns = new Task[3];
            foreach (var (asked, i) in t.asking.Select((a, i) => (a, i)))
            {
                turns[asked] = order.TurnAsync(loops[asked], Gps.At(t.dues[asked]), CancellationToken.None);
                if (i < 2) Assert.All(turns.OfType<Task>(), turn => Assert.False(turn.IsCompleted));
            }
            // Each does one stride and is done.
            foreach (var next in new[] { 0, 1, 2 }.OrderBy(i => t.dues[i]).ThenBy(i => i))
            {
                await turns[next];
                Assert.Equal(1, turns.Count(turn => turn.IsCompletedSuccessfully) - Left(turns, next, t.dues));
                order.Leave(loops[next]);
            }
            foreach (var job in jobs) job.Dispose();
        }, runs: 30);

    // Those that had their turn before.
    static int Left(Task[] turns, int next, int[] dues) =>
        Enumerable.Range(0, turns.Length).Count(i => (dues[i], i).CompareTo((dues[next], next)) < 0);

    [Fact]
    public async Task Who_leaves_while_it_waits_is_not_waited_for_and_gets_no_turn()
    {
        using var context = analysis.Context();
        var jobs = Jobs(context);
        var loops = jobs.Select(j => new JobLoop(j, new ReplayClock(Range.Start))).ToArray();
        var order = new DueOrder(loops);
        var first = order.TurnAsync(loops[0], Gps.At(1), CancellationToken.None);
        var second = order.TurnAsync(loops[1], Gps.At(2), CancellationToken.None);
        order.Leave(loops[0]);
        Assert.False(second.IsCompleted);
        order.Leave(loops[2]);
        await second;
        Assert.False(first.IsCompleted);
        foreach (var job in jobs) job.Dispose();
    }

    [Fact]
    public async Task Waiting_for_a_turn_ends_with_the_run()
    {
        using var stop = new CancellationTokenSource();
        using var context = analysis.Context();
        var jobs = Jobs(context);
        var loops = jobs.Select(j => new JobLoop(j, new ReplayClock(Range.Start))).ToArray();
        var turn = new DueOrder(loops).TurnAsync(loops[0], Gps.At(1), stop.Token);
        Assert.False(turn.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => turn);
        foreach (var job in jobs) job.Dispose();
    }

    public void Dispose() => analysis.Dispose();
}
