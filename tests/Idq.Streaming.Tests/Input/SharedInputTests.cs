using FsCheck;
using FsCheck.Fluent;

namespace Idq.Streaming.Tests.Input;

public sealed class SharedInputTests
{
    static readonly Segment Whole = Gps.Seg(0, 100);
    static readonly EventTable Table = Triggers.Random(Whole, seed: 7);

    static List<string> Expected(Segment span) => Table.Slice(span).Lines();

    static int Count(double start, double end) => Expected(Gps.Seg(start, end)).Count;

    static async Task<EventTable> ReadAsync(SharedInput input, double start, double end) =>
        await input.ReadAsync(Gps.Seg(start, end), CancellationToken.None);

    sealed record Request(int Consumer, Segment Span, long Margin);

    static readonly Gen<Request> Requests =
        from consumer in Gen.Choose(0, 2)
        from start in Gen.Choose(0, 990)
        from length in Gen.Choose(1, 300)
        from margin in Gen.Choose(-50, 50)
        select new Request(consumer, Gps.Seg(start / 10.0, Math.Min(100, (start + length) / 10.0)), margin * (Gps.Second / 10));

    [Fact]
    public void Reads_in_any_cut_and_order_give_the_events_of_one_read() =>
        Requests.ListOf().CheckAsync(async requests =>
        {
            using var source = new FakeSource(Table);
            using var input = new SharedInput(source);
            foreach (var request in requests)
            {
                // A consumer may be wrong about what it needs: that costs reads, never events.
                input.Need(request.Consumer, request.Span.Start + request.Margin);
                var data = await input.ReadAsync(request.Span, CancellationToken.None);
                Assert.Equal(Expected(request.Span), data.Lines());
                Assert.Equal(request.Span, data.Span);
                Assert.Equal(SegmentList.Of(request.Span), data.Delivered);
            }
        });

    [Fact]
    public void What_is_delivered_is_told_whatever_was_read_before() =>
        (from requests in Requests.ListOf()
         from holes in Gen.Choose(0, 999).ArrayOf(4)
         let edges = holes.Order().Select(h => h / 10.0).ToArray()
         select (requests, Missing: Gps.List((edges[0], edges[1]), (edges[2], edges[3])))).CheckAsync(async t =>
        {
            using var source = new FakeSource(Table) { Available = ~t.Missing };
            using var input = new SharedInput(source);
            foreach (var request in t.requests)
            {
                input.Need(request.Consumer, request.Span.Start);
                var data = await input.ReadAsync(request.Span, CancellationToken.None);
                Assert.Equal(SegmentList.Of(request.Span) - t.Missing, data.Delivered);
                Assert.Equal((await source.ReadAsync(request.Span, CancellationToken.None)).Lines(), data.Lines());
            }
        });

    [Fact]
    public async Task Nothing_is_read_twice_that_is_still_held()
    {
        using var source = new FakeSource(Table);
        using var input = new SharedInput(source);
        await ReadAsync(input, 10, 20);
        await ReadAsync(input, 12, 18);
        await ReadAsync(input, 15, 25);
        await ReadAsync(input, 5, 22);
        await ReadAsync(input, 5, 25);
        Assert.Equal([Gps.Seg(10, 20), Gps.Seg(20, 25), Gps.Seg(5, 10)], source.Reads);
        Assert.Equal(Count(5, 25), input.EventCount);
    }

    [Fact]
    public async Task The_undelivered_end_is_asked_for_again_later()
    {
        using var source = new FakeSource(Table) { Available = Gps.List((0, 5)) };
        using var input = new SharedInput(source);
        var early = await ReadAsync(input, 0, 10);
        Assert.Equal(Gps.List((0, 5)), early.Delivered);
        Assert.Equal(Expected(Gps.Seg(0, 5)), early.Lines());

        source.Available = SegmentList.All;
        var late = await ReadAsync(input, 0, 10);
        Assert.Equal(Gps.List((0, 10)), late.Delivered);
        Assert.Equal(Expected(Gps.Seg(0, 10)), late.Lines());
        Assert.Equal([Gps.Seg(0, 10), Gps.Seg(5, 10)], source.Reads);
        Assert.Equal(Gps.List((0, 5)), early.Delivered);
    }

    [Fact]
    public async Task A_source_without_anything_yet_is_asked_again_for_all()
    {
        using var source = new FakeSource(Table) { Available = SegmentList.Empty };
        using var input = new SharedInput(source);
        Assert.True((await ReadAsync(input, 0, 10)).Delivered.IsEmpty);
        Assert.Equal(0, input.EventCount);
        source.Available = SegmentList.All;
        Assert.Equal(Expected(Gps.Seg(0, 10)), (await ReadAsync(input, 0, 10)).Lines());
    }

    [Fact]
    public async Task A_hole_before_delivered_data_is_final()
    {
        using var source = new FakeSource(Table) { Available = Gps.List((0, 3), (5, 10)) };
        using var input = new SharedInput(source);
        Assert.Equal(Gps.List((0, 3), (5, 10)), (await ReadAsync(input, 0, 10)).Delivered);
        source.Available = SegmentList.All;
        Assert.Equal(Gps.List((0, 3), (5, 10)), (await ReadAsync(input, 0, 10)).Delivered);
        Assert.Single(source.Reads);
    }

    [Fact]
    public async Task Memory_is_stripped_by_the_slowest_consumer()
    {
        using var source = new FakeSource(Table);
        using var input = new SharedInput(source);
        for (var t = 0; t < 30; t += 10) await ReadAsync(input, t, t + 10);
        Assert.Equal(Count(0, 30), input.EventCount);

        input.Need("fast", Gps.At(20));
        input.Need("slow", Gps.At(5));
        await ReadAsync(input, 30, 40);
        Assert.Equal(Count(0, 40), input.EventCount);

        input.Need("slow", Gps.At(10));
        await ReadAsync(input, 30, 40);
        Assert.Equal(Count(10, 40), input.EventCount);

        input.Leave("slow");
        await ReadAsync(input, 30, 40);
        Assert.Equal(Count(20, 40), input.EventCount);
    }

    [Fact]
    public async Task A_gap_restarts_and_an_earlier_span_does_not()
    {
        using var source = new FakeSource(Table);
        using var input = new SharedInput(source);
        await ReadAsync(input, 10, 20);
        Assert.Equal(Expected(Gps.Seg(50, 60)), (await ReadAsync(input, 50, 60)).Lines());
        Assert.Equal(Count(50, 60), input.EventCount);
        Assert.Equal(Expected(Gps.Seg(10, 20)), (await ReadAsync(input, 10, 20)).Lines());
        Assert.Equal(Count(50, 60), input.EventCount);
        Assert.Equal([Gps.Seg(10, 20), Gps.Seg(50, 60), Gps.Seg(10, 20)], source.Reads);
    }

    [Fact]
    public async Task A_view_outlives_what_is_stripped_after_it()
    {
        using var source = new FakeSource(Table);
        using var input = new SharedInput(source);
        var view = await ReadAsync(input, 0, 10);
        input.Need("fast", Gps.At(50));
        await ReadAsync(input, 50, 60);
        Assert.Equal(Expected(Gps.Seg(0, 10)), view.Lines());
    }

    [Fact]
    public async Task A_read_that_fails_changes_nothing()
    {
        using var source = new FakeSource(Table);
        using var input = new SharedInput(source);
        await ReadAsync(input, 10, 20);
        source.Fails = _ => new DataException("down", isTransient: true);
        await Assert.ThrowsAsync<DataException>(() => ReadAsync(input, 5, 30));
        Assert.Equal(Expected(Gps.Seg(12, 18)), (await ReadAsync(input, 12, 18)).Lines());
        source.Fails = _ => null;
        Assert.Equal(Expected(Gps.Seg(5, 30)), (await ReadAsync(input, 5, 30)).Lines());
    }

    [Fact]
    public async Task Readers_at_the_same_time_take_turns_at_the_source()
    {
        var (now, most) = (0, 0);
        using var source = new FakeSource(Table)
        {
            Delay = async _ =>
            {
                most = Math.Max(most, Interlocked.Increment(ref now));
                await Task.Delay(1);
                Interlocked.Decrement(ref now);
            },
        };
        using var input = new SharedInput(source);
        var reads = Enumerable.Range(0, 20).Select(i => Task.Run(() => ReadAsync(input, i * 3, i * 3 + 10))).ToArray();
        var data = await Task.WhenAll(reads);
        for (var i = 0; i < data.Length; i++) Assert.Equal(Expected(Gps.Seg(i * 3, i * 3 + 10)), data[i].Lines());
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task A_cancelled_read_gives_its_turn_back()
    {
        using var source = new FakeSource(Table) { Delay = _ => Task.Delay(Timeout.Infinite) };
        using var input = new SharedInput(source);
        using var cancellation = new CancellationTokenSource(10);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await input.ReadAsync(Gps.Seg(0, 10), cancellation.Token));
        source.Delay = _ => Task.CompletedTask;
        Assert.Equal(Expected(Gps.Seg(0, 10)), (await ReadAsync(input, 0, 10)).Lines());
    }

    [Fact]
    public void Closing_it_closes_the_source()
    {
        var source = new FakeSource(Table);
        new SharedInput(source).Dispose();
        Assert.True(source.IsDisposed);
    }

    [Fact]
    public async Task Channels_that_come_later_are_told_once_and_counted_when_nobody_expected_them()
    {
        var table = Triggers.Random(Gps.Seg(0, 40));
        using var source = new GrowingSource(table);
        var told = new List<string>();
        using var input = new SharedInput(source, names =>
        {
            told.AddRange(names);
            return names.Count(n => n != "H1:EXPECTED");
        });
        for (var t = 0; t < 40; t += 10) await input.ReadAsync(Gps.Seg(t, t + 10), CancellationToken.None);
        Assert.Equal(["H1:EXPECTED", "H1:LATE_0", "H1:LATE_1"], told.Order(StringComparer.Ordinal));
        Assert.Equal(2, input.LateChannels);
    }

    /// <summary>Has a channel more after the first read, and two more after the third.</summary>
    sealed class GrowingSource(EventTable table) : IEventSource
    {
        int reads;

        public ChannelDictionary Channels { get; private set; } = table.Channels;

        public IReadOnlyList<string> Columns => table.Columns;

        public ValueTask<EventTable> ReadAsync(Segment span, CancellationToken cancellationToken)
        {
            reads++;
            if (reads == 1) Channels = new(table.Channels.Names.Append("H1:EXPECTED"));
            if (reads == 3) Channels = new(Channels.Names.Append("H1:LATE_0").Append("H1:LATE_1"));
            return new(table.Slice(span));
        }

        public void Dispose()
        {
        }
    }
}
