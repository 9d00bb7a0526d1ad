using FsCheck;
using FsCheck.Fluent;

namespace Idq.Data.Tests.Files;

public sealed class EventBufferTests
{
    static EventBuffer Of(IReadOnlyList<int> times)
    {
        var buffer = new EventBuffer(2);
        for (var i = 0; i < times.Count; i++)
        {
            buffer.Reserve(1);
            buffer.Times[i] = times[i];
            (buffer.Columns[0][i], buffer.Columns[1][i]) = (i, -times[i]);
            buffer.Advance(1);
        }
        return buffer;
    }

    static (long Time, double Order, double Value)[] Rows(EventBuffer buffer) =>
        [.. Enumerable.Range(0, buffer.Count).Select(i => (buffer.Times[i], buffer.Columns[0][i], buffer.Columns[1][i]))];

    static readonly Arbitrary<List<int>> Times = Gen.Choose(0, 20).ListOf().Select(l => l.ToList()).ToArbitrary();

    [Fact]
    public void Sorting_is_by_time_and_stable_and_takes_the_columns_along() =>
        Prop.ForAll(
                Times,
                Gen.Choose(0, 100).ToArbitrary(),
                (times, from) =>
                {
                    var start = Math.Min(from, times.Count);
                    var buffer = Of(times);
                    buffer.SortFrom(start);
                    var expected = times.Select((t, i) => ((long)t, (double)i, -(double)t)).ToArray();
                    return Rows(buffer).SequenceEqual(expected[..start].Concat(expected[start..].OrderBy(e => e.Item1)));
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Trimming_keeps_what_lies_in_the_segment() => Prop.ForAll(Times, Gen.Choose(0, 20).Two().ToArbitrary(), (times, ends) =>
    {
        var (a, b) = ends;
        var sorted = times.Order().ToList();
        var buffer = Of(sorted);
        var segment = new Segment(new(a), new(b));
        buffer.Trim(0, segment);
        return buffer.Times.Take(buffer.Count).SequenceEqual(sorted.Select(t => (long)t).Where(t => segment.Contains(new GpsTime(t))));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Trimming_leaves_what_stands_before_its_start()
    {
        var buffer = Of([9, 8, 1, 2, 3]);
        buffer.Trim(2, new(new(2), new(3)));
        Assert.Equal([(9, 0, -9), (8, 1, -8), (2, 3, -2)], Rows(buffer));
    }

    [Fact]
    public void Room_grows_without_losing_what_is_written_and_not_counted_yet()
    {
        var buffer = new EventBuffer(1);
        buffer.Reserve(4);
        (buffer.Times[3], buffer.Columns[0][3]) = (7, 8);
        buffer.Reserve(1000);
        Assert.Equal((7, 8, 0), (buffer.Times[3], buffer.Columns[0][3], buffer.Count));
        Assert.True(buffer.Times.Length >= 1000);
        buffer.Advance(4);
        buffer.Clear();
        Assert.Equal(0, buffer.Count);
    }

    [Fact]
    public void More_events_than_an_array_can_hold_are_refused()
    {
        var buffer = Of([1]);
        Assert.Contains("shorter spans", Assert.Throws<DataException>(() => buffer.Reserve(int.MaxValue)).Message);
    }
}
