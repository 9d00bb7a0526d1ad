using FsCheck;
using FsCheck.Fluent;

namespace Idq.Learning.Tests.Ovl;

public sealed class RemainingTests
{
    static long[] Times(ref CounterRandom random, int count, long range)
    {
        var times = new long[count];
        for (var i = 0; i < count; i++) times[i] = random.NextLong(range);
        Array.Sort(times);
        return times;
    }

    static SegmentList Windows(long[] times, long window) =>
        SegmentList.Coalesce(times.Select(t => new Segment(new GpsTime(t - window), new GpsTime(t + window))));

    static long[] Edges(SegmentList segments) => segments.SelectMany(s => new[] { s.Start.Nanoseconds, s.End.Nanoseconds }).ToArray();

    [Fact]
    public void Time_is_measured_and_removed_as_the_segment_algebra_does() =>
        Prop.ForAll<ulong>(seed =>
        {
            var random = new CounterRandom(seed, 1, 0);
            var range = 50 + random.NextLong(3000);
            var left = Windows(Times(ref random, 1 + (int)random.NextLong(6), range), 1 + random.NextLong(range / 4));
            var time = new RemainingTime(Edges(left), 1 + (int)random.NextLong(5000));
            for (var step = 0; step < 12; step++)
            {
                Assert.Equal(left.Livetime, time.Length);
                var windows = Windows(Times(ref random, (int)random.NextLong(20), range), 1 + random.NextLong(40));
                Assert.Equal((windows & left).Livetime, time.Measure(Edges(windows)));
                var probes = Times(ref random, 30, range);
                Assert.Equal(probes.Count(t => left.Contains(new GpsTime(t))), time.Count(probes));

                var removed = new List<long>();
                time.Remove(Edges(windows), step % 2 == 0 ? removed : null);
                if (step % 2 == 0)
                    Assert.Equal(
                        windows & left,
                        SegmentList.Coalesce(removed.Chunk(2).Select(p => new Segment(new GpsTime(p[0]), new GpsTime(p[1]))))
                    );
                left -= windows;
            }
        })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Without_segments_there_is_no_time()
    {
        var time = new RemainingTime([], 100);
        Assert.Equal(0, time.Length);
        Assert.Equal(0, time.Measure([-5, 5]));
        Assert.False(time.Contains(0));
        time.Remove([-5, 5], null);
        Assert.Equal(0, time.Length);
    }

    [Fact]
    public void Glitches_are_counted_near_few_triggers_and_near_many_as_by_hand() =>
        Prop.ForAll<ulong>(seed =>
        {
            var random = new CounterRandom(seed, 2, 0);
            var glitches = Times(ref random, (int)random.NextLong(seed % 2 == 0 ? 200 : 6), 3000);
            var triggers = Times(ref random, (int)random.NextLong(seed % 3 == 0 ? 200 : 6), 3000);
            long[] windows = [1, 7, 40, 300];
            var counts = new int[windows.Length];
            var left = new RemainingGlitches(glitches.ToArray());
            left.CountNear(triggers, windows, counts);
            Assert.Equal(windows.Select(w => glitches.Count(g => triggers.Any(t => t - w <= g && g < t + w))), counts);

            var vetoes = Windows(triggers, 7);
            var removed = new List<long>();
            left.Remove(Edges(vetoes), removed);
            Assert.Equal(glitches.Where(g => vetoes.Contains(new GpsTime(g))), removed);
            Assert.Equal(glitches.Length - removed.Count, left.Count);
            left.CountNear(triggers, [7], counts.AsSpan(0, 1));
            Assert.Equal(0, counts[0]);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Windows_in_chunks_are_the_windows_at_once() =>
        Prop.ForAll<ulong>(seed =>
        {
            var random = new CounterRandom(seed, 3, 0);
            var times = Times(ref random, (int)random.NextLong(100), 2000);
            var (window, most) = (1 + random.NextLong(20), 1 + (int)random.NextLong(9));
            var buffer = new WindowBuffer();
            var whole = buffer.Merge(times, window).ToArray();
            Assert.Equal(Edges(Windows(times, window)), whole);
            var parts = new List<long>();
            for (var at = 0; at < times.Length;)
            {
                var part = buffer.Merge(times.AsSpan(at), window, most, out var used);
                Assert.InRange(part.Length, 2, 2 * most);
                parts.AddRange(part);
                at += used;
            }
            Assert.Equal(whole, parts);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_a_removal_takes_from_another_configuration_is_what_measuring_again_finds() =>
        Prop.ForAll<ulong>(seed =>
        {
            var random = new CounterRandom(seed, 4, 0);
            var segments = Edges(Windows(Times(ref random, 4, 4000), 600));
            var residual = new Residual(segments, Times(ref random, 60, 4000), 200);
            var buffer = new WindowBuffer();
            var (mine, window) = (Times(ref random, 40, 4000), 1 + random.NextLong(50));
            var counts = residual.Measure(mine, window, buffer);
            for (var step = 0; step < 6; step++)
            {
                var removal = new Removal();
                residual.Remove(Times(ref random, 8, 4000), 1 + random.NextLong(80), buffer, removal);
                counts = removal.SubtractFrom(counts, mine, window, residual);
                Assert.Equal(residual.Measure(mine, window, buffer), counts);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
}
