using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Idq.Tracking.Tests;

public sealed class WireTests
{
    static readonly byte[] Key = Encoding.ASCII.GetBytes("a key that only both ends know");

    static byte[] Encode(IEnumerable<StreamRecord> records, byte[] key, bool compress = false)
    {
        var payload = new PayloadWriter();
        foreach (var record in records)
        {
            var body = new ByteWriter();
            foreach (var value in record.Values)
                ValueCodec.Write(body, value);
            payload.Add(
                record.Run,
                record.Sequence,
                record.Idx,
                record.TimestampUs,
                record.Values.Names.ToArray(),
                body.Written,
                int.MaxValue
            );
        }

        byte[]? packed = compress ? Message.Pack(payload.Written) : null;
        var bytes = packed ?? payload.Written.ToArray();
        var message = new byte[bytes.Length + Message.Overhead(key.Length > 0)];
        var length = Message.Write(
            message,
            new MessageHead(MessageKind.Records, packed is not null, false, 7, 3, 2, (uint)payload.Records, 0),
            bytes,
            key
        );
        Assert.Equal(message.Length, length);
        return message;
    }

    static MessageFailure Decode(byte[] message, byte[] key, out List<SequenceBatch> batches)
    {
        batches = [];
        var failure = Message.Read(message, int.MaxValue, key, out var head);
        return failure != MessageFailure.None ? failure : Message.ReadRecords(message, head, int.MaxValue, 99, out batches);
    }

    static IEnumerable<StreamRecord> Flat(IEnumerable<SequenceBatch> batches) =>
        batches.SelectMany(batch =>
            batch.Rows.Select(row => new StreamRecord(batch.Run, batch.Sequence, row.Idx, row.TimestampUs, row.Values))
        );

    [Fact]
    public void Records_of_every_type_come_back_as_they_were() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(1000),
            Prop.ForAll(
                AnyValue.Records(),
                ArbMap.Default.ArbFor<bool>(),
                ArbMap.Default.ArbFor<bool>(),
                (records, isSigned, isPacked) =>
                {
                    byte[] key = isSigned ? Key : [];
                    return Decode(Encode(records, key, isPacked), key, out var batches) == MessageFailure.None
                        && Flat(batches).SequenceEqual(records)
                        && batches.All(batch => batch.Rows.All(row => row.ReceivedUs == 99));
                }
            )
        );

    [Fact]
    public void Values_come_back_from_json_as_they_were() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2000),
        Prop.ForAll(AnyValue.Rows(), row => StreamValueJson.ParseRow(StreamValueJson.Text(row)).Equals(row)));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_flipped_bit_is_noticed(bool isSigned)
    {
        byte[] key = isSigned ? Key : [];
        var record = new StreamRecord(Guid.NewGuid(), "loss", 5, 17, RecordValues.Of(("value", 0.25), ("text", "abc"), ("n", 12)));
        byte[] message = Encode([record, record with { Idx = 6 }], key);
        Assert.Equal(MessageFailure.None, Decode(message, key, out _));
        for (var bit = 0; bit < message.Length * 8; bit++)
        {
            message[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(MessageFailure.None, Message.Read(message, int.MaxValue, key, out _));
            message[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        for (var length = 0; length < message.Length; length++)
            Assert.NotEqual(MessageFailure.None, Message.Read(message.AsSpan(0, length), int.MaxValue, key, out _));
        Assert.NotEqual(MessageFailure.None, Message.Read([.. message, 0], int.MaxValue, key, out _));
    }

    [Fact]
    public void Only_messages_signed_with_the_same_key_are_read()
    {
        StreamRecord[] records = [new(Guid.NewGuid(), "loss", 5, 17, RecordValues.Of(("value", 0.25)))];
        Assert.Equal(MessageFailure.None, Decode(Encode(records, Key), Key, out _));
        Assert.Equal(MessageFailure.Signature, Decode(Encode(records, []), Key, out _));
        Assert.Equal(MessageFailure.Signature, Decode(Encode(records, [1, 2, 3]), Key, out _));
        // Whoever has no key cannot judge a signature, and takes what is whole.
        Assert.Equal(MessageFailure.None, Decode(Encode(records, Key), [], out _));
        // A forger who knows how checksums are made changes the content.
        byte[] forged = Encode(records, Key);
        forged[Message.HeadBytes + 20] ^= 1;
        BitConverter.TryWriteBytes(forged.AsSpan(forged.Length - 4), Message.Checksum(forged.AsSpan(0, forged.Length - 4)));
        Assert.Equal(MessageFailure.Signature, Decode(forged, Key, out _));
    }

    [Fact]
    public void Compression_hides_plain_text_and_reads_back()
    {
        StreamRecord[] records = [new(default, "loss", 0, 0, RecordValues.Of(("text", new string('x', 500) + "needle")))];
        byte[] message = Encode(records, [], compress: true);
        Assert.True(message.Length < 200);
        Assert.Equal(-1, message.AsSpan().IndexOf("xxxxneedle"u8));
        Assert.Equal(MessageFailure.None, Decode(message, [], out var batches));
        Assert.Equal(records, Flat(batches));
    }

    [Fact]
    public void What_unpacks_to_more_than_allowed_is_not_unpacked()
    {
        var packed = Message.Pack(new byte[1 << 22])!;
        Assert.Equal(MessageFailure.TooBig, Message.Unpack(packed, 1 << 20, out _));
        // It says less than it is.
        BitConverter.TryWriteBytes(packed, 1 << 19);
        Assert.Equal(MessageFailure.Content, Message.Unpack(packed, 1 << 20, out _));
        // It says far more than its bytes can hold.
        BitConverter.TryWriteBytes(packed, int.MaxValue);
        Assert.Equal(MessageFailure.Content, Message.Unpack(packed, int.MaxValue, out _));
    }

    [Fact]
    public void A_version_from_the_future_is_told_apart()
    {
        byte[] message = Encode([], []);
        message[4]++;
        Assert.Equal(MessageFailure.Version, Message.Read(message, int.MaxValue, [], out _));
    }

    [Fact]
    public void The_checksum_is_the_one_of_the_standard() => Assert.Equal(0xE3069283u, Message.Checksum("123456789"u8));

    [Fact]
    public void Lists_that_lie_about_their_length_allocate_nothing()
    {
        foreach (byte kind in (byte[])[4, 5, 8, 9, 10, 11, 12])
        {
            var body = new ByteWriter();
            body.Byte(kind);
            if (kind == 11)
            {
                body.Byte((byte)NumericType.Float64);
                body.Byte(2);
            }

            body.VarUInt(int.MaxValue);
            body.VarUInt(int.MaxValue);
            long before = GC.GetAllocatedBytesForCurrentThread();
            var reader = new ByteReader(body.Written);
            ValueCodec.Read(ref reader, new ValueCodec.Limits(PayloadReader.MaxValues));
            Assert.False(reader.IsGood);
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 100_000);
        }
    }

    [Fact]
    public void Nesting_has_an_end_on_both_sides()
    {
        var value = StreamValue.Null;
        for (var i = 0; i < StreamValue.MaxDepth; i++) value = StreamValue.List(value);
        var body = new ByteWriter();
        ValueCodec.Write(body, value);
        var reader = new ByteReader(body.Written);
        Assert.Equal(value, ValueCodec.Read(ref reader, new ValueCodec.Limits(1000)));
        Assert.Equal(value, StreamValueJson.Parse(StreamValueJson.Text(value)));
        var e = Assert.Throws<DataStreamException>(() => ValueCodec.Write(new ByteWriter(), StreamValue.List(value)));
        Assert.Equal(DataStreamFailure.InvalidValue, e.Failure);

        var deep = Enumerable.Repeat((byte[])[(byte)StreamValueKind.List, 1], 100_000).SelectMany(b => b).ToArray();
        var hostile = new ByteReader(deep);
        ValueCodec.Read(ref hostile, new ValueCodec.Limits(PayloadReader.MaxValues));
        Assert.False(hostile.IsGood);
    }

    [Fact]
    public void A_million_random_and_mutated_messages_do_no_harm()
    {
        var random = new Random(4);
        var seeds = Gen.Sample(AnyValue.Records().Generator.Where(records => records.Length > 0), 40, 20)
            .Select(records => Encode(records, [], random.Next(2) == 0)).Where(message => message.Length < 4096).ToArray();
        Assert.NotEmpty(seeds);
        var whole = 0;
        for (var i = 0; i < 1_000_000; i++)
        {
            byte[] message;
            if (i % 4 == 0)
            {
                message = new byte[random.Next(120)];
                random.NextBytes(message);
            }
            else
            {
                message = (byte[])seeds[i % seeds.Length].Clone();
                for (int n = random.Next(1, 4); n > 0; n--) message[random.Next(message.Length)] = (byte)random.Next(256);
                // Half of them by somebody who makes good heads and checksums: the content is what is tried.
                if (i % 2 == 0) Repair(message);
            }

            if (Decode(message, [], out _) == MessageFailure.None) whole++;
        }

        // The repaired ones that are not refused show that the content was reached.
        Assert.InRange(whole, 1000, 600_000);
    }

    static void Repair(byte[] message)
    {
        BitConverter.TryWriteBytes(message, Message.Mark);
        (message[4], message[5], message[7]) = (Message.Version, (byte)MessageKind.Records, 0);
        BitConverter.TryWriteBytes(message.AsSpan(16), 3UL);
        BitConverter.TryWriteBytes(message.AsSpan(24), 2UL);
        message[6] &= 1;
        BitConverter.TryWriteBytes(message.AsSpan(36), message.Length - Message.Overhead(false));
        BitConverter.TryWriteBytes(message.AsSpan(message.Length - 4), Message.Checksum(message.AsSpan(0, message.Length - 4)));
    }
}
