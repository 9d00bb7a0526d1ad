using NodaTime;

namespace Idq.Tracking.Tests;

public sealed class SequenceTests : StreamFixture
{
    Sequence New(string name = "loss") => new(Run, name, Clock);

    [Fact]
    public void Columns_may_come_late_and_have_holes()
    {
        var sequence = New();
        sequence.Append(("a", 2));
        Clock.Advance(Duration.FromMilliseconds(1));
        sequence.Append(("b", 3));
        Assert.Equal(2, sequence.Count);
        Assert.Equal(["a", "b"], sequence.Columns());
        Assert.Equal([2.0, double.NaN], sequence.Numbers("a"));
        Assert.Equal([double.NaN, 3.0], sequence.Numbers("b"));
        Assert.Equal([2, StreamValue.Null], sequence.Column("a"));
        var table = sequence.ToTable();
        Assert.Equal(["idx", "timestamp", "a", "b"], table.Names);
        Assert.Equal([0, 1], table["idx"]);
        Assert.Equal(
            [Clock.GetCurrentInstant() - Duration.FromMilliseconds(1), Clock.GetCurrentInstant()],
            table["timestamp"].Select(time => time.AsInstant())
        );
        Assert.All(table["timestamp"], time => Assert.Equal(StreamValueKind.Instant, time.Kind));
    }

    [Theory]
    [InlineData("idx")]
    [InlineData("timestamp")]
    [InlineData("")]
    [InlineData("a\0b")]
    public void Reserved_and_malformed_names_are_refused_and_no_row_is_kept(string name)
    {
        var sequence = New();
        var e = Assert.Throws<DataStreamException>(() => sequence.Append((name, 1)));
        Assert.Equal(DataStreamFailure.InvalidKey, e.Failure);
        Assert.Equal((0, 0), (sequence.Count, sequence.NextIdx));
        Assert.Throws<DataStreamException>(() => New(name == "idx" ? "" : new string('x', 256)));
    }

    [Fact]
    public void A_name_given_twice_is_refused_among_few_and_among_many()
    {
        Assert.Throws<DataStreamException>(() => New().Append(("a", 1), ("a", 2)));
        Assert.Throws<DataStreamException>(() =>
            RecordValues.Of(Enumerable.Range(0, 20).Select(i => KeyValuePair.Create($"c{i % 19}", (StreamValue)i)).ToArray())
        );
    }

    [Fact]
    public void Rows_may_be_put_in_any_order_and_gaps_are_listed()
    {
        var sequence = New();
        foreach (long idx in (long[])[5, 2, 3, 9, 2])
            sequence.Put(new SequenceRow(idx, 0, 0, Row(idx)));
        Assert.Equal([2, 3, 5, 9], sequence.Rows().Select(row => row.Idx));
        Assert.Equal([new(0, 1), new(4, 4), new IdxRange(6, 8)], sequence.Gaps());
        Assert.Equal(10, sequence.NextIdx);
        Assert.Equal(10, sequence.Append(("value", 1)).Idx);
    }

    [Fact]
    public void Clearing_takes_what_is_not_flushed_and_never_uses_a_number_again()
    {
        var sequence = New();
        sequence.Append(("a", 1));
        sequence.Flush();
        sequence.Append(("a", 2));
        Assert.Equal(1, sequence.Unflushed);
        sequence.Clear();
        Assert.Equal(1, sequence.Count);
        Assert.Equal(2, sequence.Append(("a", 3)).Idx);
        Assert.Equal([1, 3], sequence.Column("a"));
    }

    [Fact]
    public async Task Only_what_is_appended_while_linked_is_streamed_and_a_full_persist_brings_the_rest()
    {
        var store = new InMemorySequenceStore([Run]);
        await using var server = await ServeAsync(Unix, store);
        var sequence = New();
        sequence.Append(("value", 10));
        await using (var client = Connect(Unix))
        {
            using (client.Link(sequence)) sequence.Append(("value", 11));
            sequence.Append(("value", 12));
            Assert.True((await client.FlushAsync(Patience)).IsComplete);
        }

        await server.PersistedAsync(1).WaitAsync(Patience);
        var streamed = Assert.Single(await AllAsync(store, Run, "loss"));
        Assert.Equal((1, 11), (streamed.Idx, streamed.Values["value"].AsInt64()));
        Assert.Equal([new IdxRange(0, 0)], await store.GapsAsync(Run, "loss", CancellationToken.None));

        await store.ReconcileAsync(Run, "loss", sequence.Rows(), CancellationToken.None);
        var rows = await AllAsync(store, Run, "loss");
        Assert.Equal([(0, 10), (1, 11), (2, 12)], rows.Select(row => (row.Idx, row.Values["value"].AsInt64())));
    }

    [Fact]
    public async Task A_row_that_the_client_refuses_is_not_kept_and_its_number_not_used()
    {
        await using var client = Connect(Unix with { Stream = false, CliCloseTimeout = TimeSpan.Zero });
        var sequence = New();
        using var link = client.Link(sequence);
        Assert.Throws<InvalidOperationException>(() => client.Link(sequence));
        Assert.Throws<DataStreamException>(() => sequence.Append(("value", new byte[10_000])));
        Assert.Equal((0, 0), (sequence.Count, sequence.NextIdx));
        Assert.Equal(0, sequence.Append(("value", 1)).Idx);
    }

    [Fact]
    public async Task A_disabled_stream_keeps_the_rows_and_sends_nothing()
    {
        using var scope = DataStreamOptions.Use(Unix with { Disable = true });
        await using var client = DataStreamClient.Connect();
        var sequence = New();
        using var link = client.Link(sequence);
        sequence.Append(("value", 1));
        Assert.Equal(1, sequence.Count);
        Assert.Equal(0, client.Statistics.Records);
    }
}
