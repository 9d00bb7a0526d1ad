using System.Collections.Concurrent;
using FsCheck.Fluent;
using Idq.Streaming.Tests.Run;
using Microsoft.Extensions.Logging.Abstractions;

namespace Idq.Streaming.Tests.Execution;

[Collection(nameof(Trained))]
public sealed class LaneQueueTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly Analysis analysis = new();
    readonly JobContext context;
    readonly FakeJob job;
    readonly JobCounts counts = new();
    readonly ConcurrentQueue<(string Nickname, long Index)> steps = new();
    readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly ManualResetEventSlim gate = new(initialState: true);

    /// <summary>What a step throws after it was recorded.</summary>
    Func<string, long, Exception?> fails = (_, _) => null;

    readonly Trained trained;

    public LaneQueueTests(Trained trained)
    {
        this.trained = trained;
        context = analysis.Context();
        job = new(context, Gps.Seg(0, 8000), step: Step);
    }

    StepResult Step(Lane lane, Stride stride)
    {
        begun.TrySetResult();
        Assert.True(gate.Wait(Patience));
        steps.Enqueue((lane.Nickname, stride.Index));
        return fails(lane.Nickname, stride.Index) is { } failure ? throw failure : job.Product(lane, stride);
    }

    static StrideWork Work(int k) => new(Gps.Stride(8 * k, 8 * k + 8, k), null, null);

    LaneQueue Queue(int lanes = 1, IGpsClock? clock = null) =>
        new(job, [.. job.Lanes.Take(lanes)], new JobCommit(job, counts),
            new Retry(clock ?? new FakeGpsClock(Gps.At(0)), NullLogger.Instance, default));

    long[] Done(string nickname = "ovl") => [.. steps.Where(s => s.Nickname == nickname).Select(s => s.Index)];

    static IEnumerable<long> Upto(int count) => Enumerable.Range(0, count).Select(k => (long)k);

    [Fact]
    public async Task Strides_are_stepped_and_committed_in_the_order_in_which_they_were_queued()
    {
        await using var queue = Queue(lanes: 3);
        for (var k = 0; k < 40; k++) Assert.True(queue.TryPost(Work(k)));
        await queue.IdleAsync();
        foreach (var nickname in new[] { "ovl", "linear", "random" })
        {
            Assert.Equal(Upto(40), Done(nickname));
            Assert.Equal(Upto(40).Select(k => Gps.Seg(8 * k, 8 * k + 8)), analysis.Products("thing", nickname).Select(p => p.Span()));
        }
        // One commit a stride: the products of a stride have neighbouring numbers.
        Assert.All(analysis.Products("thing").Chunk(3), three => Assert.Single(three.Select(p => p.StartNs).Distinct()));
        Assert.Equal(analysis.Products().Length, counts.Products);
    }

    [Fact]
    public async Task It_is_idle_when_what_was_queued_before_is_committed_and_not_earlier()
    {
        gate.Reset();
        await using var queue = Queue();
        Assert.True(queue.TryPost(Work(0)));
        Assert.True(queue.TryPost(Work(1)));
        var idle = queue.IdleAsync();
        await begun.Task.WaitAsync(Patience);
        Assert.False(idle.IsCompleted);
        gate.Set();
        await idle.WaitAsync(Patience);
        Assert.Equal(Gps.At(16), Cursor.Parse(analysis.Store.Cursor("fake/ovl")!).Next);
        await queue.IdleAsync().WaitAsync(Patience);
    }

    [Fact]
    public async Task So_many_strides_wait_with_their_data_and_no_more_but_records_of_skipped_ones_always_find_room()
    {
        gate.Reset();
        await using var queue = Queue();
        Assert.True(queue.TryPost(Work(0)));
        // The first is in hand and does not wait any more.
        await begun.Task.WaitAsync(Patience);
        for (var k = 1; k <= LaneQueue.Capacity; k++) Assert.True(queue.TryPost(Work(k)));
        Assert.False(queue.TryPost(Work(LaneQueue.Capacity + 1)));
        for (var k = 1; k <= 100; k++) queue.PostSkip(Work(LaneQueue.Capacity + k), "for a test");
        Assert.False(queue.TryPost(Work(LaneQueue.Capacity + 101)));
        gate.Set();
        await queue.IdleAsync().WaitAsync(Patience);
        Assert.Equal(Upto(LaneQueue.Capacity + 1), Done());
        Assert.Equal(100, analysis.Store.Skips("fake").Count(s => s is { Reason: "for a test", Detail: "ovl" }));
        Assert.True(queue.TryPost(Work(LaneQueue.Capacity + 101)), "there is room again");
    }

    [Fact]
    public async Task When_the_run_is_stopped_the_stride_in_hand_is_finished_and_what_waits_is_left_for_the_next_call()
    {
        using var stop = new CancellationTokenSource();
        gate.Reset();
        var queue = new LaneQueue(
            job, [job.Lanes[0]], new JobCommit(job, counts), new Retry(new FakeGpsClock(Gps.At(0)), NullLogger.Instance, stop.Token));
        for (var k = 0; k < 10; k++) Assert.True(queue.TryPost(Work(k)));
        await begun.Task.WaitAsync(Patience);
        await stop.CancelAsync();
        gate.Set();
        await queue.DisposeAsync().AsTask().WaitAsync(Patience);
        Assert.Equal([0], Done());
        Assert.Equal(Gps.At(8), Cursor.Parse(analysis.Store.Cursor("fake/ovl")!).Next);
    }

    [Fact]
    public async Task A_lane_that_falls_behind_keeps_strides_and_not_their_data_and_gives_what_it_would_have_given()
    {
        const int Strides = 40;
        using var undisturbed = trained.Fresh();
        using (var own = undisturbed.Context())
        using (var calm = new EvaluateJob(own, Gps.Seg(0, 4 * Strides)))
            for (var k = 0; k < Strides; k++) await calm.RunAsync(Gps.Stride(4 * k, 4 * k + 4, k), CancellationToken.None);

        using var behind = trained.Fresh();
        using var shared = behind.Context();
        using var evaluate = new EvaluateJob(shared, Gps.Seg(0, 4 * Strides));
        var works = new List<WeakReference>();
        using var held = new ManualResetEventSlim();
        await using (var queue = new LaneQueue(evaluate, [evaluate.Lanes[0]], new JobCommit(evaluate, counts)
        {
            // The first commit waits, and everything behind it.
            Metrics = _ => Assert.True(held.Wait(Patience)),
        }, new Retry(new FakeGpsClock(Gps.At(0)), NullLogger.Instance, default)))
        {
            for (var k = 0; k < Strides; k++) await PostAsync(queue, k);
            await Task.Run(() =>
            {
                using var patience = new CancellationTokenSource(Patience);
                do
                {
                    GC.Collect();
                    Thread.Sleep(1);
                    patience.Token.ThrowIfCancellationRequested();
                }
                while (works.Count(w => w.IsAlive) > 8);
            });
            held.Set();
            await queue.IdleAsync().WaitAsync(Patience);
        }
        Assert.Equal(undisturbed.QuiverRows("ovl"), behind.QuiverRows("ovl"));

        async Task PostAsync(LaneQueue queue, int k)
        {
            var work = await evaluate.PrepareAsync(Gps.Stride(4 * k, 4 * k + 4, k), CancellationToken.None);
            works.Add(new WeakReference(work.Data));
            Assert.True(queue.TryPost(work));
        }
    }

    [Fact]
    public async Task Who_can_wait_gets_room_as_soon_as_there_is_some()
    {
        gate.Reset();
        await using var queue = Queue();
        Assert.True(queue.TryPost(Work(0)));
        await begun.Task.WaitAsync(Patience);
        for (var k = 1; k <= LaneQueue.Capacity; k++) await queue.PostAsync(Work(k), CancellationToken.None).WaitAsync(Patience);
        var waiting = queue.PostAsync(Work(LaneQueue.Capacity + 1), CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        gate.Set();
        await waiting.WaitAsync(Patience);
        await queue.IdleAsync().WaitAsync(Patience);
        Assert.Equal(Upto(LaneQueue.Capacity + 2), Done());
    }

    [Fact]
    public async Task Waiting_for_room_ends_when_it_is_stopped_and_takes_no_room_away()
    {
        using var stop = new CancellationTokenSource();
        gate.Reset();
        await using var queue = Queue();
        Assert.True(queue.TryPost(Work(0)));
        await begun.Task.WaitAsync(Patience);
        for (var k = 1; k <= LaneQueue.Capacity; k++) await queue.PostAsync(Work(k), CancellationToken.None).WaitAsync(Patience);
        var waiting = queue.PostAsync(Work(LaneQueue.Capacity + 1), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Patience));
        gate.Set();
        await queue.IdleAsync().WaitAsync(Patience);
        Assert.Equal(Upto(LaneQueue.Capacity + 1), Done());
        gate.Reset();
        var first = LaneQueue.Capacity + 1;
        for (var k = 0; k < LaneQueue.Capacity; k++)
            Assert.True(queue.PostAsync(Work(first + k), CancellationToken.None).IsCompletedSuccessfully);
        gate.Set();
    }

    [Fact]
    public async Task A_failure_surfaces_wherever_the_queue_is_used_next()
    {
        fails = (_, k) => k == 1 ? new InvalidOperationException("a defect") : null;
        var queue = Queue();
        for (var k = 0; k < 3; k++) Assert.True(queue.TryPost(Work(k)));
        async Task SurfacesAsync(Func<Task> use) =>
            Assert.Equal("a defect", (await Assert.ThrowsAsync<InvalidOperationException>(use)).Message);
        await SurfacesAsync(() => queue.IdleAsync().WaitAsync(Patience));
        await SurfacesAsync(() => Task.FromResult(queue.TryPost(Work(3))));
        await SurfacesAsync(() => queue.PostAsync(Work(3), CancellationToken.None));
        await SurfacesAsync(() =>
        {
            queue.PostSkip(Work(3), "for a test");
            return Task.CompletedTask;
        });
        await SurfacesAsync(() => queue.DisposeAsync().AsTask());
        Assert.Equal([0, 1], Done());
        Assert.Equal(Gps.At(8), job.Lanes[0].Cursor.Next);
    }

    [Fact]
    public async Task A_failure_ends_the_waiting_for_room()
    {
        fails = (_, _) => new InvalidOperationException("a defect");
        gate.Reset();
        var queue = Queue();
        Assert.True(queue.TryPost(Work(0)));
        await begun.Task.WaitAsync(Patience);
        for (var k = 1; k <= LaneQueue.Capacity; k++) await queue.PostAsync(Work(k), CancellationToken.None).WaitAsync(Patience);
        var waiting = queue.PostAsync(Work(LaneQueue.Capacity + 1), CancellationToken.None);
        gate.Set();
        await Assert.ThrowsAsync<InvalidOperationException>(() => waiting.WaitAsync(Patience));
        await Assert.ThrowsAsync<InvalidOperationException>(() => queue.DisposeAsync().AsTask());
    }

    [Fact]
    public async Task When_one_of_the_lanes_that_go_together_fails_nothing_of_the_stride_is_committed()
    {
        fails = (nickname, k) => k == 1 && nickname == "linear" ? new InvalidOperationException("a defect") : null;
        var queue = Queue(lanes: 3);
        for (var k = 0; k < 3; k++) queue.TryPost(Work(k));
        await Assert.ThrowsAsync<InvalidOperationException>(() => queue.DisposeAsync().AsTask());
        Assert.Equal(3, analysis.Products("thing").Length);
        Assert.All(job.Lanes, l => Assert.Equal(Gps.At(8), l.Cursor.Next));
    }

    [Fact]
    public async Task Trouble_that_can_pass_is_repeated_with_the_memory_of_the_lanes_brought_back()
    {
        var failures = 0;
        var recovered = new List<string>();
        using var other = new FakeJob(
            context,
            Gps.Seg(0, 80),
            name: "other",
            step: (lane, stride) => stride.Index == 2 && failures++ < 3 ? throw new IOException("no space left") : Step(lane, stride)
        )
        { Recovers = lane => recovered.Add(lane.Nickname) };
        var retry = new Retry(new FakeGpsClock(Gps.At(0)), NullLogger.Instance, default);
        await using var queue = new LaneQueue(other, [other.Lanes[0]], new JobCommit(other, counts), retry);
        for (var k = 0; k < 5; k++) queue.TryPost(Work(k));
        await queue.IdleAsync().WaitAsync(Patience);
        Assert.Equal(Upto(5), Done());
        Assert.Equal(["ovl", "ovl", "ovl"], recovered);
    }

    [Fact]
    public async Task On_a_virtual_clock_the_same_trouble_is_final()
    {
        fails = (_, k) => k == 1 ? new IOException("no space left") : null;
        var queue = Queue(clock: new ReplayClock(Gps.At(0)));
        for (var k = 0; k < 3; k++) queue.TryPost(Work(k));
        await Assert.ThrowsAsync<IOException>(() => queue.DisposeAsync().AsTask());
        Assert.Equal([0, 1], Done());
    }

    [Fact]
    public void A_lane_that_has_done_a_stride_already_is_not_asked_again() =>
        Gen.Choose(0, 6).ArrayOf(3).CheckAsync(async ahead =>
        {
            using var fresh = new Analysis();
            using var own = fresh.Context();
            var seen = new ConcurrentQueue<(string, long)>();
            using var waiting = new FakeJob(own, Gps.Seg(0, 48), step: (lane, stride) =>
            {
                seen.Enqueue((lane.Nickname, stride.Index));
                return new();
            });
            foreach (var (lane, k) in waiting.Lanes.Zip(ahead)) lane.Cursor = lane.Cursor with { Next = Gps.At(8 * k) };
            var retry = new Retry(new ReplayClock(Gps.At(0)), NullLogger.Instance, default);
            await using var queue = new LaneQueue(waiting, waiting.Lanes, new JobCommit(waiting, new()), retry);
            for (var k = 0; k < 6; k++) queue.TryPost(Work(k));
            await queue.IdleAsync();
            foreach (var (lane, k) in waiting.Lanes.Zip(ahead))
                Assert.Equal(Upto(6).Skip(k), seen.Where(s => s.Item1 == lane.Nickname).Select(s => s.Item2));
        }, runs: 10);

    public void Dispose()
    {
        gate.Set();
        job.Dispose();
        context.Dispose();
        analysis.Dispose();
        gate.Dispose();
    }
}
