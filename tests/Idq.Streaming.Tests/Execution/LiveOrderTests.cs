using Idq.Streaming.Tests.Run;

namespace Idq.Streaming.Tests.Execution;

public sealed class LiveOrderTests : IDisposable
{
    readonly Analysis analysis = Analysis.Of("random");
    readonly JobContext context;
    readonly FakeGpsClock clock = new(Gps.At(100)) { IsHeld = true };
    readonly FakeJob train, other;
    readonly JobLoop trainLoop, otherLoop;

    public LiveOrderTests()
    {
        context = analysis.Context();
        (train, other) = (Job("job0"), Job("job1"));
        (trainLoop, otherLoop) = (new JobLoop(train, clock), new JobLoop(other, clock));
    }

    FakeJob Job(string name) => new(context, Gps.Seg(0, 1000), name: name);

    LiveOrder Order => new(clock, trainLoop);

    [Fact]
    public void Every_classifier_goes_on_by_itself() => Assert.False(Order.AreLanesTogether);

    [Fact]
    public void Without_train_nobody_waits() =>
        Assert.True(new LiveOrder(clock, null).TurnAsync(otherLoop, Gps.At(8), CancellationToken.None).IsCompletedSuccessfully);

    [Fact]
    public async Task The_others_wait_until_train_has_nothing_more_that_is_due()
    {
        var order = Order;
        var waiting = order.TurnAsync(otherLoop, Gps.At(8), CancellationToken.None);
        foreach (var due in new[] { 8, 50, 100 })
        {
            await order.TurnAsync(trainLoop, Gps.At(due), CancellationToken.None);
            Assert.False(waiting.IsCompleted);
        }
        await order.TurnAsync(trainLoop, Gps.At(100.5), CancellationToken.None);
        await waiting;
    }

    [Fact]
    public async Task They_wait_at_the_start_only()
    {
        var order = Order;
        await order.TurnAsync(trainLoop, Gps.At(108), CancellationToken.None);
        clock.Advance(Gps.At(500));
        await order.TurnAsync(trainLoop, Gps.At(108), CancellationToken.None);
        Assert.True(order.TurnAsync(otherLoop, Gps.At(8), CancellationToken.None).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_train_job_that_has_ended_or_failed_is_not_waited_for()
    {
        var order = Order;
        var waiting = order.TurnAsync(otherLoop, Gps.At(8), CancellationToken.None);
        order.Leave(otherLoop);
        Assert.False(waiting.IsCompleted);
        order.Leave(trainLoop);
        await waiting;
    }

    [Fact]
    public async Task Waiting_for_train_ends_with_the_run()
    {
        using var stop = new CancellationTokenSource();
        var waiting = Order.TurnAsync(otherLoop, Gps.At(8), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    public void Dispose()
    {
        train.Dispose();
        other.Dispose();
        context.Dispose();
        analysis.Dispose();
    }
}
