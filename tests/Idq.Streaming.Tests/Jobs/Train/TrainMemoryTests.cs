using FsCheck.Fluent;
using Idq.Streaming.Tests.Configurations;

namespace Idq.Streaming.Tests.Jobs.Train;

public sealed class TrainMemoryTests
{
    const long MiB = 1 << 20;

    static CadenceSection Limits(params string[] settings) =>
        Texts.Read(Texts.Least, [.. settings.Select(s => "train stream:" + s)]).Train.Cadence;

    static TrainMemory Memory(params string[] settings) => new(Limits(settings), 3);

    /// <summary>A stride of so many bytes and rows; nothing looks at what is in it.</summary>
    static KeptStride Stride(int number, long bytes = MiB / 8, int rows = 1)
    {
        var span = Gps.Seg(8 * number, 8 * (number + 1));
        var data = new ClassifierData(EventTable.Empty(span, SegmentList.Of(span), new([]), []), SegmentList.Of(span));
        var times = Enumerable.Range(0, rows).Select(i => span.Start.Nanoseconds + i).ToArray();
        var kept = KeptStride.Of(
            new Stride(number, span), data.Table, data.Segments, data.Segments, times, new byte[rows], new double[rows], new byte[rows],
            null);
        return kept with { Bytes = bytes };
    }

    [Fact]
    public void What_fits_is_kept()
    {
        var memory = Memory("max_memory=3MiB");
        for (var k = 0; k < 4; k++) Assert.Empty(memory.Add(Stride(k)));
        Assert.Equal((4, 3 * MiB), (memory.Strides.Count, memory.Bytes));
    }

    [Fact]
    public void The_memory_is_never_larger_than_the_limit_and_what_was_left_out_is_said() =>
        Gen.Choose(1, (int)MiB / 2).ArrayOf(60).Check(sizes =>
        {
            var memory = Memory("max_memory=3MiB");
            var left = new HashSet<Segment>();
            foreach (var (bytes, k) in sizes.Select((b, k) => (b, k)))
            {
                left.UnionWith(memory.Add(Stride(k, bytes)).Select(l => l.Stride));
                Assert.InRange(memory.Bytes, 0, 3 * MiB);
                Assert.Equal(memory.Bytes, memory.Strides.Sum(s => 6 * s.Bytes));
                Assert.Equal(memory.Rows, memory.Strides.Sum(s => s.Rows.Count));
            }
            var all = Enumerable.Range(0, sizes.Length).Select(k => Gps.Seg(8 * k, 8 * (k + 1)));
            Assert.Equal(all.Where(s => !left.Contains(s)), memory.Strides.Select(s => s.Span));
            Assert.NotEmpty(left);
        });

    [Fact]
    public void What_is_left_out_is_spread_evenly_over_time()
    {
        var memory = Memory("max_memory=192MiB", "max_stride=inf");
        for (var k = 0; k < 4096; k++) memory.Add(Stride(k));
        // 256 of 4096 fit: of each quarter 64 are kept but for the luck of the draw, of which four standard deviations are 32.
        Assert.InRange(memory.Strides.Count, 200, 256);
        for (var quarter = 0; quarter < 4; quarter++)
        {
            var span = Gps.Seg(8192 * quarter, 8192 * (quarter + 1));
            Assert.InRange(memory.Strides.Count(s => span.Contains(s.Span)), 32, 96);
        }
    }

    [Fact]
    public void What_is_left_out_does_not_depend_on_what_is_in_it()
    {
        static HashSet<Segment> Left(int rows)
        {
            var memory = Memory("max_memory=3MiB");
            return [.. Enumerable.Range(0, 40).SelectMany(k => memory.Add(Stride(k, rows: rows))).Select(l => l.Stride)];
        }
        Assert.Equal(Left(1), Left(50));
    }

    [Fact]
    public void When_all_that_was_left_out_is_too_old_strides_are_kept_again()
    {
        var memory = Memory("max_memory=3MiB", "max_stride=80");
        for (var k = 0; k < 20; k++) memory.Add(Stride(k));
        Assert.True(memory.Strides.Count <= 4);
        for (var k = 20; k < 60; k++) memory.Add(Stride(k, bytes: MiB / 64));
        Assert.Equal(10, memory.Strides.Count);
    }

    [Fact]
    public void A_stride_that_is_larger_than_the_limit_is_left_out_and_judges_no_other()
    {
        var memory = Memory("max_memory=3MiB");
        Assert.Equal((Gps.Seg(0, 8), "larger than max_memory"), Assert.Single(memory.Add(Stride(0, bytes: MiB / 2 + 1))));
        for (var k = 1; k < 5; k++) Assert.Empty(memory.Add(Stride(k)));
        Assert.Equal(4, memory.Strides.Count);
    }

    [Fact]
    public void A_restart_makes_the_same_memory_of_what_was_kept() =>
        (from sizes in Gen.Choose(1, (int)MiB / 3).ArrayOf(50)
         from at in Gen.Choose(1, 49)
         from stride in Gen.Elements("inf", "160", "8")
         from samples in Gen.Elements("inf", "12")
         select (sizes, at, Settings: new[] { "max_memory=3MiB", "max_stride=" + stride, "max_samples=" + samples }))
        .Check(t =>
        {
            var whole = Memory(t.Settings);
            var left = new List<(Segment Stride, string Reason)>();
            for (var k = 0; k < t.at; k++) left.AddRange(whole.Add(Stride(k, t.sizes[k])));
            var again = Memory(t.Settings);
            again.Choosing = whole.Choosing;
            foreach (var k in Enumerable.Range(0, t.at))
                if (8 * k >= (again.Forgotten - Gps.Origin) / Gps.Second && !left.Any(l => l.Stride == Gps.Seg(8 * k, 8 * (k + 1))))
                    again.Restore(Stride(k, t.sizes[k]));
            for (var k = t.at; k < t.sizes.Length; k++)
            {
                Assert.Equal(whole.Strides.Select(s => s.Span), again.Strides.Select(s => s.Span));
                Assert.Equal(whole.Add(Stride(k, t.sizes[k])), again.Add(Stride(k, t.sizes[k])));
            }
        });

    [Fact]
    public void Old_strides_and_rows_that_the_newest_do_not_need_are_forgotten()
    {
        var memory = Memory("max_stride=24", "max_samples=5");
        for (var k = 0; k < 6; k++) memory.Add(Stride(k, rows: 1));
        Assert.Equal([3, 4, 5], memory.Strides.Select(s => s.Data.Stride.Index));
        memory.Add(Stride(6, rows: 4));
        Assert.Equal([5, 6], memory.Strides.Select(s => s.Data.Stride.Index));
        memory.ForgetBefore(Gps.At(8 * 20));
        Assert.Empty(memory.Strides);
        Assert.Equal((0, 0), (memory.Rows, memory.Bytes));
    }
}
