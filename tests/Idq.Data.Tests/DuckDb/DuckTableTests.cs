using Idq.Data.DuckDb;

namespace Idq.Data.Tests.DuckDb;

public sealed class DuckTableTests : IDisposable
{
    readonly DuckDatabase database = DuckDatabase.Open();
    readonly DuckConnection connection;

    public DuckTableTests() => connection = database.Connect();

    public void Dispose()
    {
        connection.Dispose();
        database.Dispose();
    }

    [Theory]
    [InlineData("3::TINYINT", 3.0, 3L)]
    [InlineData("200::UTINYINT", 200.0, 200L)]
    [InlineData("-3::SMALLINT", -3.0, -3L)]
    [InlineData("60000::USMALLINT", 60000.0, 60000L)]
    [InlineData("-3::INTEGER", -3.0, -3L)]
    [InlineData("4000000000::UINTEGER", 4e9, 4000000000L)]
    [InlineData("9223372036854775807::BIGINT", 9223372036854775807.0, long.MaxValue)]
    [InlineData("12::UBIGINT", 12.0, 12L)]
    [InlineData("-12::HUGEINT", -12.0, -12L)]
    [InlineData("12::UHUGEINT", 12.0, 12L)]
    [InlineData("2.5::FLOAT", 2.5, 2L)]
    [InlineData("3.5::DOUBLE", 3.5, 4L)]
    [InlineData("0.1::DECIMAL(4,1)", 0.1, 0L)]
    [InlineData("2.5::DECIMAL(9,1)", 2.5, 2L)]
    [InlineData("-3.5::DECIMAL(18,1)", -3.5, -4L)]
    [InlineData("1126083726.9::DECIMAL(28,9)", 1126083726.9, 1126083727L)]
    [InlineData("123456789012345678901234567.125::DECIMAL(38,3)", 123456789012345678901234567.125, null)]
    [InlineData("true", 1.0, 1L)]
    [InlineData("TIMESTAMP '1970-01-01 00:00:01.5'", 1.5, 1_500_000_000L)]
    [InlineData("TIMESTAMP_S '1970-01-01 00:00:02'", 2.0, 2_000_000_000L)]
    [InlineData("TIMESTAMP_MS '1970-01-01 00:00:01.5'", 1.5, 1_500_000_000L)]
    [InlineData("TIMESTAMP_NS '1970-01-01 00:00:00.000000001'", 1e-9, 1L)]
    [InlineData("TIMESTAMPTZ '1970-01-01 00:00:01+00'", 1.0, 1_000_000_000L)]
    [InlineData("DATE '1970-01-02'", 86400.0, 86_400_000_000_000L)]
    public void Every_kind_of_number_converts(string sql, double asDouble, long? asLong)
    {
        var table = connection.Table($"SELECT {sql} AS x FROM range(3000)");
        Assert.Equal(3000, table.Count);
        Assert.All(table.Doubles("x"), v => Assert.Equal(asDouble, v));
        if (asLong is not null)
            Assert.All(table.Longs("x"), v => Assert.Equal(asLong, v));
        else
            Assert.Throws<OverflowException>(() => table.Longs("x"));
    }

    [Fact]
    public void Null_is_NaN_or_what_the_caller_says_or_an_error()
    {
        var table = connection.Table(
            "SELECT CASE WHEN i % 2 = 1 THEN i END AS x, CASE WHEN i % 2 = 1 THEN i / 2.0 END::DOUBLE AS y FROM range(5000) t(i)"
        );
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => i % 2 == 1 ? i : double.NaN), table.Doubles("x"));
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => i % 2 == 1 ? i / 2.0 : double.NaN), table.Doubles("y"));
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => i % 2 == 1 ? i : -1L), table.Longs("x", whereNull: -1));
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => i % 2 == 1), table.Present("x")!);
        Assert.Throws<InvalidOperationException>(() => table.Longs("x"));
    }

    [Fact]
    public void Where_nothing_is_null_there_is_no_mask() => Assert.Null(connection.Table("SELECT 1 AS x").Present("x"));

    [Fact]
    public void Natural_columns_keep_their_type()
    {
        var table = connection.Table(
            "SELECT i::INTEGER AS i, i::UTINYINT AS b, i::FLOAT AS f, i % 2 = 0 AS t, 'n' || i AS s, [i::DOUBLE, NULL] AS l FROM range(3) r(i)"
        );
        Assert.Equal([0, 1, 2], table.Ints("i"));
        Assert.Equal([0, 1, 2], table.Bytes("b"));
        Assert.Equal([0f, 1, 2], table.Floats("f"));
        Assert.Equal([true, false, true], table.Bools("t"));
        Assert.Equal((string?[])["n0", "n1", "n2"], table.Texts("s"));
        var lists = table.DoubleLists("l");
        Assert.Equal(3, lists.Count);
        Assert.Equal([2.0, double.NaN], lists[2].ToArray());
    }

    [Fact]
    public void Names_are_found_without_regard_to_case_and_missing_ones_are_told_with_those_there_are()
    {
        var table = connection.Table("SELECT 1::BIGINT AS \"GPStime\", 2.0::DOUBLE AS snr");
        Assert.True(table.Has("gpsTIME"));
        Assert.False(table.Has("time"));
        Assert.Equal([1L], table.Longs("gpstime"));
        var failure = Assert.Throws<KeyNotFoundException>(() => table.Doubles("time"));
        Assert.Contains("GPStime, snr", failure.Message);
    }

    [Theory]
    [InlineData("'text'")]
    [InlineData("[1.0::DOUBLE]")]
    [InlineData("{'a': 1}")]
    public void What_is_no_number_does_not_become_one(string sql)
    {
        var table = connection.Table($"SELECT {sql} AS x");
        Assert.Throws<InvalidOperationException>(() => table.Doubles("x"));
        Assert.Throws<InvalidOperationException>(() => table.Longs("x"));
        Assert.Throws<InvalidOperationException>(() => table.Ints("x"));
    }

    [Fact]
    public void Equal_texts_share_one_object_and_long_ones_are_whole()
    {
        var table = connection.Table("SELECT 'H1:CHANNEL_' || (i % 7) AS channel, repeat('long €', 100) AS long FROM range(10000) t(i)");
        var channels = table.Texts("channel");
        Assert.Equal(Enumerable.Range(0, 10_000).Select(i => $"H1:CHANNEL_{i % 7}"), channels);
        Assert.Same(channels[0], channels[7000]);
        Assert.Equal(string.Concat(Enumerable.Repeat("long €", 100)), table.Texts("long")[9999]);
    }

    [Fact]
    public void A_table_without_rows_has_empty_columns()
    {
        var table = connection.Table("SELECT 1::BIGINT AS a, 'x' AS b, [1.0::DOUBLE] AS c WHERE false");
        Assert.Equal(0, table.Count);
        Assert.Empty(table.Longs("a"));
        Assert.Empty(table.Texts("b"));
        Assert.Equal(0, table.DoubleLists("c").Count);
    }

    [Fact]
    public void A_streamed_result_makes_the_same_table_as_a_whole_one()
    {
        const string sql = "SELECT i, sin(i) AS s, CASE WHEN i % 5 = 0 THEN NULL ELSE 'c' || i % 11 END AS c FROM range(100000) t(i)";
        var whole = connection.Table(sql);
        using var result = connection.Query(sql);
        var streamed = DuckTable.Read(result);
        Assert.Equal(whole.Longs("i"), streamed.Longs("i"));
        Assert.Equal(whole.Doubles("s"), streamed.Doubles("s"));
        Assert.Equal(whole.Texts("c"), streamed.Texts("c"));
    }
}
