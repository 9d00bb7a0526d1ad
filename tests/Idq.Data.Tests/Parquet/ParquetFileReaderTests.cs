using System.Buffers;
using Idq.Data.DuckDb;
using Idq.Data.Parquet;

namespace Idq.Data.Tests.Parquet;

/// <summary>Files that somebody else wrote, an earlier version of this program among them.</summary>
public sealed class ParquetFileReaderTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly DuckDatabase database = DuckDatabase.Open();
    readonly DuckConnection connection;

    public ParquetFileReaderTests() => connection = database.Connect();

    public void Dispose()
    {
        connection.Dispose();
        database.Dispose();
        folder.Dispose();
    }

    string Copy(string query, string options = "COMPRESSION zstd, PARQUET_VERSION v2", string name = "x")
    {
        var path = folder.File(name + ".parquet");
        connection.Execute($"COPY ({query}) TO {Sql.Text(path)} (FORMAT parquet, {options})");
        return path;
    }

    static T[] Read<T>(string path, string column) where T : unmanaged
    {
        using var file = new ParquetFileReader(path);
        return Sample.Read<T>(file, column);
    }

    [Theory]
    [InlineData("COMPRESSION zstd, PARQUET_VERSION v2, ROW_GROUP_SIZE 122880")]
    [InlineData("COMPRESSION zstd, PARQUET_VERSION v2, DICTIONARY_SIZE_LIMIT 0")]
    [InlineData("COMPRESSION zstd")]
    [InlineData("COMPRESSION snappy")]
    [InlineData("COMPRESSION gzip")]
    [InlineData("COMPRESSION uncompressed")]
    [InlineData("COMPRESSION brotli")]
    [InlineData("COMPRESSION lz4_raw")]
    [InlineData("PARQUET_VERSION v1, ROW_GROUP_SIZE 2048")]
    [InlineData("PARQUET_VERSION v2, ROW_GROUP_SIZE 2048")]
    public void A_file_of_an_earlier_version_is_read_whatever_its_codec_and_encoding(string options)
    {
        var path = Copy(
            "SELECT 'ovl' AS nickname, 1262304000000000000 + i * 62500000 AS time_ns, (i % 5 = 0)::UTINYINT AS label, "
                + "CASE WHEN i % 3 = 0 THEN 'nan' ELSE sqrt(i) END::DOUBLE AS rank, 1.0::DOUBLE AS weight FROM range(20000) t(i)",
            options + ", KV_METADATA {format: 'stream-quiver', version: '1', map: ''}");
        Assert.Equal(Enumerable.Range(0, 20_000).Select(i => 1262304000000000000 + i * 62500000L), Read<long>(path, "time_ns"));
        Assert.Equal(Enumerable.Range(0, 20_000).Select(i => (byte)(i % 5 == 0 ? 1 : 0)), Read<byte>(path, "label"));
        Assert.Equal(Enumerable.Range(0, 20_000).Select(i => i % 3 == 0 ? double.NaN : Math.Sqrt(i)), Read<double>(path, "rank"));
        Assert.All(Read<double>(path, "weight"), w => Assert.Equal(1, w));
        using var file = new ParquetFileReader(path);
        Assert.Equal(20_000, file.Rows);
        Assert.Equal(("stream-quiver", "1", ""), (file.Metadata["format"], file.Metadata["version"], file.Metadata["map"]));
    }

    [Fact]
    public void A_file_of_no_rows_is_read()
    {
        var path = Copy("SELECT 1::BIGINT AS t, 1::UTINYINT AS b, 1::DOUBLE AS x WHERE false");
        Assert.Empty(Read<long>(path, "t"));
        Assert.Empty(Read<byte>(path, "b"));
        Assert.Empty(Read<double>(path, "x"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void A_null_is_NaN_among_doubles_wherever_it_stands(int every)
    {
        var path = Copy($"SELECT CASE WHEN i % {every} = 0 THEN NULL ELSE i END::DOUBLE AS x FROM range(5000) t(i)", "ROW_GROUP_SIZE 2048");
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => i % every == 0 ? double.NaN : i), Read<double>(path, "x"));
    }

    [Fact]
    public void A_null_among_integers_is_an_error_that_names_column_and_file()
    {
        var path = Copy("SELECT CASE WHEN i = 7 THEN NULL ELSE i END AS t FROM range(10) r(i)");
        var message = Assert.Throws<DataException>(() => Read<long>(path, "t")).Message;
        Assert.Contains("'t'", message, StringComparison.Ordinal);
        Assert.Contains("x.parquet", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_column_is_named_with_those_there_are()
    {
        var message = Assert.Throws<DataException>(() => Read<double>(Copy("SELECT 1 AS a, [2.5] AS b"), "rank")).Message;
        Assert.Contains("'rank'", message, StringComparison.Ordinal);
        Assert.Contains("a, b", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_of_another_type_is_refused()
    {
        var path = Copy("SELECT 1::INTEGER AS a");
        Assert.Contains("'a'", Assert.Throws<DataException>(() => Read<long>(path, "a")).Message, StringComparison.Ordinal);
        Assert.Throws<DataException>(() => Read<double>(path, "a"));
    }

    [Fact]
    public void Files_are_collected_one_after_the_other()
    {
        var times = new ArrayBufferWriter<long>();
        foreach (var (name, from) in new[] { ("c", 0), ("a", 5000), ("b", 10_000) })
        {
            var path = Copy($"SELECT i AS t FROM range({from}, {from + 5000}) r(i)", "ROW_GROUP_SIZE 2048", name);
            using var file = new ParquetFileReader(path);
            file.Read("t", times);
        }
        Assert.Equal(Enumerable.Range(0, 15_000).Select(i => (long)i), times.WrittenSpan.ToArray());
    }

    [Fact]
    public void A_missing_file_is_named() => Assert.Contains("gone.parquet",
        Assert.Throws<DataException>(() => new ParquetFileReader(folder.File("gone.parquet"))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("PAR1")]
    [InlineData("PAR1 and no more")]
    [InlineData("this is not Parquet at all, although it is longer than a footer is")]
    public void A_file_that_is_no_Parquet_is_named(string content)
    {
        var path = folder.Write("broken.parquet", content);
        var message = Assert.Throws<DataException>(() => new ParquetFileReader(path)).Message;
        Assert.Contains("broken.parquet", message, StringComparison.Ordinal);
        // It is not held open.
        File.Delete(path);
    }

    [Fact]
    public void A_file_that_is_cut_anywhere_is_an_error_and_never_half_a_file()
    {
        ParquetFile.Write(folder.File("whole.parquet"), new Sample(3000).Columns(), new Dictionary<string, string> { ["k"] = "v" });
        var bytes = File.ReadAllBytes(folder.File("whole.parquet"));
        for (var length = 0; length < bytes.Length; length += 997)
        {
            File.WriteAllBytes(folder.File("cut.parquet"), bytes[..length]);
            Assert.Throws<DataException>(() => new ParquetFileReader(folder.File("cut.parquet")));
        }
    }

    [Fact]
    public void Damage_inside_a_file_is_told_as_such_or_read_as_other_values()
    {
        ParquetFile.Write(folder.File("whole.parquet"), new Sample(3000).Columns());
        var bytes = File.ReadAllBytes(folder.File("whole.parquet"));
        var told = 0;
        for (var at = 0; at < bytes.Length; at += 211)
        {
            var damaged = bytes.ToArray();
            damaged[at] ^= 0x5A;
            File.WriteAllBytes(folder.File("damaged.parquet"), damaged);
            try
            {
                using var file = new ParquetFileReader(folder.File("damaged.parquet"));
                Sample.Read<long>(file, "long");
                Sample.Read<double>(file, "double");
                Sample.Read<byte>(file, "byte");
            }
            catch (DataException e)
            {
                told++;
                Assert.Contains("damaged.parquet", e.Message, StringComparison.Ordinal);
            }
        }
        Assert.NotEqual(0, told);
    }

    [Fact]
    public void A_cancelled_reading_ends()
    {
        using var file = new ParquetFileReader(Copy("SELECT 1::BIGINT AS t"));
        Assert.Throws<OperationCanceledException>(() => file.Read("t", new ArrayBufferWriter<long>(), new CancellationToken(true)));
    }

    [Fact]
    public void A_file_that_was_replaced_is_read_anew()
    {
        Assert.Equal([1L], Read<long>(Copy("SELECT 1::BIGINT AS t"), "t"));
        Assert.Equal([2L], Read<long>(Copy("SELECT 2::BIGINT AS t"), "t"));
    }

    static double[] Lists(string path, string column, int width)
    {
        using var file = new ParquetFileReader(path);
        var values = new ArrayBufferWriter<double>();
        file.ReadLists(column, width, values);
        return values.WrittenSpan.ToArray();
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(1, 5)]
    [InlineData(3, 0)]
    [InlineData(3, ParquetFile.RowsPerGroup + 17)]
    [InlineData(70, 1)]
    public void Lists_of_one_length_are_read_bit_for_bit(int width, int rows)
    {
        var values = Enumerable.Range(0, rows * width).Select(i => i % 3 == 0 ? double.NaN : i % 3 == 1 ? -0.0 : Math.Sqrt(i)).ToArray();
        var path = folder.File("lists.parquet");
        ParquetFile.Write(path, [ParquetColumn.Longs("i", new long[rows]), ParquetColumn.DoubleLists("features", rows, width, values)]);
        Assert.Equal(
            values.Select(BitConverter.DoubleToInt64Bits), Lists(path, "features", width).Select(BitConverter.DoubleToInt64Bits));
    }

    [Theory]
    [InlineData("[1.0::DOUBLE, 2.0]", 3)]
    [InlineData("[1.0::DOUBLE, 2.0]", 1)]
    [InlineData("[1.0::DOUBLE, NULL]", 2)]
    [InlineData("CASE WHEN i = 1 THEN [1.0::DOUBLE, 2.0, 3.0] ELSE [1.0::DOUBLE] END", 2)]
    public void Lists_of_other_lengths_or_with_holes_are_refused(string list, int width)
    {
        var path = Copy($"SELECT {list} AS x FROM range(2) t(i)");
        var e = Assert.Throws<DataException>(() => Lists(path, "x", width));
        Assert.Contains(path, e.Message, StringComparison.Ordinal);
        Assert.Contains("has no column 'y' of lists", Assert.Throws<DataException>(() => Lists(path, "y", width)).Message);
    }
}
