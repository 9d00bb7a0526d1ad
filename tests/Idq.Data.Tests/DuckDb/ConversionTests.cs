using System.Globalization;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Idq.Data.DuckDb;

namespace Idq.Data.Tests.DuckDb;

/// <summary>Conversions against arithmetic that is done otherwise.</summary>
public sealed class ConversionTests : IDisposable
{
    readonly DuckDatabase database = DuckDatabase.Open();
    readonly DuckConnection connection;

    public ConversionTests() => connection = database.Connect();

    public void Dispose()
    {
        connection.Dispose();
        database.Dispose();
    }

    [Theory]
    [InlineData("3::TINYINT", 3.0)]
    [InlineData("200::UTINYINT", 200.0)]
    [InlineData("-3::SMALLINT", -3.0)]
    [InlineData("60000::USMALLINT", 60000.0)]
    [InlineData("-3::INTEGER", -3.0)]
    [InlineData("4000000000::UINTEGER", 4e9)]
    [InlineData("9223372036854775807::BIGINT", 9223372036854775807.0)]
    [InlineData("12::UBIGINT", 12.0)]
    [InlineData("18446744073709551615::UBIGINT", 18446744073709551615.0)]
    [InlineData("-12::HUGEINT", -12.0)]
    [InlineData("12::UHUGEINT", 12.0)]
    [InlineData("2.5::FLOAT", 2.5)]
    [InlineData("'nan'::FLOAT", double.NaN)]
    [InlineData("3.5::DOUBLE", 3.5)]
    [InlineData("'-inf'::DOUBLE", double.NegativeInfinity)]
    [InlineData("0.1::DECIMAL(4,1)", 0.1)]
    [InlineData("2.5::DECIMAL(9,1)", 2.5)]
    [InlineData("-3.5::DECIMAL(18,1)", -3.5)]
    [InlineData("1126083726.9::DECIMAL(28,9)", 1126083726.9)]
    [InlineData("123456789012345678901234567.125::DECIMAL(38,3)", 123456789012345678901234567.125)]
    [InlineData("true", 1.0)]
    [InlineData("false", 0.0)]
    [InlineData("NULL", double.NaN)]
    [InlineData("NULL::INTEGER", double.NaN)]
    [InlineData("TIMESTAMP '1970-01-01 00:00:01.5'", 1.5)]
    [InlineData("TIMESTAMP_S '1970-01-01 00:00:02'", 2.0)]
    [InlineData("TIMESTAMP_MS '1970-01-01 00:00:01.5'", 1.5)]
    [InlineData("TIMESTAMP_NS '1970-01-01 00:00:00.000000001'", 1e-9)]
    [InlineData("TIMESTAMPTZ '1970-01-01 00:00:01+00'", 1.0)]
    [InlineData("DATE '1970-01-02'", 86400.0)]
    public void Every_kind_of_number_converts(string sql, double expected)
    {
        var values = connection.Doubles($"SELECT {sql} FROM range(3000)");
        Assert.Equal(3000, values.Length);
        Assert.All(values, v => Assert.Equal(expected, v));
    }

    [Theory]
    [InlineData("'text'")]
    [InlineData("[1.0::DOUBLE]")]
    [InlineData("{'a': 1}")]
    [InlineData("TIME '09:50:45'")]
    public void What_is_no_number_does_not_become_one(string sql) =>
        Assert.Throws<InvalidOperationException>(() => connection.Doubles($"SELECT {sql}"));

    [Fact]
    public void A_null_among_numbers_is_NaN_and_its_neighbours_are_themselves() => Assert.Equal(
        Enumerable.Range(0, 5000).Select(i => i % 2 == 1 ? i / 2.0 : double.NaN),
        connection.Doubles("SELECT CASE WHEN i % 2 = 1 THEN i / 2.0 END::DECIMAL(12,1) FROM range(5000) t(i)"));

    [Fact]
    public void A_decimal_of_any_width_and_scale_converts_as_its_digits_say() => Prop.ForAll<long, byte, byte>((seed, digits, places) =>
    {
        var width = 1 + (digits % 38);
        var scale = places % (width + 1);
        var text = Point(Digits(seed, width), scale);
        var value = connection.Doubles($"SELECT CAST('{text}' AS DECIMAL({width}, {scale}))")[0];
        return value == double.Parse(text, CultureInfo.InvariantCulture);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_decimal_prints_with_all_its_digits() => Prop.ForAll<long, byte, byte>((seed, widthSeed, scaleSeed) =>
    {
        var width = 1 + (widthSeed % 38);
        var scale = scaleSeed % (width + 1);
        var text = Point(Digits(seed, width), scale);
        var value = connection.Scalar($"SELECT CAST('{text}' AS DECIMAL({width}, {scale}))");
        return value switch
        {
            decimal number => number == decimal.Parse(text, CultureInfo.InvariantCulture) && number.Scale == scale,
            string digits => digits == text,
            _ => false,
        };
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_128_bit_integer_is_a_long_where_it_fits_and_exact_where_not() => Prop.ForAll<long, long>((high, low) =>
    {
        var value = ((BigInteger)(high % 3) << 64) + low;
        var fits = value >= long.MinValue && value <= long.MaxValue;
        return connection.Scalar($"SELECT CAST('{value}' AS HUGEINT)") switch
        {
            long small => fits && small == value,
            BigInteger large => !fits && large == value,
            _ => false,
        };
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_timestamp_is_its_number_of_seconds_and_its_iso_text() => Prop.ForAll<int, int>((seconds, rest) =>
    {
        var microseconds = (seconds * 1_000_000L) + (Math.Abs((long)rest) % 1_000_000);
        var sql = $"SELECT make_timestamp({microseconds}::BIGINT)";
        var text = (string)connection.Scalar(sql)!;
        var parsed = DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
        return connection.Doubles(sql)[0] == microseconds / 1e6 && (parsed - DateTime.UnixEpoch).Ticks == microseconds * 10;
    }).QuickCheckThrowOnFailure();

    static BigInteger Digits(long seed, int width)
    {
        var spread =
            BigInteger.Multiply(seed, BigInteger.Parse("123456789012345678901234567890123456789", CultureInfo.InvariantCulture)) + seed;
        return BigInteger.Remainder(spread, BigInteger.Pow(10, width));
    }

    static string Point(BigInteger unscaled, int scale)
    {
        var digits = BigInteger.Abs(unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        return (unscaled.Sign < 0 ? "-" : "") + (scale == 0 ? digits : $"{digits[..^scale]}.{digits[^scale..]}");
    }
}
