using FsCheck.Fluent;

namespace Idq.Core.Tests.Cadence;

/// <summary>A loop that dies at any stride and is started again does every stride once.</summary>
public sealed class RestartTests
{
    [Fact]
    public void Crashes_neither_lose_nor_double_a_stride() =>
        (from crashes in Gen.Choose(1, 40).ArrayOf()
         from stride in Gen.Elements(1_000_000_000L, 333_333_333, 7)
         from count in Gen.Choose(1, 60)
         from cut in Gen.Choose(0, 6)
         select (crashes, stride, count, cut)).Check(x =>
        {
            var options = new CadenceOptions
            {
                Start = new GpsTime(17),
                Stride = x.stride,
                Delay = 3,
                MaxTimestamp = new GpsTime(17 + x.stride * x.count - x.cut),
            };
            var finished = new List<Stride>();
            var attempts = x.crashes.Append(int.MaxValue).ToArray();
            foreach (var diesAfter in attempts)
            {
                // A new process knows only what was registered: the number of finished strides.
                var manager = new CadenceManager(new ReplayClock(new GpsTime(0)), options);
                manager.StartAt(finished.Count);
                Run(manager, diesAfter, finished).GetAwaiter().GetResult();
            }
            Assert.Equal(Enumerable.Range(0, finished.Count).Select(i => (long)i), finished.Select(s => s.Index));
            Assert.Equal(options.Start, finished[0].Segment.Start);
            Assert.Equal(options.MaxTimestamp, finished[^1].Segment.End);
            Assert.Equal(SegmentList.Of(new(options.Start, options.MaxTimestamp)), SegmentList.Coalesce(finished.Select(s => s.Segment)));
            Assert.Equal((options.MaxTimestamp - options.Start), finished.Sum(s => s.Segment.Duration));
        });

    static async Task Run(CadenceManager manager, int diesAfter, List<Stride> finished)
    {
        while (await manager.WaitAsync(CancellationToken.None) is { } stride)
        {
            if (--diesAfter < 0) return;
            finished.Add(stride);
            manager.Complete(stride);
        }
    }

    [Fact]
    public async Task The_same_manager_gives_an_interrupted_stride_again()
    {
        var manager = new CadenceManager(
            new ReplayClock(default),
            new CadenceOptions
            {
                Start = default,
                Stride = 10,
                MaxTimestamp = new GpsTime(50),
            }
        );
        var seen = new List<long>();
        for (var attempt = 0; attempt < 3; attempt++)
        {
            try
            {
                while (await manager.WaitAsync(CancellationToken.None) is { } stride)
                {
                    seen.Add(stride.Index);
                    if (stride.Index == 2 && attempt < 2) throw new InvalidTimeZoneException();
                    manager.Complete(stride);
                }
            }
            catch (InvalidTimeZoneException)
            {
                // The next attempt starts where this one failed.
            }
        }
        Assert.Equal([0, 1, 2, 2, 2, 3, 4], seen);
    }

    [Fact]
    public async Task Cancelling_in_a_stride_leaves_it_to_the_next_run()
    {
        using var cancellation = new CancellationTokenSource();
        var manager = new CadenceManager(new ReplayClock(default), new CadenceOptions { Start = default, Stride = 10 });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (await manager.WaitAsync(cancellation.Token) is { } stride)
            {
                if (stride.Index == 4) await cancellation.CancelAsync();
                cancellation.Token.ThrowIfCancellationRequested();
                manager.Complete(stride);
            }
        });
        Assert.Equal(4, manager.NextIndex);
    }
}
