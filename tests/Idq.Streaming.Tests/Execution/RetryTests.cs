using FsCheck;
using FsCheck.Fluent;
using Idq.Tracking;
using Microsoft.Extensions.Logging.Abstractions;

namespace Idq.Streaming.Tests.Execution;

public sealed class RetryTests
{
    static readonly Segment Stride = Gps.Seg(0, 8);

    static readonly Gen<Exception> CanPass = Gen.Elements<Exception>(
        new IOException("no space left"),
        new DataException("the server is down", isTransient: true),
        new TrackerException(TrackerFailure.Busy, "the store is busy")
    );

    static readonly Gen<Exception> CannotPass = Gen.Elements<Exception>(
        new DataException("torn"),
        new TrackerException(TrackerFailure.Conflict, "the product is there already"),
        new InvalidOperationException("a defect")
    );

    static Retry On(IGpsClock clock, CancellationToken stop = default) => new(clock, NullLogger.Instance, stop);

    [Fact]
    public void What_can_pass_is_repeated_until_it_has_passed_after_pauses_that_double_up_to_half_a_minute() =>
        CanPass.ListOf().CheckAsync(async failures =>
        {
            var clock = new FakeGpsClock(Gps.At(0));
            var (attempt, log) = (0, new List<string>());
            await On(clock).RunAsync(Stride, () =>
            {
                log.Add("act");
                if (attempt < failures.Count) throw failures[attempt++];
            }, () => log.Add("repair"));
            // The memory is mended before every attempt but the first.
            Assert.Equal([.. Enumerable.Repeat(new[] { "act", "repair" }, failures.Count).SelectMany(r => r), "act"], log);
            Assert.Equal(Gps.At(Enumerable.Range(0, failures.Count).Sum(k => Math.Min(30, Math.Pow(2, k)))), clock.Now);
        });

    [Fact]
    public void What_cannot_pass_is_final_whatever_came_before() =>
        (from before in CanPass.ListOf() from last in CannotPass select (before, last)).CheckAsync(async t =>
        {
            var attempt = 0;
            var thrown = await Assert.ThrowsAnyAsync<Exception>(() => On(new FakeGpsClock(Gps.At(0))).RunAsync(
                Stride,
                () => throw (attempt < t.before.Count ? t.before[attempt++] : t.last),
                () => { }
            ));
            Assert.Same(t.last, thrown);
            Assert.Equal(t.before.Count, attempt);
        });

    [Fact]
    public void On_a_virtual_clock_the_first_failure_is_final_and_no_time_passes() =>
        Gen.OneOf(CanPass, CannotPass).CheckAsync(async failure =>
        {
            var clock = new ReplayClock(Gps.At(0));
            var attempts = 0;
            var thrown = await Assert.ThrowsAnyAsync<Exception>(() => On(clock).RunAsync(Stride, () =>
            {
                attempts++;
                throw failure;
            }, () => Assert.Fail("there is no second attempt to repair anything for")));
            Assert.Same(failure, thrown);
            Assert.Equal((1, Gps.At(0)), (attempts, clock.Now));
        });

    [Fact]
    public async Task What_is_asked_for_again_comes_back()
    {
        var attempts = 0;
        var answer = await On(new FakeGpsClock(Gps.At(0))).RunAsync(
            Stride,
            _ => attempts++ < 5 ? throw new IOException("busy") : ValueTask.FromResult("the answer"),
            CancellationToken.None
        );
        Assert.Equal(("the answer", 6), (answer, attempts));
    }

    [Fact]
    public async Task After_the_stop_a_failure_is_final()
    {
        using var stop = new CancellationTokenSource();
        var attempts = 0;
        await Assert.ThrowsAsync<IOException>(() => On(new FakeGpsClock(Gps.At(0)), stop.Token).RunAsync(Stride, () =>
        {
            if (++attempts == 3) stop.Cancel();
            throw new IOException("no space left");
        }, () => { }));
        Assert.Equal(3, attempts);
    }

    [Fact]
    public async Task The_stop_ends_the_pause_between_two_attempts()
    {
        using var stop = new CancellationTokenSource();
        var clock = new FakeGpsClock(Gps.At(0)) { IsHeld = true };
        var attempts = 0;
        var run = On(clock, stop.Token).RunAsync<int>(Stride, _ =>
        {
            attempts++;
            throw new DataException("the server is down", isTransient: true);
        }, stop.Token).AsTask();
        Assert.False(run.IsCompleted);
        Assert.Equal(Gps.At(1), Assert.Single(clock.Waits));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task Every_failure_is_told_with_its_stride_and_the_pause()
    {
        using var analysis = Analysis.Of("random");
        using var context = analysis.Context();
        var attempts = 0;
        await new Retry(new FakeGpsClock(Gps.At(0)), context.Loggers.CreateLogger("test"), default).RunAsync(
            Stride,
            () => _ = attempts++ < 7 ? throw new IOException("no space left") : 0,
            () => { }
        );
        Assert.Equal(
            new[] { 1, 2, 4, 8, 16, 30, 30 }.Select(s => $"Error 300 {Stride}: no space left; tried again in {s} s"),
            analysis.Log
        );
    }
}
