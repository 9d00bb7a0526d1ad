using System.Globalization;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Idq.Data.DuckDb;

namespace Idq.Data.Tests.DuckDb;

public sealed class SqlTests : IDisposable
{
    readonly DuckDatabase database = DuckDatabase.Open();
    readonly DuckConnection connection;

    public SqlTests() => connection = database.Connect();

    public void Dispose()
    {
        connection.Dispose();
        database.Dispose();
    }

    [Fact]
    public void Any_text_survives_quoting_as_a_literal() => Prop.ForAll<NonNull<string>>(text =>
    {
        // SQL text ends at a NUL and UTF-8 has no lone surrogates.
        var value = string.Concat(text.Get.Where(c => c != '\0' && !char.IsSurrogate(c)));
        return (string?)connection.Scalar($"SELECT {Sql.Text(value)}") == value;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_text_survives_quoting_as_a_name() => Prop.ForAll<NonEmptyString>(text =>
    {
        var name = "x" + string.Concat(text.Get.Where(c => c != '\0' && !char.IsSurrogate(c)));
        using var result = connection.Query($"SELECT 1 AS {Sql.Identifier(name)}");
        return result.Columns[0].Name == name;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_list_of_texts_is_typed_even_when_empty()
    {
        Assert.Equal(new object?[] { "it's", "b" }, connection.Scalar($"SELECT {Sql.TextList(["it's", "b"])}"));
        Assert.Equal(Array.Empty<object?>(), connection.Scalar($"SELECT {Sql.TextList([])}"));
    }

    [Theory]
    [InlineData("'1126083726.9'", 1126083726900000000)]
    [InlineData("'1126083726.123456789'", 1126083726123456789)]
    [InlineData("'1126083726.1234567895'", 1126083726123456790)]
    [InlineData("'1.1260837269e9'", 1126083726900000000)]
    [InlineData("'1.2e0'", 1200000000)]
    [InlineData("'12e1'", 120000000000)]
    [InlineData("' 1126083726.9 '", 1126083726900000000)]
    [InlineData("'1126083726.'", 1126083726000000000)]
    [InlineData("'1126083726.0000000010000'", 1126083726000000001)]
    [InlineData("'001126083726'", 1126083726000000000)]
    [InlineData("'0'", 0)]
    [InlineData("'.5'", 500000000)]
    [InlineData("'-5.25'", -5250000000)]
    [InlineData("-5.25::DECIMAL(6,3)", -5250000000)]
    [InlineData("'-0.000000001'", -1)]
    [InlineData("'9223372036.854775807'", long.MaxValue)]
    [InlineData("'-9223372036.854775808'", long.MinValue)]
    [InlineData("1126083726.9::DECIMAL(11,1)", 1126083726900000000)]
    [InlineData("1126083726.123456789::DECIMAL(28,9)", 1126083726123456789)]
    [InlineData("1126083726::BIGINT", 1126083726000000000)]
    [InlineData("1126083726::INTEGER", 1126083726000000000)]
    [InlineData("1126083726::HUGEINT", 1126083726000000000)]
    [InlineData("1126083726.9::DOUBLE", 1126083726900000095)]
    [InlineData("1126083726.5::DOUBLE", 1126083726500000000)]
    [InlineData("-0.25::DOUBLE", -250000000)]
    [InlineData("0.5::FLOAT", 500000000)]
    public void Gps_seconds_of_any_type_become_nanoseconds(string seconds, long nanoseconds) =>
        Assert.Equal(nanoseconds, Nanoseconds(seconds));

    [Fact]
    public void A_missing_time_stays_missing()
    {
        Assert.Null(Nanoseconds("NULL::VARCHAR"));
        Assert.Null(Nanoseconds("NULL::DOUBLE"));
    }

    [Theory]
    [InlineData("'yesterday'")]
    [InlineData("''")]
    [InlineData("'nan'")]
    [InlineData("'nan'::DOUBLE")]
    [InlineData("'inf'::DOUBLE")]
    [InlineData("9223372036.9::DOUBLE")]
    [InlineData("'9223372036.854775808'")]
    [InlineData("9223372037::BIGINT")]
    public void A_time_that_is_none_is_an_error(string seconds) => Assert.Throws<DuckException>(() => Nanoseconds(seconds));

    [Fact]
    public void Text_of_any_nanosecond_is_exact() =>
        Prop.ForAll<long>(seed =>
            {
                var nanoseconds = unchecked(seed * 6364136223846793005);
                var magnitude = BigInteger.Abs(nanoseconds);
                var text =
                    $"{(nanoseconds < 0 ? "-" : "")}{magnitude / 1_000_000_000}.{magnitude % 1_000_000_000:D9}";
                return (long?)Nanoseconds(Sql.Text(text)) == nanoseconds;
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_double_gives_the_nanosecond_nearest_to_the_number_it_holds() => Prop.ForAll<double>(seed =>
    {
        var seconds = Math.IEEERemainder(seed * 7919, 4e9);
        if (!double.IsFinite(seconds))
            return true;
        var (exact, scale) = Exact(seconds);
        var found = (BigInteger)(long)Nanoseconds($"CAST('{seconds:R}' AS DOUBLE)")!;
        // |found - seconds * 1e9| <= 1/2, in units of 1/scale; the fraction's product may be off by 1e-7 ns.
        return BigInteger.Abs((found * scale) - (exact * 1_000_000_000)) * 2 <= scale + (scale / 1_000_000);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Columns_of_a_text_file_are_read_exactly()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("times.csv", "time,snr\n1126083726.9,5\n1126083726.900000001,6.5\n1126083727,7\n");
        Assert.Equal(
            [1126083726900000000, 1126083726900000001, 1126083727000000000],
            connection.Longs($"SELECT {Sql.GpsNanoseconds("time")} FROM read_csv({Sql.Text(path)}, all_varchar = true)")
        );
    }

    [Theory]
    [InlineData("DECIMAL(28,9)", 1126083726900000000)]
    [InlineData("VARCHAR", 1126083726900000000)]
    [InlineData("DOUBLE", 1126083726900000095)]
    public void Columns_of_a_Parquet_file_are_read_as_exactly_as_their_type_allows(string type, long nanoseconds)
    {
        using var folder = new TemporaryFolder();
        var path = Sql.Text(folder.File("times.parquet"));
        connection.Execute($"COPY (SELECT '1126083726.9'::{type} AS gps FROM range(3000)) TO {path}");
        var times = connection.Longs($"SELECT {Sql.GpsNanoseconds("gps")} FROM read_parquet({path})");
        Assert.Equal(3000, times.Length);
        Assert.All(times, t => Assert.Equal(nanoseconds, t));
    }

    [Fact]
    public void Columns_of_JSON_lines_are_read_exactly_where_they_are_text()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("events.json", """
            {"gps": "1126083726.9", "snr": 5.5}
            {"gps": "1126083727", "snr": null}
            """);
        var rows = connection.Rows($"SELECT {Sql.GpsNanoseconds("gps")}, snr FROM read_json({Sql.Text(path)})");
        Assert.Equal([1126083726_900_000_000L, 5.5], rows[0]);
        Assert.Equal([1126083727_000_000_000L, null], rows[1]);
    }

    [SharedFact]
    public void Times_of_real_triggers_are_read_to_the_nanosecond()
    {
        var path = SharedData.Path("lockloss-h1-o1o2", "triggers.csv");
        var expected = File.ReadLines(path)
            .Skip(1)
            .Select(line => (long)(decimal.Parse(line[..line.IndexOf(',')], CultureInfo.InvariantCulture) * 1_000_000_000))
            .ToArray();
        Assert.NotEmpty(expected);
        var csv = $"read_csv({Sql.Text(path)}, types = {{'time': 'VARCHAR'}})";
        Assert.Equal(expected, connection.Longs($"SELECT {Sql.GpsNanoseconds("time")} FROM {csv}"));
    }

    static (BigInteger Numerator, BigInteger Denominator) Exact(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)((bits >> 52) & 0x7FF);
        var mantissa = (bits & 0xFFFFFFFFFFFFF) | (exponent == 0 ? 0 : 1L << 52);
        var shift = Math.Max(exponent, 1) - 1075;
        BigInteger signed = value < 0 ? -mantissa : mantissa;
        return shift >= 0 ? (signed << shift, BigInteger.One) : (signed, BigInteger.One << -shift);
    }

    object? Nanoseconds(string seconds) => connection.Scalar($"SELECT {Sql.GpsNanoseconds("x")} FROM (SELECT {seconds} AS x)");
}
