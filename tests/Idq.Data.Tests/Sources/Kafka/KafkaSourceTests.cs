using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Idq.Data.Tests.Sources.Kafka;

/// <summary>Feature messages of a real broker become events, exactly those that were sent, whatever else is sent.</summary>
public sealed class KafkaSourceTests(KafkaBroker broker) : IClassFixture<KafkaBroker>
{
    static readonly CancellationToken Never = CancellationToken.None;

    readonly ConcurrentQueue<string> warnings = new();

    static string Time(double seconds) => seconds.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A message of a second with four slots; events as (channel, time, snr).</summary>
    static string Message(int second, params (string Channel, double Time, double Snr)[] events) =>
        $"{{\"timestamp\": {second}, \"features\": {{" + string.Join(", ", events.GroupBy(e => e.Channel).Select(g =>
            $"\"{g.Key}\": [" + string.Join(", ", g.Select(e => $"{{\"time\": {Time(e.Time)}, \"snr\": {Time(e.Snr)}}}").Concat(
                Enumerable.Repeat("null", 4)).Take(4)) + "]")) + "}}";

    /// <summary>One event of each of two channels in every second.</summary>
    static IEnumerable<string> Seconds(string prefix, int from, int to) => Enumerable.Range(from, to - from).Select(s =>
        Message(s, ($"{prefix}A", s + 0.25, 5 + s % 7), ($"{prefix}B", s + 0.75, 6 + s % 5)));

    async Task<string> TopicAsync(int count = 0, int partitions = 1)
    {
        var name = "t" + Guid.NewGuid().ToString("N");
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = broker.Bootstrap }).Build();
        string[] names = count == 0 ? [name] : [.. Enumerable.Range(1, count).Select(k => $"{name}_{k:D4}")];
        await admin.CreateTopicsAsync(
            names.Select(n => new TopicSpecification { Name = n, NumPartitions = partitions, ReplicationFactor = 1 }));
        return name;
    }

    async Task SendAsync(string topic, IEnumerable<string> messages, int partition = 0)
    {
        var config = new ProducerConfig { BootstrapServers = broker.Bootstrap, LingerMs = 0 };
        using var producer = new ProducerBuilder<Null, byte[]>(config).Build();
        await Task.WhenAll(messages.Select(m => producer.ProduceAsync(
            new TopicPartition(topic, partition), new Message<Null, byte[]> { Value = Encoding.UTF8.GetBytes(m) })));
    }

    KafkaSource Open(string topic, Func<GpsTime>? now = null, double timeout = 0.2, string? ifo = null) => new(
        new KafkaOptions
        {
            BootstrapServers = broker.Bootstrap, Topic = topic, Columns = ["snr"], SampleRate = 4, Timeout = (long)(timeout * 1e9),
            PollTimeout = 50_000_000, Instrument = ifo,
        },
        new SourceContext(0, now, warnings.Enqueue));

    static Segment Span(double start, double end) => new(GpsTime.FromSeconds(start), GpsTime.FromSeconds(end));

    static IEnumerable<(string Channel, double Time, double Snr)> Events(EventTable table) =>
        from c in Enumerable.Range(0, table.Channels.Count)
        from i in Enumerable.Range(0, table.Run(c).Count)
        select (table.Channels[c], table.Run(c).Times[i] / 1e9, table.Run(c).Column(0)[i]);

    static IEnumerable<(string Channel, double Time, double Snr)> Expected(string prefix, int from, int to) =>
    [
        .. Enumerable.Range(from, to - from).Select(s => ($"{prefix}A", s + 0.25, 5.0 + s % 7)),
        .. Enumerable.Range(from, to - from).Select(s => ($"{prefix}B", s + 0.75, 6.0 + s % 5)),
    ];

    [KafkaFact]
    public async Task Numbered_topics_are_read_together_and_each_delivers_for_itself()
    {
        var topic = await TopicAsync(count: 3);
        for (var k = 1; k <= 3; k++) await SendAsync($"{topic}_{k:D4}", Seconds($"H1:{k}", 100, k == 2 ? 108 : 110));
        using var source = Open(topic);
        Assert.Equal(["H1:1A", "H1:1B", "H1:2A", "H1:2B", "H1:3A", "H1:3B"], source.Channels.Names);
        var table = await source.ReadAsync(Span(102, 110), Never);
        Assert.Equal([.. Expected("H1:1", 102, 110), .. Expected("H1:2", 102, 108), .. Expected("H1:3", 102, 110)], Events(table));
        Assert.Equal([$"{topic}_0001", $"{topic}_0002", $"{topic}_0003"], table.Delivery.Groups.Keys);
        Assert.Equal(SegmentList.Of(Span(102, 108)), table.Delivered);
        Assert.Equal(SegmentList.Of(Span(102, 110)), table.Delivery.Groups[$"{topic}_0003"]);
    }

    [KafkaFact]
    public async Task However_the_time_is_cut_and_in_whatever_order_messages_come_the_events_are_the_same()
    {
        var (ordered, mixed) = (await TopicAsync(), await TopicAsync(partitions: 2));
        string[] messages = [.. Seconds("H1:", 0, 40)];
        await SendAsync(ordered, messages);
        // Neighbours change places, and two partitions share the messages.
        for (var k = 0; k < 40; k += 4)
        {
            await SendAsync(mixed, [messages[k + 1], messages[k]], partition: 0);
            await SendAsync(mixed, [messages[k + 3], messages[k + 2]], partition: 1);
        }
        using var one = Open(ordered);
        using var other = Open(mixed);
        var whole = await one.ReadAsync(Span(3.5, 38), Never);
        var cuts = new[] { 3.5, 4, 11, 11.25, 20, 33.3, 38 };
        var parts = new List<EventTable>();
        foreach (var (from, to) in cuts.Zip(cuts.Skip(1))) parts.Add(await other.ReadAsync(Span(from, to), Never));
        Assert.Equal(Events(whole), Events(EventTable.Concatenate(parts, Span(3.5, 38))));
        Assert.Equal(whole.Delivered, SegmentList.Coalesce(parts.SelectMany(p => p.Delivered)));
    }

    [KafkaFact]
    public async Task What_is_no_feature_message_is_counted_and_named_and_nothing_else_is_lost()
    {
        var topic = await TopicAsync();
        var good = Seconds("H1:", 10, 20).ToArray();
        await SendAsync(
            topic, [good[0], "hello", "", good[1][..40], "[]", .. good[1..5], good[4], good[3], .. good[5..], "{\"timestamp\": 12}"]);
        using var source = Open(topic, ifo: "H1");
        Assert.Equal(Expected("H1:", 10, 20), Events(await source.ReadAsync(Span(10, 20), Never)));
        Assert.Equal(4, source.Counters["unreadable_messages"]);
        Assert.Equal(2, source.Counters["repeated_messages"]);
        Assert.Equal(10, source.Counters["messages"]);
        Assert.Equal(20, source.Counters["events"]);
        Assert.Contains(
            $"{topic} [[0]] @1: this is no feature message and is passed over: '{{' was expected (at byte 0 of 5) (1 so far)", warnings);
    }

    [KafkaFact]
    public async Task A_reader_that_begins_again_at_its_position_reads_what_it_would_have_read()
    {
        var topic = await TopicAsync(count: 2);
        for (var k = 1; k <= 2; k++) await SendAsync($"{topic}_{k:D4}", Seconds($"H1:{k}", 1000, 1060));
        string position;
        using (var first = Open(topic))
        {
            await first.ReadAsync(Span(1010, 1030), Never);
            position = first.Position(GpsTime.FromSeconds(1028.5))!;
        }
        using var second = Open(topic);
        await second.ResumeAsync([position], Never);
        Assert.Equal(position, second.Position(GpsTime.FromSeconds(0)));
        var rest = await second.ReadAsync(Span(1028.5, 1060), Never);
        using var third = Open(topic);
        Assert.Equal(Events(await third.ReadAsync(Span(1028.5, 1060), Never)), Events(rest));
        Assert.Equal(SegmentList.Of(Span(1028.5, 1060)), rest.Delivered);
        // It did not begin at the beginning.
        Assert.Equal(2 * 32, second.Counters["messages"]);
    }

    [KafkaFact]
    public async Task Time_before_what_was_read_last_is_read_again()
    {
        var topic = await TopicAsync();
        await SendAsync(topic, Seconds("H1:", 0, 100));
        using var source = Open(topic);
        await source.ReadAsync(Span(80, 90), Never);
        Assert.Equal(Expected("H1:", 20, 30), Events(await source.ReadAsync(Span(20, 30), Never)));
        Assert.Equal(Expected("H1:", 90, 100), Events(await source.ReadAsync(Span(90, 100), Never)));
    }

    [KafkaFact]
    public async Task Messages_are_waited_for_until_the_timeout_and_later_ones_are_counted()
    {
        var topic = await TopicAsync();
        await SendAsync(topic, Seconds("H1:", 0, 5));
        var now = GpsTime.FromSeconds(5);
        using var source = Open(topic, () => now, timeout: 3);
        var reading = source.ReadAsync(Span(0, 6), Never).AsTask();
        await Task.Delay(300);
        Assert.False(reading.IsCompleted);
        await SendAsync(topic, Seconds("H1:", 5, 6));
        Assert.Equal(Expected("H1:", 0, 6), Events(await reading));

        now = GpsTime.FromSeconds(10);
        var empty = await source.ReadAsync(Span(6, 7), Never);
        Assert.True(empty.Delivered.IsEmpty);
        await SendAsync(topic, Seconds("H1:", 6, 9));
        Assert.Equal(Expected("H1:", 6, 9), Events(await source.ReadAsync(Span(6, 9), Never)));
        Assert.Equal(1, source.Counters["late_messages"]);
        Assert.Contains(warnings, w => w.Contains("came after its time was given", StringComparison.Ordinal));
    }

    [KafkaFact]
    public async Task A_message_of_tomorrow_does_not_end_the_wait_for_todays()
    {
        var topic = await TopicAsync();
        await SendAsync(topic, [.. Seconds("H1:", 0, 2), Message(90_000, ("H1:A", 90_000.5, 9)), .. Seconds("H1:", 2, 4)]);
        using var source = Open(topic, () => GpsTime.FromSeconds(4));
        Assert.Equal(Expected("H1:", 0, 4), Events(await source.ReadAsync(Span(0, 4), Never)));
        Assert.Equal(1, source.Counters["future_messages"]);
    }

    [KafkaFact]
    public async Task What_the_cluster_keeps_no_more_is_a_gap_and_is_said()
    {
        var topic = await TopicAsync();
        await SendAsync(topic, Seconds("H1:", 0, 20));
        string position;
        using (var first = Open(topic))
        {
            await first.ReadAsync(Span(0, 2), Never);
            position = first.Position(GpsTime.FromSeconds(2))!;
        }
        using (var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = broker.Bootstrap }).Build())
            await admin.DeleteRecordsAsync([new TopicPartitionOffset(topic, 0, 12)]);
        using var second = Open(topic);
        await second.ResumeAsync([position], Never);
        var table = await second.ReadAsync(Span(2, 20), Never);
        Assert.Equal(SegmentList.Of(Span(12, 20)), table.Delivered);
        Assert.Equal(10, second.Counters["missing_offsets"]);
        Assert.Contains($"{topic} [[0]]: the messages at offsets 2 to 11 are kept no more; their time is a gap", warnings);
    }

    [KafkaFact]
    public async Task A_topic_that_is_not_there_and_a_property_that_is_none_are_said()
    {
        var absent = Assert.Throws<DataException>(() => Open("nothing"));
        Assert.Equal($"Kafka at {broker.Bootstrap} has no topic 'nothing' and none like 'nothing_0001'", absent.Message);
        Assert.True(absent.IsTransient);
        var wrong = Assert.Throws<DataException>(() => new KafkaSource(
            new KafkaOptions
            {
                BootstrapServers = broker.Bootstrap, Topic = "t", Properties = new Dictionary<string, string> { ["no.such"] = "1" },
            },
            new SourceContext(0, null)));
        Assert.Contains("no.such", wrong.Message, StringComparison.Ordinal);
        await Task.CompletedTask;
    }

    [OwnKafkaFact]
    public async Task A_broker_that_is_killed_is_an_outage_and_when_it_is_back_nothing_is_missing()
    {
        using var mortal = new KafkaBroker();
        var tests = new KafkaSourceTests(mortal);
        var topic = await tests.TopicAsync();
        await tests.SendAsync(topic, Seconds("H1:", 0, 10));
        var now = GpsTime.FromSeconds(10);
        using var source = tests.Open(topic, () => now, timeout: 2);
        Assert.Equal(Expected("H1:", 0, 10), Events(await source.ReadAsync(Span(0, 10), Never)));
        mortal.Kill();
        now = GpsTime.FromSeconds(20);
        var down = await Assert.ThrowsAsync<DataException>(async () => await source.ReadAsync(Span(10, 12), Never));
        Assert.True(down.IsTransient);
        mortal.Revive();
        await tests.SendAsync(topic, Seconds("H1:", 10, 20));
        Assert.Equal(Expected("H1:", 10, 12), Events(await source.ReadAsync(Span(10, 12), Never)));
        Assert.Equal(Expected("H1:", 12, 20), Events(await source.ReadAsync(Span(12, 20), Never)));
        Assert.Equal(0, source.Counters["late_messages"]);
    }

    [Fact]
    public void A_cluster_that_does_not_answer_is_an_outage()
    {
        var down = Assert.Throws<DataException>(() => new KafkaSource(
            new KafkaOptions { BootstrapServers = "127.0.0.1:1", Topic = "t" }, new SourceContext(0, null)));
        Assert.True(down.IsTransient);
        Assert.StartsWith("Kafka at 127.0.0.1:1: ", down.Message, StringComparison.Ordinal);
    }
}
