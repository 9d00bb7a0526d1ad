using FsCheck;
using FsCheck.Fluent;

namespace Idq.Tracking.Tests;

/// <summary>The two state machines that repair losses, without a network: whatever a network does, everything arrives in the end.</summary>
public sealed class RepairTests
{
    const long Second = 1_000_000;

    static OutgoingMessage New(ulong number, bool needsStream = false) => new()
    {
        Number = number, Payload = new byte[10], Length = 10, Records = 1, IsCompressed = false, NeedsStream = needsStream,
    };

    [Fact]
    public void Whatever_the_network_does_everything_arrives_and_is_let_go() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            var client = new OutgoingMessages(Second, 64);
            var server = new ClientProgress(1);
            var count = random.Next(1, 200);
            for (ulong i = 1; i <= (ulong)count; i++) client.Add(New(i));
            var arrived = new HashSet<ulong>();
            var network = new List<OutgoingMessage>();
            var now = 0L;
            for (var step = 0; step < 20_000 && !client.IsEmpty; step++)
            {
                now += random.Next(20_000);
                while (client.Take(now) is { } message)
                {
                    if (random.Next(4) > 0) network.Insert(random.Next(network.Count + 1), message);
                    if (random.Next(8) == 0) network.Add(message);
                }

                for (var n = random.Next(5); n > 0 && network.Count > 0; n--)
                {
                    var message = network[0];
                    network.RemoveAt(0);
                    var isNew = !server.Has(message.Number);
                    server.Add(message.Number);
                    if (isNew != arrived.Add(message.Number)) return false;
                }

                if (random.Next(3) == 0) client.Acknowledge(server.Acknowledge(), now);
                if (client.InFlight < 0 || client.InFlight > 64) return false;
            }

            return client.IsEmpty && client.InFlight == 0 && client.Bytes == 0 && client.Records == 0
                && arrived.Count == count && server.Through == (ulong)count && server.Missing == 0 && client.AcknowledgedRecords == count;
        }));

    [Fact]
    public void Acknowledgements_come_back_from_bytes_and_say_exactly_what_is_missing() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(1000),
        Prop.ForAll(Gen.ArrayOf(Gen.Choose(1, 300)).ToArbitrary(), numbers =>
        {
            var progress = new ClientProgress(7);
            foreach (var number in numbers) progress.Add((ulong)number);
            var bytes = new byte[Acknowledgement.MaxBytes];
            var length = progress.Acknowledge().Write(bytes, []);
            if (Message.Read(bytes.AsSpan(0, length), Acknowledgement.MaxBytes, [], out var head) != MessageFailure.None) return false;
            var read = Acknowledgement.Read(bytes.AsSpan(0, length), head)!;
            var there = numbers.Select(n => (ulong)n).ToHashSet();
            for (ulong n = 1; n <= read.Highest; n++)
            {
                var isMissing = n > read.Through && read.Missing.Any(range => range.First <= n && n <= range.Last);
                if (isMissing == there.Contains(n)) return false;
            }

            return read.Missing.Count == Acknowledgement.MaxMissing || read.Highest == there.DefaultIfEmpty().Max();
        }));

    [Fact]
    public void What_the_client_gave_up_is_waited_for_no_more_and_counted_as_lost()
    {
        var progress = new ClientProgress(1);
        progress.Forget(5, isFirstContact: true);
        Assert.Equal((4UL, 0UL), (progress.Through, progress.Lost));
        progress.Add(6);
        progress.Add(9);
        Assert.Equal(3UL, progress.Missing);
        progress.Forget(8, isFirstContact: false);
        Assert.Equal((7UL, 2UL, 1UL), (progress.Through, progress.Lost, progress.Missing));
        progress.Add(8);
        Assert.Equal((9UL, 0UL), (progress.Through, progress.Missing));
    }

    [Fact]
    public void Scattered_arrivals_cost_bounded_memory()
    {
        var progress = new ClientProgress(1);
        ulong number = 2;
        for (; progress.HasRoomFor(number); number += 2) progress.Add(number);
        Assert.InRange((int)(number / 2), ClientProgress.MaxRanges - 2, ClientProgress.MaxRanges + 2);
        Assert.False(progress.HasRoomFor(ulong.MaxValue - 1));
        Assert.True(progress.HasRoomFor(1));
        Assert.True(progress.HasRoomFor(3));
    }

    [Fact]
    public void A_client_whose_arrivals_are_not_scattered_any_more_gives_its_memory_back()
    {
        var progress = new ClientProgress(1);
        for (ulong number = 2; progress.HasRoomFor(number); number += 2) progress.Add(number);
        Assert.True(progress.Capacity >= ClientProgress.MaxRanges);
        for (ulong number = 1; number <= 2 * ClientProgress.MaxRanges; number += 2) progress.Add(number);
        Assert.Equal(0UL, progress.Missing);
        Assert.InRange(progress.Capacity, 0, 16);
    }

    [Fact]
    public async Task A_large_message_that_is_stuck_does_not_make_every_acknowledgement_longer()
    {
        // Going through all that was sent since, for each of them, would take hours.
        const ulong count = 2_000_000;
        await Task.Run(() =>
        {
            var client = new OutgoingMessages(Second, 64);
            client.Add(New(1, needsStream: true));
            Assert.Equal(1UL, client.Take(0)!.Number);
            for (ulong number = 2; number <= count; number++)
            {
                client.Add(New(number));
                Assert.Equal(number, client.Take(0)!.Number);
                client.Acknowledge(new Acknowledgement(1, 0, number, [(1, 1)], 0), 0);
                Assert.Equal((1UL, 1), (client.First, client.InFlight));
            }

            client.Acknowledge(new Acknowledgement(1, count, count, [], 0), 0);
            Assert.True(client.IsEmpty);
            Assert.Equal((count + 1, count + 1, 0, (long)count), (client.First, client.Next, client.Bytes, client.AcknowledgedRecords));
        }).WaitAsync(TimeSpan.FromMinutes(2));
    }

    [Fact]
    public void What_was_never_sent_can_be_taken_out_and_its_numbers_are_free_again()
    {
        var client = new OutgoingMessages(Second, 4);
        for (ulong i = 1; i <= 8; i++) client.Add(New(i));
        for (ulong i = 1; i <= 4; i++) Assert.Equal(i, client.Take(0)!.Number);
        Assert.Null(client.Take(0));
        Assert.Equal([5UL, 6UL, 7UL, 8UL], client.TakeUnsent().Select(message => message.Number));
        Assert.Equal((1UL, 5UL, 4L, false), (client.First, client.Next, client.Records, client.HasUnsent));
        client.Add(New(5));
        for (ulong i = 1; i <= 5; i++) Assert.Equal(i, client.DropOldest()!.Number);
        Assert.Null(client.DropOldest());
        Assert.Equal((6UL, 6UL, 0, 0L), (client.First, client.Next, client.InFlight, client.Bytes));
        client.Add(New(6));
        Assert.Equal(6UL, client.Take(0)!.Number);
    }

    [Fact]
    public void The_window_closes_on_losses_and_silence_repeats()
    {
        var client = new OutgoingMessages(Second, 1024);
        for (ulong i = 1; i <= 100; i++) client.Add(New(i));
        var now = 0L;
        var sent = 0;
        while (client.Take(now) is not null) sent++;
        Assert.Equal(32, sent);
        // Nothing is heard: all of it counts as lost, and less is sent at once.
        now = client.NextExpiry()!.Value;
        var again = 0;
        while (client.Take(now) is { } message)
        {
            Assert.Equal((ulong)++again, message.Number);
            Assert.Equal(2, message.Attempts);
        }

        Assert.Equal(16, again);
        Assert.Equal(32, client.Lost);
        // One answer for what was sent lets go of it, and of nothing that was never sent.
        client.Acknowledge(new Acknowledgement(1, 90, ulong.MaxValue, [], 0), now);
        Assert.Equal(33UL, client.First);
    }

    [Fact]
    public void What_goes_over_the_stream_is_not_sent_again_because_datagrams_overtook_it()
    {
        var client = new OutgoingMessages(Second, 1024);
        client.Add(New(1, needsStream: true));
        client.Add(New(2));
        client.Take(0);
        client.Take(0);
        client.Acknowledge(new Acknowledgement(1, 0, 2, [(1, 1)], 0), Second / 2);
        Assert.Null(client.Take(Second));
        Assert.Equal(1, client.InFlight);
        Assert.Equal(1UL, client.Take(11 * Second)!.Number);
    }

    [Fact]
    public void An_acknowledgement_that_contradicts_itself_is_none()
    {
        foreach (
            var bad in (Acknowledgement[])
                [new(1, 5, 4, [], 0), new(1, 5, 9, [(5, 6)], 0), new(1, 5, 9, [(7, 9)], 0), new(1, 5, 9, [(8, 8), (7, 7)], 0)]
        )
        {
            var bytes = new byte[Acknowledgement.MaxBytes];
            var length = bad.Write(bytes, []);
            Assert.Equal(MessageFailure.None, Message.Read(bytes.AsSpan(0, length), bytes.Length, [], out var head));
            Assert.Null(Acknowledgement.Read(bytes.AsSpan(0, length), head));
        }
    }
}
