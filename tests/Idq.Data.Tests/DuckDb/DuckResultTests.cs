using Idq.Data.DuckDb;

namespace Idq.Data.Tests.DuckDb;

public sealed class DuckResultTests : IDisposable
{
    readonly DuckDatabase database = DuckDatabase.Open();
    readonly DuckConnection connection;

    public DuckResultTests() => connection = database.Connect();

    public void Dispose()
    {
        connection.Dispose();
        database.Dispose();
    }

    [Fact]
    public void A_result_names_its_columns_and_their_types()
    {
        using var result = connection.Query(
            "SELECT 1::BIGINT AS a, 1.5::DOUBLE AS b, 1::DECIMAL(12,3) AS c, [1.0::DOUBLE] AS d, {'k': 1, 'm': 'x'} AS e, "
                + "MAP {'k': true} AS f, 'x'::ENUM('x', 'y') AS g, [1, 2]::INTEGER[2] AS h, 1::UHUGEINT AS i, 1::UTINYINT AS j, "
                + "TIMESTAMPTZ '2015-09-14 09:50:45+00' AS k, TIMESTAMP_NS '2015-09-14 09:50:45' AS l"
        );
        Assert.Equal(
            [
                "a BIGINT",
                "b DOUBLE",
                "c DECIMAL(12,3)",
                "d DOUBLE[]",
                "e STRUCT(\"k\" INTEGER, \"m\" VARCHAR)",
                "f MAP(VARCHAR, BOOLEAN)",
                "g ENUM",
                "h INTEGER[2]",
                "i UHUGEINT",
                "j UTINYINT",
                "k TIMESTAMP WITH TIME ZONE",
                "l TIMESTAMP_NS", ], result.Columns.Select(c => $"{c.Name} {c.Type}"));
    }

    [Fact]
    public void Chunks_come_in_order_and_hold_every_row_once()
    {
        var expected = 0L;
        foreach (var chunk in connection.Query("SELECT i FROM range(500000) t(i)"))
        {
            Assert.InRange(chunk.Count, 1, 2048);
            foreach (var value in chunk.Longs(0)) Assert.Equal(expected++, value);
        }

        Assert.Equal(500_000, expected);
    }

    [Fact]
    public void A_result_without_rows_still_has_columns()
    {
        using var result = connection.Query("SELECT 1::BIGINT AS a WHERE false");
        Assert.Equal("a", Assert.Single(result.Columns).Name);
        Assert.Null(result.Next());
        Assert.Null(result.Next());
    }

    [Fact]
    public void A_query_that_fails_midway_tells_so_instead_of_ending()
    {
        var rows = 0L;
        var failure = Assert.Throws<DuckException>(() =>
        {
            foreach (
                var chunk in connection.Query(
                    "SELECT CAST(CASE WHEN i = 30000000 THEN 'x' ELSE '1' END AS INTEGER) FROM range(40000000) t(i)"))
                rows += chunk.Count;
        });
        Assert.Contains("Could not convert string 'x'", failure.Summary);
        Assert.InRange(rows, 1, 30_000_000);
        Assert.Equal(1L, connection.Scalar("SELECT 1"));
    }

    [Fact]
    public void Leaving_a_loop_early_frees_the_connection()
    {
        foreach (var chunk in connection.Query("SELECT * FROM range(10000000)"))
        {
            Assert.Equal(2048, chunk.Count);
            break;
        }

        foreach (var row in connection.Query("SELECT * FROM range(10000000)").Rows())
        {
            Assert.Equal([0L], row);
            break;
        }

        Assert.Equal(1L, connection.Scalar("SELECT 1"));
    }

    [Fact]
    public void Typed_spans_look_at_their_own_type_only()
    {
        using var result = connection.Query("SELECT 1.5::DOUBLE, 2::BIGINT, 5::UTINYINT, 'six', 'b'::ENUM('a', 'b'), 7::INTEGER");
        var chunk = result.Next()!;
        Assert.Equal(1.5, chunk.Doubles(0)[0]);
        Assert.Equal(2, chunk.Longs(1)[0]);
        Assert.Equal("six", chunk.Text(3, 0));
        Assert.Equal("six"u8.ToArray(), chunk.Utf8(3, 0).ToArray());
        Assert.Equal("b", chunk.Value(4, 0));
        Assert.Throws<InvalidOperationException>(() => chunk.Doubles(1));
        Assert.Throws<InvalidOperationException>(() => chunk.Longs(0));
        Assert.Throws<InvalidOperationException>(() => chunk.Text(0, 0));
        Assert.Throws<InvalidOperationException>(() => chunk.Text(4, 0));
        Assert.Throws<InvalidOperationException>(() => chunk.Utf8(4, 0));
        Assert.Contains("INTEGER", Assert.Throws<InvalidOperationException>(() => chunk.Longs(5)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => chunk.Text(3, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => chunk.Value(3, -1));
    }

    [Fact]
    public void Texts_of_any_length_are_read_whole()
    {
        using var result = connection.Query("SELECT repeat('é', i) FROM range(40) t(i)");
        var chunk = result.Next()!;
        for (var i = 0; i < 40; i++)
        {
            Assert.Equal(new string('é', i), chunk.Text(0, i));
            Assert.Equal(2 * i, chunk.Utf8(0, i).Length);
        }
    }

    [Fact]
    public void Reading_columns_allocates_nothing_for_a_row()
    {
        const string Half = "SELECT i, i / 3.0::DOUBLE AS x, CASE WHEN i % 2 = 0 THEN NULL ELSE i END::INTEGER AS n FROM range(400000) "
            + "t(i)";
        var part = new double[2048];
        long Bytes(string sql)
        {
            using var result = connection.Query(sql);
            var (sum, before) = (0.0, GC.GetAllocatedBytesForCurrentThread());
            while (result.Next() is { } chunk)
            {
                chunk.ToDoubles(2, part);
                sum += chunk.Longs(0)[0] + chunk.Doubles(1)[^1] + part[0];
            }
            Assert.True(sum != 0);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Bytes(Half);
        // A handle for each chunk of 2048 rows, and no more.
        Assert.InRange(Bytes(Half), 0, 400_000 / 2048 * 400);
    }

    [Fact]
    public void Nulls_are_seen_row_by_row()
    {
        using var result = connection.Query(
            "SELECT CASE WHEN i % 3 = 0 THEN NULL ELSE i END, CASE WHEN i % 2 = 0 THEN NULL ELSE 'odd' END FROM range(2000) t(i)"
        );
        var row = 0;
        while (result.Next() is { } chunk)
        {
            Assert.True(chunk.MayHaveNulls(0));
            for (var i = 0; i < chunk.Count; i++, row++)
            {
                Assert.Equal(row % 3 != 0, chunk.IsValid(0, i));
                Assert.Equal(row % 2 == 0 ? null : "odd", chunk.Text(1, i));
            }
        }

        Assert.Equal(2000, row);
    }

    public static TheoryData<string, object?> Values => new()
        {
            { "NULL", null },
            { "true", true },
            { "(-128)::TINYINT", -128L },
            { "255::UTINYINT", 255L },
            { "(-32768)::SMALLINT", -32768L },
            { "65535::USMALLINT", 65535L },
            { "4294967295::UINTEGER", 4294967295L },
            { "18446744073709551615::UBIGINT", System.Numerics.BigInteger.Parse("18446744073709551615") },
            { "5::UBIGINT", 5L },
            {
                "(-170141183460469231731687303715884105728)::HUGEINT",
                System.Numerics.BigInteger.Parse("-170141183460469231731687303715884105728")
            },
            { "(-5)::HUGEINT", -5L },
            {
                "340282366920938463463374607431768211455::UHUGEINT",
                System.Numerics.BigInteger.Parse("340282366920938463463374607431768211455")
            },
            { "0.1::FLOAT", 0.1 },
            { "'inf'::DOUBLE", double.PositiveInfinity },
            { "-1.5::DECIMAL(4,1)", -1.5m },
            { "0.000001::DECIMAL(9,6)", 0.000001m },
            { "-123456789.123456789::DECIMAL(18,9)", -123456789.123456789m },
            { "-0.05::DECIMAL(38,2)", -0.05m },
            { "99999999999999999999999999999999999.5::DECIMAL(38,1)", "99999999999999999999999999999999999.5" },
            { "'müon 💥, longer than twelve bytes'", "müon 💥, longer than twelve bytes" },
            { "'\\x00\\xFF'::BLOB", "00ff" },
            { "'b'::ENUM('a', 'b')", "b" },
            { "'00112233-4455-6677-8899-aabbccddeeff'::UUID", "00112233-4455-6677-8899-aabbccddeeff" },
            { "'f0112233-4455-6677-8899-aabbccddeeff'::UUID", "f0112233-4455-6677-8899-aabbccddeeff" },
            { "DATE '2015-09-14'", "2015-09-14" },
            { "TIME '09:50:45.391'", "09:50:45.391" },
            { "TIMESTAMP '2015-09-14 09:50:45.391'", "2015-09-14T09:50:45.391" },
            { "TIMESTAMP '1969-12-31 23:59:59.5'", "1969-12-31T23:59:59.5" },
            { "TIMESTAMP_NS '2015-09-14 09:50:45.123456789'", "2015-09-14T09:50:45.123456789" },
            { "TIMESTAMP_MS '2015-09-14 09:50:45.391'", "2015-09-14T09:50:45.391" },
            { "TIMESTAMP_S '2015-09-14 09:50:45'", "2015-09-14T09:50:45" },
            { "TIMESTAMPTZ '2015-09-14 09:50:45+00'", "2015-09-14T09:50:45Z" },
            { "'-infinity'::TIMESTAMP", "-infinity" },
            { "'infinity'::DATE", "infinity" },
            { "INTERVAL '1 year 2 days 3.5 seconds'", "P12M2DT3.5S" },
        };

    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_becomes_the_object_that_prints_it(string sql, object? expected) =>
        Assert.Equal(expected, connection.Scalar($"SELECT {sql}"));

    [Fact]
    public void Nested_values_become_lists_and_dictionaries()
    {
        var row = connection
            .Query("SELECT [1.5, NULL], [['a'], []::VARCHAR[]], {'k': 1, 'l': [true]}, MAP {7: 'x'}, [1, 2, 3]::INTEGER[3] FROM range(2)")
            .Rows()
            .Last();
        Assert.Equal(new object?[] { 1.5m, null }, row[0]);
        Assert.Equal(new object?[] { new object?[] { "a" }, Array.Empty<object?>() }, row[1]);
        var fields = Assert.IsType<Dictionary<string, object?>>(row[2]);
        Assert.Equal(1L, fields["k"]);
        Assert.Equal(new object?[] { true }, fields["l"]);
        Assert.Equal("x", Assert.IsType<Dictionary<string, object?>>(row[3])["7"]);
        Assert.Equal(new object?[] { 1L, 2L, 3L }, row[4]);
    }

    [Fact]
    public void A_type_that_is_not_read_asks_for_a_cast()
    {
        var failure = Assert.Throws<DuckException>(() => connection.Scalar("SELECT '101'::BIT"));
        Assert.Contains("cast the column to VARCHAR", failure.Message);
    }
}
