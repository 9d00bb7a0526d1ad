using System.Collections.Concurrent;
using FsCheck.Fluent;

namespace Idq.Streaming.Tests.Run;

/// <summary>The clock of the machine is set by half a minute now and then, back and forth: a live run does every stride once.</summary>
[Collection(nameof(Trained))]
public sealed class SteppingClockTests(Trained trained)
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>A clock that goes on a little whenever it is read, and is set after some readings. Whoever waits lets time pass.</summary>
    sealed class SteppingClock(int seed) : IGpsClock
    {
        readonly Lock gate = new();
        readonly Random random = new(seed);
        GpsTime now = Gps.At(0);
        int readings = 5;

        public GpsTime Now
        {
            get
            {
                lock (gate)
                {
                    now += Gps.Second / 100;
                    if (--readings > 0) return now;
                    readings = random.Next(3, 60);
                    return now += (random.Next(2) == 0 ? -30 : 30) * Gps.Second;
                }
            }
        }

        public async ValueTask WaitUntilAsync(GpsTime time, CancellationToken cancellationToken)
        {
            while (Now < time)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await Task.Yield();
                lock (gate) now += Gps.Second;
            }
        }
    }

    static IEnumerable<Segment> Strides(int count) => Enumerable.Range(0, count).Select(k => Gps.Seg(8 * k, 8 * k + 8));

    [Fact]
    public void Every_classifier_does_every_stride_once_and_in_order() =>
        Gen.Choose(0, 1_000_000).CheckAsync(async seed =>
        {
            using var analysis = new Analysis();
            using var context = analysis.Context();
            var steps = new ConcurrentQueue<(string Nickname, Segment Span)>();
            using var job = new FakeJob(context, Gps.Seg(0, 480), step: (lane, stride) =>
            {
                steps.Enqueue((lane.Nickname, stride.Segment));
                return new();
            });
            Assert.True(await Driving.RunAsync([job], new SteppingClock(seed)).WaitAsync(Patience));
            foreach (var lane in job.Lanes) Assert.Equal(Strides(60), steps.Where(s => s.Nickname == lane.Nickname).Select(s => s.Span));
            Assert.Empty(analysis.Store.Skips());
        }, runs: 10);

    [Theory]
    [InlineData("evaluate", "quiver")]
    [InlineData("timeseries", "series")]
    public async Task What_is_published_in_the_end_is_what_a_steady_clock_gives(string name, string kind)
    {
        async Task<Analysis> RunAsync(IGpsClock clock)
        {
            var analysis = trained.Fresh("segdb:files=", "segdb:intersect=");
            using var context = analysis.Context(new FakeSource(Triggers.Random(Gps.Seg(-16, 1000))), clock, isLive: true);
            using var job = Driving.Open(name, context, Gps.Seg(0, 320));
            Assert.True(await Driving.RunAsync([job], clock).WaitAsync(Patience));
            return analysis;
        }

        using var steady = await RunAsync(new FakeGpsClock(Gps.At(0)));
        foreach (var seed in Enumerable.Range(1, 5))
        {
            using var analysis = await RunAsync(new SteppingClock(seed));
            foreach (var nickname in new[] { "ovl", "linear", "random" })
            {
                IEnumerable<(Segment, int, string)> Published(Analysis of) =>
                    of.Products(kind, nickname).Select(p => (p.Span(), ProductAttributes.VersionOf(p), p.Sha256)).Order();
                Assert.Equal(Strides(40), Published(analysis).Select(p => p.Item1));
                Assert.Equal(Published(steady), Published(analysis));
            }
            Assert.Empty(analysis.Store.Skips(name));
        }
    }
}
