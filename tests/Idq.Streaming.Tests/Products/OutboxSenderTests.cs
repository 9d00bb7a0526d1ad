using System.Text;
using System.Threading.Channels;
using Idq.Tracking;
using Microsoft.Extensions.Logging.Abstractions;

namespace Idq.Streaming.Tests.Products;

public sealed class OutboxSenderTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly TrackerStore store;

    public OutboxSenderTests() => store = TrackerStore.Open(folder.File("store.sqlite"), Clocks.Still);

    sealed class Post(string destination) : IMessageSender
    {
        readonly Channel<bool> attempts = Channel.CreateUnbounded<bool>();

        public string Destination => destination;

        public List<string> Arrived { get; } = [];

        public Exception? Failure { get; set; }

        /// <summary>Waits for the next attempt to deliver.</summary>
        public Task NextAsync() => attempts.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(5));

        public Task SendAsync(IReadOnlyList<OutboxMessage> messages, CancellationToken cancellationToken)
        {
            var failure = Failure;
            if (failure is null) Arrived.AddRange(messages.Select(m => Encoding.UTF8.GetString(m.Payload.Span)));
            attempts.Writer.TryWrite(true);
            return failure is null ? Task.CompletedTask : Task.FromException(failure);
        }
    }

    void Store(string destination, params string[] texts) => store.Commit(new StrideCommit
    {
        Messages = [.. texts.Select(t => new OutboxMessage(destination, "key", Encoding.UTF8.GetBytes(t)))],
    });

    OutboxSender Open(long limit, params Post[] posts) =>
        new(store, posts.Select(p => new OutboxRoute(p, limit)), new ReplayClock(Gps.Origin), NullLogger.Instance);

    static string[] Numbers(int from, int to) =>
        [.. Enumerable.Range(from, to - from).Select(n => n.ToString(System.Globalization.CultureInfo.InvariantCulture))];

    [Fact]
    public async Task What_waits_is_sent_at_once_and_what_is_committed_later_wakes_the_sender()
    {
        var post = new Post("a");
        Store("a", "early");
        await using (Open(10, post))
        {
            await post.NextAsync();
            Store("a", "late", "later");
            await post.NextAsync();
        }
        Assert.Equal(["early", "late", "later"], post.Arrived);
        Assert.Equal(0, store.OutboxCount());
    }

    [Fact]
    public async Task A_sender_sees_its_own_destination_only_and_all_of_it_in_order()
    {
        var (a, b) = (new Post("a"), new Post("b"));
        foreach (var chunk in Numbers(0, 1300).Chunk(100))
        {
            Store("a", chunk);
            Store("b", "b" + chunk[0]);
            Store("c", "nobody's");
        }
        await Open(10, a, b).DisposeAsync();
        Assert.Equal(Numbers(0, 1300), a.Arrived);
        Assert.Equal(13, b.Arrived.Count);
        Assert.Equal((13, 13), (store.OutboxCount("c"), store.OutboxCount()));
    }

    [Fact]
    public async Task Two_writers_to_one_destination_send_its_messages_once()
    {
        var (first, second) = (new Post("a"), new Post("a"));
        Store("a", "one");
        await Open(10, first, second).DisposeAsync();
        Assert.Equal(["one"], first.Arrived.Concat(second.Arrived));
    }

    [Fact]
    public async Task A_destination_in_trouble_delays_no_other_and_is_tried_again()
    {
        var (bad, good) = (new Post("bad") { Failure = new DataException("closed", isTransient: true) }, new Post("good"));
        Store("bad", "x");
        await using (Open(10, bad, good))
        {
            await bad.NextAsync();
            Store("good", "y");
            await good.NextAsync();
            Assert.Equal(1, store.OutboxCount("bad"));
            bad.Failure = null;
            await bad.NextAsync();
        }
        Assert.Equal(["x"], bad.Arrived);
        Assert.Equal(["y"], good.Arrived);
        Assert.Equal(0, store.OutboxCount());
    }

    [Fact]
    public async Task Beyond_the_limit_the_oldest_messages_are_given_up_and_that_is_recorded()
    {
        var bad = new Post("bad") { Failure = new IOException("the line is cut") };
        Store("bad", Numbers(0, 25));
        Store("other", "stays");
        await Open(10, bad).DisposeAsync();
        Assert.Equal(Numbers(15, 25), store.Outbox(destination: "bad").Select(m => Encoding.UTF8.GetString(m.Payload.Span)));
        Assert.Equal(1, store.OutboxCount("other"));
        var skip = Assert.Single(store.Skips());
        Assert.Equal(("outbox", "given_up", Gps.Origin.Nanoseconds), (skip.Job, skip.Reason, skip.StartNs));
        Assert.Equal("15 messages to bad, beyond outbox_limit = 10: the line is cut", skip.Detail);

        bad.Failure = null;
        await Open(10, bad).DisposeAsync();
        Assert.Equal(Numbers(15, 25), bad.Arrived);
        Assert.Single(store.Skips());
    }

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }
}
