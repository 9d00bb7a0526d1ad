using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Idq.Data.DuckDb;
using Idq.Data.Parquet;
using Idq.Data.Tests.DuckDb;

namespace Idq.Data.Tests.Parquet;

/// <summary>What is written, as DuckDB reads it.</summary>
public sealed class ParquetFileTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly DuckDatabase database = DuckDatabase.Open();
    readonly DuckConnection connection;

    public ParquetFileTests() => connection = database.Connect();

    public void Dispose()
    {
        connection.Dispose();
        database.Dispose();
        folder.Dispose();
    }

    string Path => folder.File("x.parquet");

    string File => $"read_parquet({Sql.Text(Path)})";

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2049)]
    [InlineData(ParquetFile.RowsPerGroup)]
    [InlineData(300_001)]
    public void Every_kind_of_column_comes_back_as_it_was_written(int rows)
    {
        var sample = new Sample(rows);
        ParquetFile.Write(Path, sample.Columns());
        sample.AssertEqual(connection, Path);
        sample.AssertRead(Path);
    }

    [Theory]
    [InlineData(ParquetCompression.None, "UNCOMPRESSED")]
    [InlineData(ParquetCompression.Snappy, "SNAPPY")]
    [InlineData(ParquetCompression.Zstd, "ZSTD")]
    [InlineData(ParquetCompression.Gzip, "GZIP")]
    public void Every_compression_keeps_every_bit_and_says_its_name(ParquetCompression compression, string name)
    {
        var sample = new Sample(5000);
        ParquetFile.Write(Path, sample.Columns(), compression: compression);
        sample.AssertEqual(connection, Path);
        sample.AssertRead(Path);
        Assert.Equal((string?[])[name], connection.Texts($"SELECT DISTINCT compression FROM parquet_metadata({Sql.Text(Path)})"));
    }

    [Fact]
    public void Unless_told_otherwise_a_file_is_compressed_by_Snappy_which_any_reader_has()
    {
        ParquetFile.Write(Path, new Sample(10).Columns());
        Assert.Equal((string?[])["SNAPPY"], connection.Texts($"SELECT DISTINCT compression FROM parquet_metadata({Sql.Text(Path)})"));
    }

    [Fact]
    public void Any_doubles_come_back_bit_for_bit() => Prop.ForAll<double[], long>((values, seed) =>
    {
        var bits = values.Select((v, i) => BitConverter.DoubleToInt64Bits(v) ^ ((seed * i) & 0xFF)).ToArray();
        var doubles = bits.Select(BitConverter.Int64BitsToDouble).ToArray();
        ParquetFile.Write(Path, [ParquetColumn.Doubles("x", doubles), ParquetColumn.Longs("y", bits)]);
        using var file = new ParquetFileReader(Path);
        return connection.Longs($"SELECT y FROM {File}").SequenceEqual(bits)
            && connection.Doubles($"SELECT x FROM {File}").Select(BitConverter.DoubleToInt64Bits).SequenceEqual(bits)
            && Sample.Read<double>(file, "x").Select(BitConverter.DoubleToInt64Bits).SequenceEqual(bits)
            && Sample.Read<long>(file, "y").SequenceEqual(bits);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_words_come_back() => Prop.ForAll<NonEmptyArray<NonNull<string>>, byte[]>((texts, picks) =>
    {
        var words = texts.Get.Select(t => string.Concat(t.Get.Where(c => !char.IsSurrogate(c)))).ToArray();
        var codes = picks.Select(p => p % words.Length).ToArray();
        ParquetFile.Write(Path, [ParquetColumn.Words("x", codes, words)]);
        return connection.Texts($"SELECT x FROM {File}").SequenceEqual(codes.Select(c => words[c]));
    }).QuickCheckThrowOnFailure();

    // A file's least and greatest values let DuckDB skip row groups: it must find what it would find by looking at every row.
    [Theory]
    [InlineData("x > 5")]
    [InlineData("x >= 5")]
    [InlineData("x < -5")]
    [InlineData("x = 0")]
    [InlineData("x <> 0")]
    [InlineData("x BETWEEN -1 AND 1")]
    [InlineData("isnan(x)")]
    [InlineData("x = 'nan'::DOUBLE")]
    [InlineData("NOT isnan(x)")]
    [InlineData("x IS NULL")]
    public void A_condition_on_doubles_finds_the_rows_that_it_finds_in_memory(string condition)
    {
        double[][] groups =
        [
            [1, 2, double.NaN], [double.NaN, double.NaN, double.NaN], [-0.0, -0.0, -0.0], [0, 1, 2], [-7, double.NaN, -0.0],
            [3, 4, 5], [6, 7, 8], [double.PositiveInfinity, 1, 1], [double.NegativeInfinity, -1, double.NaN],
        ];
        ParquetFile.Write(Path, groups.Select(g => (IReadOnlyList<ParquetColumn>)[ParquetColumn.Doubles("x", g)]), null, default, default);
        connection.Execute("CREATE TABLE rows (x DOUBLE, n BIGINT)");
        using (var rows = connection.Append("rows"))
        {
            foreach (var (value, n) in groups.SelectMany(g => g).Select((v, i) => (v, i))) rows.Add(value).Add(n).EndRow();
            rows.Close();
        }
        Assert.Equal(groups.Length, connection.Longs($"SELECT DISTINCT row_group_id FROM parquet_metadata({Sql.Text(Path)})").Length);
        var numbered = $"read_parquet({Sql.Text(Path)}, file_row_number = true)";
        Assert.Equal(
            connection.Longs($"SELECT n FROM rows WHERE {condition} ORDER BY n"),
            connection.Longs($"SELECT file_row_number FROM {numbered} WHERE {condition} ORDER BY 1")
        );
        foreach (var function in new[] { "min", "max", "count" })
        {
            Assert.Equal(
                connection.Scalar($"SELECT {function}(x) FROM rows WHERE {condition}"),
                connection.Scalar($"SELECT {function}(x) FROM {File} WHERE {condition}")
            );
        }
    }

    [Fact]
    public void Doubles_have_no_least_and_greatest_value_and_times_do_and_words_have_a_dictionary()
    {
        ParquetFile.Write(Path, new Sample(3000).Columns());
        const string Columns = "path_in_schema, stats_min_value, stats_max_value, stats_min, stats_max, encodings";
        var statistics = connection.Rows($"SELECT {Columns} FROM parquet_metadata({Sql.Text(Path)})");
        foreach (var row in statistics)
        {
            var column = (string)row[0]!;
            if (column is "double" or "list, list, element" or "empty, list, element") Assert.Equal([null, null, null, null], row[1..5]);
            if (column == "word") Assert.Contains("DICTIONARY", (string)row[5]!, StringComparison.Ordinal);
            if (column == "long") Assert.Equal([$"{long.MinValue}", $"{long.MaxValue}"], row[1..3]);
        }
        Assert.Equal(6, statistics.Length);
    }

    [Fact]
    public void A_condition_on_times_or_words_finds_the_rows_that_it_finds_in_memory()
    {
        string[] words = ["z", "💥", "a", "B", "", "ü"];
        int[][] groups = [[0, 1], [1, 2], [3, 3], [4, 5], [5, 0], [0, 2]];
        var parts = groups.Select((g, k) => (IReadOnlyList<ParquetColumn>)
            [ParquetColumn.Words("w", g, words), ParquetColumn.Longs("t", g.Select(c => k * 10L + c).ToArray())]);
        ParquetFile.Write(Path, parts, null, ParquetCompression.Snappy, default);
        for (var w = 0; w < words.Length; w++)
        {
            var expected = groups.SelectMany((g, k) => g.Where(c => c == w).Select(c => k * 10L + c));
            Assert.Equal(expected, connection.Longs($"SELECT t FROM {File} WHERE w = {Sql.Text(words[w])} ORDER BY t"));
        }
        Assert.Equal([21L, 22, 33, 33], connection.Longs($"SELECT t + 10 FROM {File} WHERE t BETWEEN 11 AND 23 ORDER BY t"));
    }

    [Fact]
    public void Words_that_the_file_would_put_in_the_wrong_order_are_refused()
    {
        var refused = Assert.Throws<DataException>(() => ParquetColumn.Words("channel", new[] { 0, 1 }, ["\uffee", "💥"]));
        Assert.Contains("'channel'", refused.Message, StringComparison.Ordinal);
        // One word has no order.
        ParquetFile.Write(Path, [ParquetColumn.Words("w", new[] { 0, 0 }, ["\uffee💥"])]);
        Assert.Equal(2L, connection.Scalar($"SELECT count(*) FROM {File} WHERE w = '\uffee💥'"));
    }

    [Theory]
    [InlineData(ParquetCompression.None)]
    [InlineData(ParquetCompression.Snappy)]
    [InlineData(ParquetCompression.Zstd)]
    [InlineData(ParquetCompression.Gzip)]
    public void The_same_columns_give_the_same_bytes_on_any_thread(ParquetCompression compression)
    {
        var sample = new Sample(50_001);
        var metadata = new Dictionary<string, string> { ["span"] = "[1, 2)", ["hash"] = "abc" };
        var hashes = new string[6];
        Parallel.For(0, hashes.Length, i =>
        {
            ParquetFile.Write(folder.File($"{i}.parquet"), new Sample(100 * i).Columns());
            ParquetFile.Write(folder.File($"{i}.parquet"), sample.Columns(), metadata, compression);
            hashes[i] = Hash($"{i}.parquet");
        });
        Assert.Single(hashes.Distinct());
    }

    [Fact]
    public void The_bytes_are_those_of_every_other_process()
    {
        // Written down by an earlier process; it changes with the library's version (its name is in the file) or with what we ask of it.
        var metadata = new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" };
        ParquetFile.Write(folder.File("golden.parquet"), new Sample(5000).Columns(), metadata);
        Assert.Equal("77824bdbc10d1ea09cd2f22801731c6302e23df0", Hash("golden.parquet")[..40]);
    }

    [Fact]
    public void The_order_in_which_metadata_was_collected_does_not_matter()
    {
        ParquetColumn[] columns = [ParquetColumn.Longs("x", new long[] { 1 })];
        ParquetFile.Write(folder.File("a.parquet"), columns, new Dictionary<string, string> { ["k"] = "1", ["Z"] = "2" });
        ParquetFile.Write(folder.File("b.parquet"), columns, new Dictionary<string, string> { ["Z"] = "2", ["k"] = "1" });
        Assert.Equal(Hash("a.parquet"), Hash("b.parquet"));
    }

    [Fact]
    public void Metadata_of_any_text_comes_back_to_us_and_to_DuckDB()
    {
        var metadata = new Dictionary<string, string>
        {
            ["plain"] = "value",
            ["it's \"quoted\" {x: 1}"] = "'; DROP TABLE t; -- \"€💥",
            ["empty"] = "",
            ["json"] = """{"parents": ["a", "b"], "n": 1}""",
            ["long"] = new string('x', 100_000),
        };
        ParquetFile.Write(Path, [ParquetColumn.Longs("x", new long[] { 1 })], metadata);
        var expected = metadata.OrderBy(m => m.Key, StringComparer.Ordinal);
        using var file = new ParquetFileReader(Path);
        Assert.Equal(expected, file.Metadata.OrderBy(m => m.Key, StringComparer.Ordinal));
        var rows = connection.Rows($"SELECT decode(key), decode(value) FROM parquet_kv_metadata({Sql.Text(Path)})");
        Assert.Equal(expected, rows.Select(r => KeyValuePair.Create((string)r[0]!, (string)r[1]!)));
    }

    [Fact]
    public void A_file_is_replaced_in_place_and_a_strange_name_is_a_name()
    {
        var path = folder.File("it's [a] *strange* name?.parquet");
        ParquetFile.Write(path, [ParquetColumn.Longs("x", new long[] { 1, 2, 3 })]);
        ParquetFile.Write(path, [ParquetColumn.Longs("x", new long[] { 4 })]);
        using var file = new ParquetFileReader(path);
        Assert.Equal([4L], Sample.Read<long>(file, "x"));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData("a.b")]
    [InlineData("a/b")]
    [InlineData("it's \"quoted\" ü")]
    public void A_strange_name_of_a_column_is_a_name(string name)
    {
        ParquetFile.Write(
            Path,
            [ParquetColumn.Doubles(name, new[] { double.NaN, 7 }), ParquetColumn.Longs("x", new long[] { 1, 2 })]
        );
        Assert.Equal([2L], connection.Longs($"SELECT x FROM {File} WHERE {Sql.Identifier(name)} = 7"));
        Assert.Equal([1L], connection.Longs($"SELECT x FROM {File} WHERE isnan({Sql.Identifier(name)})"));
        using var file = new ParquetFileReader(Path);
        Assert.Equal([double.NaN, 7], Sample.Read<double>(file, name));
    }

    [Fact]
    public void Five_hundred_columns_are_written_and_the_few_that_are_wanted_read()
    {
        ParquetFile.Write(
            Path,
            [.. Enumerable.Range(0, 500).Select(i => ParquetColumn.Doubles($"feature {i}", Enumerable.Repeat((double)i, 20).ToArray()))]
        );
        using var file = new ParquetFileReader(Path);
        Assert.Equal(Enumerable.Repeat(499.0, 20), Sample.Read<double>(file, "feature 499"));
        Assert.Equal(Enumerable.Repeat(7.0, 20), connection.Doubles($"SELECT \"feature 7\" FROM {File}"));
    }

    [Fact]
    public void A_row_group_holds_a_part_or_as_many_rows_as_it_may()
    {
        IReadOnlyList<ParquetColumn> Part(int rows) => [ParquetColumn.Longs("x", new long[rows])];
        ParquetFile.Write(Path, [Part(10), Part(0), Part(ParquetFile.RowsPerGroup + 1), Part(3)], null, ParquetCompression.Snappy, default);
        Assert.Equal(
            [10L, ParquetFile.RowsPerGroup, 1, 3],
            connection.Longs($"SELECT row_group_num_rows FROM parquet_metadata({Sql.Text(Path)}) ORDER BY row_group_id")
        );
    }

    [Fact]
    public void A_folder_that_is_not_there_is_told() => Assert.Contains(
        "no/such",
        Assert.Throws<DirectoryNotFoundException>(() => ParquetFile.Write(folder.File("no/such/x"), new Sample(1).Columns())).Message,
        StringComparison.Ordinal
    );

    [Fact]
    public void Columns_that_do_not_fit_together_are_refused_by_name_and_leave_no_file()
    {
        var uneven = Assert.Throws<ArgumentException>(() =>
            ParquetFile.Write(Path, [ParquetColumn.Longs("a", new long[3]), ParquetColumn.Longs("b", new long[4])]));
        Assert.Contains("'b' has 4 rows", uneven.Message, StringComparison.Ordinal);
        var twins = Assert.Throws<ArgumentException>(() =>
            ParquetFile.Write(Path, [ParquetColumn.Longs("Snr", new long[3]), ParquetColumn.Longs("snr", new long[3])]));
        Assert.Contains("'snr'", twins.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ParquetFile.Write(Path, Array.Empty<ParquetColumn>()));
        Assert.Throws<ArgumentException>(() => ParquetColumn.DoubleLists("a", 2, 3, new double[5]));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_cancelled_write_leaves_no_file()
    {
        Assert.Throws<OperationCanceledException>(() =>
            ParquetFile.Write(Path, new Sample(100).Columns(), cancellationToken: new CancellationToken(true)));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    string Hash(string name) => Convert.ToHexStringLower(SHA256.HashData(System.IO.File.ReadAllBytes(folder.File(name))));
}
