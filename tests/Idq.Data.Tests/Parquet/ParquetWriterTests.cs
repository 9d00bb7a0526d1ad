using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Idq.Data.DuckDb;
using Idq.Data.Parquet;

namespace Idq.Data.Tests.Parquet;

public sealed class ParquetWriterTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly DuckDatabase database = DuckDatabase.Open(new DuckOptions { Threads = 2 });
    readonly ParquetWriter writer;
    readonly ParquetReader reader;

    public ParquetWriterTests()
    {
        writer = new ParquetWriter(database);
        reader = new ParquetReader(database);
    }

    public void Dispose()
    {
        writer.Dispose();
        reader.Dispose();
        database.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2047)]
    [InlineData(2049)]
    [InlineData(122_880)]
    [InlineData(300_001)]
    public void Every_kind_of_column_comes_back_as_it_was_written(int rows)
    {
        var sample = new Sample(rows);
        var path = folder.File("all.parquet");
        writer.Write(path, sample.Columns());
        sample.AssertEqual(reader.Read(path));
        Assert.Equal(rows, reader.CountRows([path]));
    }

    [Fact]
    public void Any_doubles_come_back_bit_for_bit() => Prop.ForAll<double[], long>((values, seed) =>
    {
        var path = folder.File("any.parquet");
        var bits = values.Select((v, i) => BitConverter.DoubleToInt64Bits(v) ^ ((seed * i) & 0xFF)).ToArray();
        writer.Write(path, [DuckColumn.Doubles("x", bits.Select(BitConverter.Int64BitsToDouble).ToArray()), DuckColumn.Longs("y", bits)]);
        var table = reader.Read(path);
        return table.Longs("y").SequenceEqual(bits) && table.Doubles("x").Select(BitConverter.DoubleToInt64Bits).SequenceEqual(bits);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_sign_of_zero_is_kept_however_often_it_comes(int negative)
    {
        var (a, b) = negative == 1 ? (-0.0, 0.0) : (0.0, -0.0);
        var values = Enumerable.Range(0, 5000).Select(i => i % 3 == 0 ? a : b).ToArray();
        var payloads = Enumerable.Range(0, 5000).Select(i => BitConverter.Int64BitsToDouble(0x7FF8_0000_0000_0000 + i % 2)).ToArray();
        writer.Write(
            folder.File("zeros.parquet"),
            [
                DuckColumn.Doubles("x", values),
                DuckColumn.Doubles("n", payloads),
                DuckColumn.DoubleLists("l", Enumerable.Range(0, 5001).Select(i => (long)i).ToArray(), values),
            ]
        );
        var table = reader.Read(folder.File("zeros.parquet"));
        Assert.Equal(values.Select(BitConverter.DoubleToInt64Bits), table.Doubles("x").Select(BitConverter.DoubleToInt64Bits));
        Assert.Equal(payloads.Select(BitConverter.DoubleToInt64Bits), table.Doubles("n").Select(BitConverter.DoubleToInt64Bits));
        Assert.Equal(values.Select(BitConverter.DoubleToInt64Bits), table.DoubleLists("l").Values.Select(BitConverter.DoubleToInt64Bits));
    }

    [Fact]
    public void Any_texts_come_back() => Prop.ForAll<string?[]>(texts =>
    {
        var path = folder.File("texts.parquet");
        var values = texts.Select(t => t is null ? null : string.Concat(t.Where(c => !char.IsSurrogate(c)))).ToArray();
        writer.Write(path, [DuckColumn.Texts("x", values)]);
        return reader.Read(path).Texts("x").SequenceEqual(values);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_lists_come_back() => Prop.ForAll<double[][]>(lists =>
    {
        var path = folder.File("lists.parquet");
        var offsets = new long[lists.Length + 1];
        for (var i = 0; i < lists.Length; i++)
            offsets[i + 1] = offsets[i] + lists[i].Length;
        writer.Write(path, [DuckColumn.DoubleLists("x", offsets, lists.SelectMany(l => l).ToArray())]);
        var table = reader.Read(path).DoubleLists("x");
        return table.Count == lists.Length && Enumerable.Range(0, lists.Length).All(i => table[i].SequenceEqual(lists[i]));
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(ParquetCompression.Zstd)]
    [InlineData(ParquetCompression.Snappy)]
    [InlineData(ParquetCompression.Uncompressed)]
    public void The_same_rows_give_the_same_bytes_with_any_number_of_threads(ParquetCompression compression)
    {
        var sample = new Sample(400_001);
        var metadata = new Dictionary<string, string> { ["span"] = "[1, 2)", ["hash"] = "abc" };
        var hashes = new HashSet<string>();
        foreach (var threads in new[] { 1, 2, 2, 5 })
        {
            using var database = DuckDatabase.Open(new DuckOptions { Threads = threads });
            using var writer = new ParquetWriter(database, new ParquetOptions { Compression = compression });
            writer.Write(folder.File("same.parquet"), sample.Columns(), metadata);
            hashes.Add(Hash("same.parquet"));
        }

        Assert.Single(hashes);
    }

    [Fact]
    public void The_bytes_are_those_of_every_other_process()
    {
        // Written down by an earlier process; it changes with DuckDB's version (its name is in the file) or with what the writer asks of it, and never otherwise.
        writer.Write(
            folder.File("golden.parquet"),
            new Sample(5000).Columns(),
            new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" }
        );
        Assert.Equal("c7fe8b23bfc9baaecae3a8beb67ed367c4603c20", Hash("golden.parquet")[..40]);
    }

    [Fact]
    public void A_writer_that_wrote_other_files_before_writes_the_same_bytes()
    {
        var sample = new Sample(3000);
        writer.Write(folder.File("first.parquet"), sample.Columns());
        writer.Write(folder.File("other.parquet"), new Sample(130_000).Columns());
        for (var i = 0; i < 50; i++)
            writer.Write(folder.File("narrow.parquet"), [DuckColumn.Longs($"c{i}", new long[i])]);
        writer.Write(folder.File("again.parquet"), sample.Columns());
        Assert.Equal(Hash("first.parquet"), Hash("again.parquet"));
    }

    [Fact]
    public void The_order_in_which_metadata_was_collected_does_not_matter()
    {
        DuckColumn[] columns = [DuckColumn.Longs("x", new long[] { 1 })];
        writer.Write(folder.File("a.parquet"), columns, new Dictionary<string, string> { ["k"] = "1", ["Z"] = "2" });
        writer.Write(folder.File("b.parquet"), columns, new Dictionary<string, string> { ["Z"] = "2", ["k"] = "1" });
        Assert.Equal(Hash("a.parquet"), Hash("b.parquet"));
    }

    [Fact]
    public void Metadata_of_any_text_comes_back()
    {
        var metadata = new Dictionary<string, string>
        {
            ["plain"] = "value",
            ["it's \"quoted\" {x: 1}"] = "'; DROP TABLE t; -- \"€💥",
            ["empty"] = "",
            ["json"] = """{"parents": ["a", "b"], "n": 1}""",
            ["long"] = new string('x', 100_000),
        };
        var path = folder.File("meta.parquet");
        writer.Write(path, [DuckColumn.Longs("x", new long[] { 1 })], metadata);
        Assert.Equal(metadata.OrderBy(m => m.Key, StringComparer.Ordinal), reader.Metadata(path));
    }

    [Fact]
    public void A_file_is_replaced_in_place_and_a_strange_name_is_a_name()
    {
        var path = folder.File("it's [a] *strange* name?.parquet");
        writer.Write(path, [DuckColumn.Longs("x", new long[] { 1, 2, 3 })]);
        writer.Write(path, [DuckColumn.Longs("x", new long[] { 4 })]);
        Assert.Equal([4L], reader.Read(path).Longs("x"));
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_told_and_the_writer_goes_on()
    {
        DuckColumn[] columns = [DuckColumn.Longs("x", new long[] { 1 })];
        var failure = Assert.Throws<DuckException>(() => writer.Write(folder.File("no/such/x.parquet"), columns));
        Assert.Contains("no/such/x.parquet", failure.Summary);
        writer.Write(folder.File("x.parquet"), columns);
        Assert.Equal(1, reader.CountRows([folder.File("x.parquet")]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-2048)]
    [InlineData(1000)]
    public void A_row_group_is_whole_vectors(int size) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParquetWriter(database, new ParquetOptions { RowGroupSize = size }));

    [Fact]
    public void Row_groups_have_the_size_that_was_asked_for()
    {
        using var writer = new ParquetWriter(database, new ParquetOptions { RowGroupSize = 4096 });
        writer.Write(folder.File("groups.parquet"), new Sample(10_000).Columns());
        using var connection = database.Connect();
        var groups = connection.Table(
            $"SELECT DISTINCT row_group_id, row_group_num_rows AS n FROM parquet_metadata({Sql.Text(folder.File("groups.parquet"))}) ORDER BY 1"
        );
        Assert.Equal([4096L, 4096, 1808], groups.Longs("n"));
    }

    [Fact]
    public void The_rows_of_a_query_are_written_likewise()
    {
        using var connection = database.Connect();
        connection.CreateTable("t", [DuckColumn.Longs("x", new long[] { 3, 1, 2 })]);
        writer.WriteQuery(
            folder.File("q.parquet"),
            connection,
            "SELECT x FROM t ORDER BY x",
            new Dictionary<string, string> { ["k"] = "v" }
        );
        writer.Write(
            folder.File("w.parquet"),
            [DuckColumn.Longs("x", new long[] { 1, 2, 3 })],
            new Dictionary<string, string> { ["k"] = "v" }
        );
        Assert.Equal(Hash("w.parquet"), Hash("q.parquet"));
    }

    [Fact]
    public void A_cancelled_write_is_cancelled_and_the_writer_goes_on()
    {
        var columns = new Sample(100).Columns();
        Assert.Throws<OperationCanceledException>(
            () => writer.Write(folder.File("x.parquet"), columns, cancellationToken: new CancellationToken(true)));
        writer.Write(folder.File("x.parquet"), columns);
        Assert.Equal(100, reader.CountRows([folder.File("x.parquet")]));
    }

    [Fact]
    public void Writers_of_several_threads_share_a_database()
    {
        var hashes = new string[6];
        Parallel.For(0, hashes.Length, i =>
        {
            using var writer = new ParquetWriter(database);
            for (var k = 0; k < 20; k++)
                writer.Write(folder.File($"{i}.parquet"), new Sample(2500 + k).Columns());
            hashes[i] = Hash($"{i}.parquet");
        });
        Assert.Single(hashes.Distinct());
    }

    string Hash(string name) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(folder.File(name))));
}
