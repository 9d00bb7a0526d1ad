using System.Buffers.Binary;
using System.IO.Compression;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using FsCheck;
using FsCheck.Fluent;

namespace Idq.Tracking.Tests;

public sealed class ArrowFormatTests
{
    static readonly StreamValue[] Examples = [true, 1L, 0.5, "text", new byte[] { 1, 2 }, StreamValue.Micros(1)];

    static readonly Gen<StreamTable> Tables =
        from rows in Gen.Choose(0, 40)
        from names in ArbMap
            .Default.GeneratorFor<string[]>()
            .Select(names =>
                names.Select((name, i) => $"{i}:" + new string((name ?? "").Where(c => !char.IsSurrogate(c)).ToArray())).ToArray()
            )
        from columns in Gen.CollectToArray(names, name => Column(name, rows))
        select new StreamTable(columns);

    static Gen<KeyValuePair<string, IReadOnlyList<StreamValue>>> Column(string name, int rows) =>
        from kind in Gen.Elements(Examples.Select(example => example.Kind).ToArray())
        from holes in Gen.Choose(0, 3)
        from values in Gen.ArrayOf(AnyValue.Scalars(kind), rows)
        from empty in Gen.ArrayOf(Gen.Choose(0, 3), rows)
        select KeyValuePair.Create(
            name,
            (IReadOnlyList<StreamValue>)values.Select((value, i) => empty[i] < holes ? StreamValue.Null : value).ToArray()
        );

    [Fact]
    public void Tables_come_back_as_they_were() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(Tables.ToArbitrary(), table => ArrowFormat.Read(ArrowFormat.Write(table)).Equals(table)));

    [Fact]
    public void A_stream_is_made_of_aligned_messages_and_says_where_it_ends()
    {
        var table = Table(
            ("n", [1L, StreamValue.Null, 3L]),
            ("text", ["a", "", "ü"]),
            ("x", [double.NaN, -0.0, StreamValue.Null]),
            ("t", [StreamValue.Micros(0), StreamValue.Micros(-1), StreamValue.Null]),
            ("nothing", [default, default, default])
        );
        var bytes = ArrowFormat.Write(table);
        int at = 0, messages = 0;
        while (true)
        {
            Assert.Equal(0, at % 8);
            Assert.Equal(-1, BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at)));
            var length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at + 4));
            at += 8;
            if (length == 0) break;
            Assert.Equal(0, length % 8);
            var root = at + BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at));
            var offsets = root - BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(root));
            Assert.Equal(
                4,
                BinaryPrimitives.ReadInt16LittleEndian(
                    bytes.AsSpan(root + BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(offsets + 4)))
                )
            );
            at += length;
            messages++;
            // A number that has its default, such as the length of a body that is not there, is left out of a table.
            if (BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(offsets)) <= 10) continue;
            var body = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(offsets + 10));
            Assert.Equal(0, (root + body) % 8);
            at += (int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(root + body));
        }

        Assert.Equal((2, bytes.Length), (messages, at));
        Assert.Equal(table, ArrowFormat.Read(bytes));
    }

    [Fact]
    public void What_arrow_has_no_column_for_is_refused_by_name()
    {
        foreach (
            StreamValue value in (StreamValue[])
                [StreamValue.List(1), Guid.Empty, NumericArray.Of([1.0]), StreamValue.Map(new KeyValuePair<string, StreamValue>("a", 1))]
        )
            Assert.Contains("'c'", Refused(Table(("c", [value]))), StringComparison.Ordinal);
        Assert.Contains("Int64, Double", Refused(Table(("c", [1L, 0.5]))), StringComparison.Ordinal);

        static string Refused(StreamTable table)
        {
            var e = Assert.Throws<DataStreamException>(() => ArrowFormat.Write(table));
            Assert.Equal(DataStreamFailure.UnsupportedType, e.Failure);
            return e.Message;
        }
    }

    [Fact]
    public void Damaged_bytes_are_refused_or_read_and_nothing_else_happens()
    {
        var good = ArrowFormat.Write(Table(("n", [1L, StreamValue.Null]), ("s", ["a", "bc"]), ("b", [true, false])));
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            byte[] bytes = good[..random.Next(good.Length + 1)];
            for (int n = random.Next(4); n > 0 && bytes.Length > 0; n--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                ArrowFormat.Read(bytes);
            }
            catch (DataStreamException)
            {
                continue;
            }
        }

        Assert.Equal(
            DataStreamFailure.Malformed,
            Assert.Throws<DataStreamException>(() => ArrowFormat.Read([1, 2, 3, 4, 5, 6, 7, 8])).Failure
        );
    }

    [Fact]
    public void A_sequence_goes_to_a_data_frame_and_back()
    {
        var sequence = new Sequence(Guid.Empty, "loss", new FakeClock(NodaTime.Instant.FromUtc(2026, 1, 2, 3, 4, 5)));
        for (var i = 0; i < 100; i++)
            sequence.Append(
                i % 3 == 0 ? RecordValues.Of(("value", 1.0 / (i + 1))) : RecordValues.Of(("value", 1.0 / (i + 1)), ("state", "ok"))
            );
        var table = ArrowFormat.Read(ArrowFormat.Write(sequence.ToTable()));
        Assert.Equal(["idx", "timestamp", "value", "state"], table.Names);
        Assert.Equal(sequence.ToTable(), table);
    }

    [Fact]
    public void A_file_of_several_batches_and_every_width_is_read()
    {
        IArrowArray[] first =
        [
            new Int8Array.Builder().Append(-1).AppendNull().Build(),
            new UInt16Array.Builder().AppendRange([1, ushort.MaxValue]).Build(),
            new UInt32Array.Builder().AppendRange([1, uint.MaxValue]).Build(),
            new UInt64Array.Builder().AppendRange([1, long.MaxValue]).Build(),
            new HalfFloatArray.Builder().Append((Half)0.5).AppendNull().Build(),
            new FloatArray.Builder().AppendRange([0.5f, float.NaN]).Build(),
            new Date32Array.Builder().Append(DateTime.UnixEpoch.AddDays(-1)).AppendNull().Build(),
            new Date64Array.Builder().Append(DateTime.UnixEpoch.AddDays(1)).AppendNull().Build(),
            new TimestampArray.Builder(TimeUnit.Nanosecond).Append(DateTimeOffset.UnixEpoch.AddSeconds(1)).AppendNull().Build(),
        ];
        var schema = new Schema(first.Select((array, i) => new Field($"c{i}", array.Data.DataType, nullable: true)), null);
        var second = first.Select(array => ArrowArrayFactory.Slice(array, 0, 1)).ToArray();
        using var file = new MemoryStream();
        using (var writer = new ArrowFileWriter(file, schema, leaveOpen: true))
        {
            writer.WriteRecordBatch(new RecordBatch(schema, first, 2));
            writer.WriteRecordBatch(new RecordBatch(schema, second, 1));
            writer.WriteEnd();
        }

        const long Second = 1_000_000;
        Assert.Equal(
            Table(
                ("c0", [-1L, default, -1L]),
                ("c1", [1L, 65_535L, 1L]),
                ("c2", [1L, 4_294_967_295L, 1L]),
                ("c3", [1L, long.MaxValue, 1L]),
                ("c4", [0.5, default, 0.5]),
                ("c5", [0.5, double.NaN, 0.5]),
                ("c6", [StreamValue.Micros(-86_400 * Second), default, StreamValue.Micros(-86_400 * Second)]),
                ("c7", [StreamValue.Micros(86_400 * Second), default, StreamValue.Micros(86_400 * Second)]),
                ("c8", [StreamValue.Micros(Second), default, StreamValue.Micros(Second)])),
            ArrowFormat.Read(file.ToArray()));
    }

    [Fact]
    public void A_damaged_count_or_offset_takes_no_memory()
    {
        var good = ArrowFormat.Write(Table(("n", [1L, StreamValue.Null]), ("s", ["a", "bc"]), ("y", [new byte[] { 1 }, default])));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var at = 0; at < good.Length - 4; at += 4)
        {
            foreach (var number in (int[])[int.MaxValue, int.MinValue, 0x6768_11ef, -1, 1_000_000])
            {
                var bytes = good.ToArray();
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), number);
                try
                {
                    ArrowFormat.Read(bytes);
                }
                catch (DataStreamException)
                {
                    continue;
                }
            }
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000_000);
    }

    [Fact]
    public void A_file_that_another_library_wrote_is_read()
    {
        // apache-arrow 21 of npm, a file as zlib: it names the columns at the end only.
        const string packed =
            "eNq1VL1KxEAQnk324hLDueAhKQ+xsFS4B7hDCwtBOBQtPUE8QaJIwHT6CJYWlhZX5gHsbC0sfIB7jKtcJ5vZJE7EzoHNzOz87LczsxmNxwfH2wAG"
            + "aSYAelBSBGsor4AGiTJADhX5Gj8SQojRoqxUxi0KY+0H3YasGI+J99n+JrMPmX2PuCZ+wuynTJ8y/YbpGTvvkdmf2HkzZi9oqXFv4Yr0T7rjHWZ3"
            + "ZEq693/sLgwJD8DiXQ5BuSdvr3+e72i43o83wgB+y+c1lvBqXK6OEU5L106WsrOlwc2dhC2Gy9U5JyB5VX9l/ctv2YN99JG4PlB+oVkYkH3+ZQzN"
            + "tqBeix7FJdfp9DK5sJu7iDMytS9xqakGt5M7u3GFPoO2XxgT7rTCGeH7KHEqqk6R5+hwB9J2fKAp/oziP9Hn2bSwd2K6V3qeuaNQl3bvvZ3Xd7iy"
            + "qroB4gkgIEwaX4CEZVi1nYgaPalyeC5H0ribwgpSj0TxVufoMLL/lG97olHW";
        using var zlib = new ZLibStream(new MemoryStream(Convert.FromBase64String(packed)), CompressionMode.Decompress);
        using var file = new MemoryStream();
        zlib.CopyTo(file);
        var expected = Table(
            ("n", [1L, default, long.MaxValue]),
            ("x", [double.NaN, -0.0, default]),
            ("text", ["a", default, "ü"]),
            ("b", [true, false, default]),
            ("t", [StreamValue.Micros(0), StreamValue.Micros(1_700_000_000_123_456), default]),
            ("raw", [new byte[] { 1, 2 }, default, (byte[])[]]),
            ("nothing", [default, default, default])
        );
        Assert.Equal(expected, ArrowFormat.Read(file.ToArray()));
    }

    static StreamTable Table(params (string Name, StreamValue[] Values)[] columns) =>
        new(columns.Select(column => KeyValuePair.Create(column.Name, (IReadOnlyList<StreamValue>)column.Values)).ToArray());
}
