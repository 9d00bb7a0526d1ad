using FsCheck;
using FsCheck.Fluent;

namespace Idq.Tracking.Tests;

/// <summary>How records are packed into datagrams.</summary>
public sealed class PackingTests : StreamFixture
{
    [Fact]
    public void Whatever_is_packed_fits_and_comes_back_in_order() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(AnyValue.Records(), Gen.Choose(100, 1500).ToArbitrary(), ArbMap.Default.ArbFor<bool>(), (records, limit, compress) =>
        {
            var packer = new DatagramPacker(limit, compress);
            var open = new PayloadWriter();
            var sent = new List<StreamRecord>();
            var payloads = new List<PackedPayload>();
            // Several times over, so that the packer learns.
            foreach (var record in Enumerable.Repeat(records, 20).SelectMany(all => all))
            {
                if (!new PayloadWriter().TryAdd(record, limit)) continue;
                sent.Add(record);
                if (open.TryAdd(record, packer.Target)) continue;
                payloads.AddRange(packer.Pack(open));
                open.Clear();
                open.TryAdd(record, packer.Target);
            }

            if (open.Records > 0) payloads.AddRange(packer.Pack(open));
            var back = payloads.SelectMany(payload => PayloadReader.Records(Raw(payload), payload.Records));
            return payloads.All(payload => payload.Payload.Length <= limit) && back.SequenceEqual(sent);
        }));

    [Theory]
    [InlineData(DataStreamKind.Unix)]
    [InlineData(DataStreamKind.Inet)]
    public async Task Compressed_datagrams_are_nearly_full(DataStreamKind kind)
    {
        const int count = 50_000;
        var options = kind == DataStreamKind.Unix ? Unix : Inet;
        var store = new InMemorySequenceStore([Run]);
        await using var server = await ServeAsync(options, store);
        await using var client = Connect(options with { CliAddress = server.Address, Compress = true });
        // Nothing goes before it has gathered: the buffer fills faster than it is sent.
        for (var i = 0; i < count; i++)
            client.Append(
                Run,
                "loss",
                i,
                1_700_000_000_000_000 + (10 * i),
                RecordValues.Of(("value", 1.0 / (1 + (i % 100))), ("phase", i % 7), ("state", "running"))
            );
        Assert.True((await client.FlushAsync(Patience)).IsComplete);
        await server.PersistedAsync(count).WaitAsync(Patience);
        var statistics = server.Statistics;
        double fill = (double)statistics.Bytes / statistics.Messages / options.DatagramLimit;
        Assert.True(fill > 0.8, $"{fill:P0} of {statistics.Messages} datagrams");
        Assert.Equal(0, statistics.StreamMessages);
        Assert.Equal(Enumerable.Range(0, count).Select(i => (long)i), (await AllAsync(store, Run, "loss")).Select(row => row.Idx));
    }

    static byte[] Raw(PackedPayload payload)
    {
        if (!payload.IsCompressed) return payload.Payload;
        Assert.Equal(MessageFailure.None, Message.Unpack(payload.Payload, Message.MaxUnpackedDatagram, out byte[] raw));
        return raw;
    }
}
