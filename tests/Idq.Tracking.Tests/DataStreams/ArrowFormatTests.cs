using System.Buffers.Binary;
using System.IO.Compression;
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
        byte[] bytes = ArrowFormat.Write(table);
        int at = 0, messages = 0;
        while (true)
        {
            Assert.Equal(0, at % 8);
            Assert.Equal(-1, BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at)));
            int length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at + 4));
            at += 8;
            if (length == 0) break;
            Assert.Equal(0, length % 8);
            int root = at + BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at));
            int offsets = root - BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(root));
            Assert.Equal(
                4,
                BinaryPrimitives.ReadInt16LittleEndian(
                    bytes.AsSpan(root + BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(offsets + 4)))
                )
            );
            int body = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(offsets + 10));
            Assert.Equal(0, (root + body) % 8);
            at += length + (int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(root + body));
            messages++;
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
        byte[] good = ArrowFormat.Write(Table(("n", [1L, StreamValue.Null]), ("s", ["a", "bc"]), ("b", [true, false])));
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++)
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
        for (int i = 0; i < 100; i++)
            sequence.Append(
                i % 3 == 0 ? RecordValues.Of(("value", 1.0 / (i + 1))) : RecordValues.Of(("value", 1.0 / (i + 1)), ("state", "ok"))
            );
        var table = ArrowFormat.Read(ArrowFormat.Write(sequence.ToTable()));
        Assert.Equal(["idx", "timestamp", "value", "state"], table.Names);
        Assert.Equal(sequence.ToTable(), table);
    }

    [Fact]
    public void A_file_that_another_library_wrote_is_read()
    {
        // apache-arrow 21 of npm, a file as zlib: it names the columns at the end only.
        const string packed =
            "eNq1VL1KxEAQnk324hLDueAhKQ+xsFS4B7hDCwtBOBQtPUE8QaJIwHT6CJYWlhZX5gHsbC0sfIB7jKtcJ5vZJE7EzoHNzOz87LczsxmNxwfH2wAGaSYAelBSBGsor4AGiTJADhX5Gj8SQojRoqxUxi"
            + "0KY+0H3YasGI+J99n+JrMPmX2PuCZ+wuynTJ8y/YbpGTvvkdmf2HkzZi9oqXFv4Yr0T7rjHWZ3ZEq693/sLgwJD8DiXQ5BuSdvr3+e72i43o83wgB+y+c1lvBqXK6OEU5L106WsrOlwc2dhC2Gy9U5"
            + "JyB5VX9l/ctv2YN99JG4PlB+oVkYkH3+ZQzNtqBeix7FJdfp9DK5sJu7iDMytS9xqakGt5M7u3GFPoO2XxgT7rTCGeH7KHEqqk6R5+hwB9J2fKAp/oziP9Hn2bSwd2K6V3qeuaNQl3bvvZ3Xd7iyqr"
            + "oB4gkgIEwaX4CEZVi1nYgaPalyeC5H0ribwgpSj0TxVufoMLL/lG97olHW";
        using var zlib = new ZLibStream(new MemoryStream(Convert.FromBase64String(packed)), CompressionMode.Decompress);
        using var file = new MemoryStream();
        zlib.CopyTo(file);
        var expected = Table(
            ("n", [1L, default, long.MaxValue]),
            ("x", [double.NaN, -0.0, default]),
            ("text", ["a", default, "ü"]),
            ("b", [true, false, default]),
            ("t", [StreamValue.Micros(0), StreamValue.Micros(1_700_000_000_123_456), default]),
            ("raw", [new byte[] { 1, 2 }, default, Array.Empty<byte>()]),
            ("nothing", [default, default, default])
        );
        Assert.Equal(expected, ArrowFormat.Read(file.ToArray()));
    }

    static StreamTable Table(params (string Name, StreamValue[] Values)[] columns) =>
        new(columns.Select(column => KeyValuePair.Create(column.Name, (IReadOnlyList<StreamValue>)column.Values)).ToArray());
}
