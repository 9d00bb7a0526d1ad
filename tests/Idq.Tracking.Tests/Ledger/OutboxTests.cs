using Idq.Tracking.Tests.Worker;

namespace Idq.Tracking.Tests.Ledger;

public sealed class OutboxTestsOnSqlite() : OutboxTests(TestEngine.Sqlite);

public sealed class OutboxTestsOnPostgres() : OutboxTests(TestEngine.Postgres);

public abstract class OutboxTests(TestEngine engine) : StoreFixture(engine)
{
    [Fact]
    public void A_commit_may_carry_cursors_and_messages_only()
    {
        var seqs = Store.Commit(new StrideCommit
        {
            Cursors = [new CursorMove("position/evaluate/ovl", "topic:0=17"), new CursorMove("evaluate", "8")],
            Messages = [Message("a"), Message("b", "series", "")],
        });

        Assert.Empty(seqs);
        Assert.Equal(0, Store.LastSeq());
        Assert.Equal("topic:0=17", Store.Cursor("position/evaluate/ovl"));
        Assert.Equal(["1 k=a to alerts", "2 =b to series"], Store.Outbox().Select(Shown));
        Assert.All(Store.Outbox(), message => Assert.Equal(Clock.GetCurrentInstant(), message.Created));
    }

    [Fact]
    public void Messages_are_given_oldest_first_from_a_number_on_and_for_one_destination()
    {
        foreach (var i in Enumerable.Range(0, 4))
            Store.Commit(new StrideCommit { Messages = [Message($"a{i}"), Message($"s{i}", "series")] });

        Assert.Equal(["a0", "s0", "a1", "s1", "a2", "s2", "a3", "s3"], Payloads(Store.Outbox()));
        Assert.Equal(["a0", "s0", "a1"], Payloads(Store.Outbox(limit: 3)));
        Assert.Equal(["s1", "a2"], Payloads(Store.Outbox(Store.Outbox(limit: 3)[^1].Seq, 2)));
        Assert.Equal(["s2", "s3"], Payloads(Store.Outbox(Store.Outbox(limit: 2, destination: "series")[^1].Seq, destination: "series")));
        Assert.Empty(Store.Outbox(limit: 0));
        Assert.Empty(Store.Outbox(destination: "elsewhere"));
        Assert.Equal((8, 4, 0), (Store.OutboxCount(), Store.OutboxCount("alerts"), Store.OutboxCount("elsewhere")));
        Assert.Throws<ArgumentOutOfRangeException>(() => Store.Outbox(limit: -1));
    }

    [Fact]
    public void What_was_sent_is_removed_and_nothing_else()
    {
        Store.Commit(new StrideCommit { Messages = [Message("a"), Message("b"), Message("c"), Message("d")] });
        var waiting = Store.Outbox();

        Assert.Equal(2, Store.Sent([waiting[0].Seq, waiting[2].Seq]));
        Assert.Equal(["b", "d"], Payloads(Store.Outbox()));
        Assert.Equal(1, Store.Sent([waiting[2].Seq, waiting[3].Seq, 99]));
        Assert.Equal(0, Store.Sent([]));
        Assert.Equal(["b"], Payloads(Store.Outbox()));
        Assert.Equal(1, Store.OutboxCount());
    }

    [Fact]
    public void The_oldest_messages_to_a_destination_are_given_up_with_a_record_of_it_or_not_at_all()
    {
        foreach (var i in Enumerable.Range(0, 5))
            Store.Commit(new StrideCommit { Messages = [Message($"a{i}"), Message($"s{i}", "series")] });
        SkipDraft Record(int count) => new("outbox", 3, 3, "given_up", $"{count} messages");

        Assert.Equal(0, Store.GiveUp("alerts", 5, Record));
        Assert.Equal(0, Store.GiveUp("elsewhere", 0, Record));
        Assert.Equal(0, Store.GiveUp("alerts", long.MaxValue, Record));
        Assert.Empty(Store.Skips());
        Assert.Equal(3, Store.GiveUp("alerts", 2, Record));
        Assert.Equal(["a3", "a4"], Payloads(Store.Outbox(destination: "alerts")));
        Assert.Equal(5, Store.OutboxCount("series"));
        Assert.Equal("3 messages", Assert.Single(Store.Skips()).Detail);
        Assert.ThrowsAny<ArgumentException>(() => Store.GiveUp("series", 0, count => new("", 3, 3, "given_up")));
        Assert.Equal(5, Store.OutboxCount("series"));
        Assert.Equal(5, Store.GiveUp("series", 0, Record));
        Assert.Equal(0, Store.OutboxCount("series"));
        Assert.Throws<ArgumentOutOfRangeException>(() => Store.GiveUp("alerts", -1, Record));
    }

    [Fact]
    public void A_commit_with_messages_tells_those_who_wait_for_them_and_no_other_does()
    {
        var waiting = new List<long>();
        Store.MessagesStored += (_, _) => waiting.Add(Store.OutboxCount());
        Store.Commit(new StrideCommit { Cursors = [new CursorMove("evaluate", "8")] });
        Assert.Empty(waiting);
        Store.Commit(new StrideCommit { Messages = [Message("a"), Message("b")] });
        Assert.Throws<ArgumentNullException>(() => Store.Commit(null!));
        Store.Commit(new StrideCommit { Messages = [Message("c")] });
        Assert.Equal([2, 3], waiting);
    }

    [Fact]
    public void A_number_is_not_used_again_when_the_outbox_was_emptied()
    {
        Store.Commit(new StrideCommit { Messages = [Message("a"), Message("b")] });
        var last = Store.Outbox()[^1].Seq;
        Store.Sent([.. Store.Outbox().Select(message => message.Seq)]);
        Store.Dispose();

        using var again = OpenAgain();
        again.Commit(new StrideCommit { Messages = [Message("c")] });
        Assert.Equal(["c"], Payloads(again.Outbox(last)));
    }

    [Fact]
    public void A_payload_keeps_every_byte_and_texts_every_character()
    {
        const string Odd = "a'; DROP TABLE outbox; -- \"é\u4e2d\U0001f600";
        byte[] every = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        var large = new byte[3_000_000];
        new Random(1).NextBytes(large);
        Store.Commit(new StrideCommit { Messages = [new(Odd, Odd, every), new("x", "", default), new("x", "", large)] });

        var waiting = Store.Outbox();
        Assert.Equal((Odd, Odd), (waiting[0].Destination, waiting[0].Key));
        Assert.Equal(every, waiting[0].Payload.ToArray());
        Assert.True(waiting[1].Payload.IsEmpty);
        Assert.Equal(large, waiting[2].Payload.ToArray());
        Assert.Single(Store.Outbox(destination: Odd));
    }

    [Fact]
    public void A_commit_that_is_refused_sends_nothing()
    {
        Store.Commit(new StrideCommit { Cursors = [new CursorMove("evaluate", "1")] });
        Assert.Throws<TrackerException>(() => Store.Commit(new StrideCommit
        {
            Cursors = [CursorMove.FromTo("evaluate", "0", "2")],
            Messages = [Message("a")],
        }));
        Assert.Equal(0, Store.OutboxCount());
    }

    [Fact]
    public void A_transaction_that_is_undone_keeps_what_it_called_sent()
    {
        Store.Commit(new StrideCommit { Messages = [Message("a")] });
        Assert.Throws<InvalidOperationException>(() => Store.Transact(() =>
        {
            Store.Commit(new StrideCommit { Messages = [Message("b")] });
            Assert.Equal(2, Store.Sent([.. Store.Outbox().Select(message => message.Seq)]));
            throw new InvalidOperationException();
        }));
        Assert.Equal(["a"], Payloads(Store.Outbox()));
    }

    [Fact]
    public void A_store_that_is_read_only_shows_the_outbox_and_removes_nothing()
    {
        Store.Commit(new StrideCommit { Messages = [Message("a")] });
        using var reader = TrackerStore.OpenReadOnly(StorePath);
        Assert.Equal(["a"], Payloads(reader.Outbox()));
        Assert.Throws<InvalidOperationException>(() => reader.Sent([1]));
    }

    [Fact]
    public void A_store_of_the_version_before_gets_an_outbox_and_keeps_its_rows()
    {
        Store.Commit(new StrideCommit { Products = [Draft("a")], Cursors = [new CursorMove("evaluate", "1")] });
        var before = Contents();
        Store.Dispose();
        Sql("DROP TABLE outbox; DELETE FROM applied_migrations WHERE name = 'tracker/002-outbox'");
        Assert.Equal(
            TrackerFailure.OlderSchema, Assert.Throws<TrackerException>(() => TrackerStore.OpenReadOnly(StorePath)).Failure);

        using var again = OpenAgain();
        Assert.Equal(before, Contents(again));
        again.Commit(new StrideCommit { Messages = [Message("b")] });
        Assert.Equal(["b"], Payloads(again.Outbox()));
    }

    [Fact]
    public void A_process_that_died_before_it_said_sent_sends_again()
    {
        Store.Commit(new StrideCommit { Messages = [Message("a"), Message("b")] });
        List<string> delivered = [.. Payloads(Store.Outbox())];
        Store.Dispose();

        using var again = OpenAgain();
        var waiting = again.Outbox();
        delivered.AddRange(Payloads(waiting));
        again.Sent([.. waiting.Select(message => message.Seq)]);
        Assert.Equal(["a", "b", "a", "b"], delivered);
        Assert.Equal(0, again.OutboxCount());
    }

    [Fact]
    public void A_committer_and_a_sender_killed_at_any_moment_lose_no_message()
    {
        var random = new Random(2);
        var delivered = new List<long>();
        for (var round = 0; round < 6; round++)
        {
            using var committer = new WorkerProcess("commit", StorePath, int.MaxValue);
            committer.Go();
            Assert.StartsWith("committed", committer.ReadLine(), StringComparison.Ordinal);
            using var sender = new WorkerProcess("send", StorePath, int.MaxValue);
            sender.Go();
            var lines = new List<string?>();
            for (var left = random.Next(1, 30); left > 0; left--) lines.Add(sender.ReadLine());
            committer.Kill();
            lines.AddRange(sender.Kill());
            delivered.AddRange(lines.Where(line => line!.EndsWith('.')).Select(line => long.Parse(line![5..^1])));
        }

        using var store = OpenAgain();
        // A server may still be at a commit that was under way; the next writer waits for it.
        store.Commit(new StrideCommit());
        var count = long.Parse(store.Cursor("count")!);
        var waiting = store.Outbox(limit: int.MaxValue).Select(message => long.Parse(message.Key)).ToList();
        Assert.Equal(Range(1, count), delivered.Concat(waiting).Distinct().Order());
        // Removed are only the oldest, so what waits is the end; at most one batch was sent again in a round.
        Assert.Equal(Range(count - waiting.Count + 1, count), waiting);
        Assert.InRange(delivered.Count, delivered.Distinct().Count(), delivered.Distinct().Count() + (6 * Program.SentAtOnce));
    }

    static IEnumerable<long> Range(long first, long last)
    {
        for (var i = first; i <= last; i++) yield return i;
    }

    static IEnumerable<string> Payloads(IEnumerable<OutboxMessage> messages) =>
        messages.Select(message => System.Text.Encoding.UTF8.GetString(message.Payload.Span));
}
