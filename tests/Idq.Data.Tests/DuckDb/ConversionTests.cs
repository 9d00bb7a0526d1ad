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

    [Fact]
    public void A_decimal_of_any_width_and_scale_converts_as_its_digits_say() =>
        Prop.ForAll<long, byte, byte>(
                (seed, widthSeed, scaleSeed) =>
                {
                    var width = 1 + (widthSeed % 38);
                    var scale = scaleSeed % (width + 1);
                    var unscaled = Digits(seed, width);
                    var text = Point(unscaled, scale);
                    var table = connection.Table($"SELECT CAST('{text}' AS DECIMAL({width}, {scale})) AS x");
                    var exact = unscaled * BigInteger.One;
                    return table.Doubles("x")[0] == double.Parse(text, CultureInfo.InvariantCulture) && Rounded(table, exact, scale);
                }
            )
            .QuickCheckThrowOnFailure();

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
    public void Any_timestamp_is_its_number_of_nanoseconds_and_its_iso_text() => Prop.ForAll<int, int>((seconds, rest) =>
    {
        var microseconds = (seconds * 1_000_000L) + (Math.Abs((long)rest) % 1_000_000);
        var table = connection.Table($"SELECT make_timestamp({microseconds}::BIGINT) AS x");
        var text = (string)connection.Scalar($"SELECT make_timestamp({microseconds}::BIGINT)")!;
        var parsed = DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
        return table.Longs("x")[0] == microseconds * 1000
            && table.Doubles("x")[0] == microseconds / 1e6
            && (parsed - DateTime.UnixEpoch).Ticks == microseconds * 10;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Doubles_become_the_nearest_integer_with_ties_to_even()
    {
        var values = new[]
        {
            -2.5,
            -1.5,
            -0.5,
            -0.49999999999999994,
            0.0,
            0.49999999999999994,
            0.5,
            1.5,
            2.5,
            4503599627370497.5,
            -9007199254740993,
        };
        connection.CreateTable("t", [DuckColumn.Doubles("x", values)]);
        Assert.Equal([-2, -2, 0, 0, 0, 0, 0, 2, 2, 4503599627370498, -9007199254740992], connection.Table("FROM t").Longs("x"));
    }

    [Theory]
    [InlineData("9223372036854775808.0::DOUBLE")]
    [InlineData("1e300::DOUBLE")]
    [InlineData("'inf'::DOUBLE")]
    [InlineData("'nan'::DOUBLE")]
    [InlineData("9223372036854775808::UBIGINT")]
    [InlineData("9223372036854775808::HUGEINT")]
    [InlineData("9223372036854775807.5::DECIMAL(38,1)")]
    [InlineData("TIMESTAMP '2300-01-01 00:00:00'")]
    public void What_does_not_fit_into_64_bits_is_an_error_that_names_the_column(string sql)
    {
        var table = connection.Table($"SELECT {sql} AS peak");
        var failure = Assert.Throws<OverflowException>(() => table.Longs("peak"));
        Assert.Contains("'peak'", failure.Message);
    }

    [Fact]
    public void A_chunk_converts_as_a_table_does()
    {
        const string sql =
            "SELECT (i / 3)::DECIMAL(12,4) AS a, CASE WHEN i % 5 = 1 THEN NULL ELSE i END::INTEGER AS b FROM range(6000) t(i)";
        var table = connection.Table(sql);
        var (a, b) = (table.Doubles("a"), table.Longs("b", whereNull: long.MinValue));
        var row = 0;
        var doubles = new double[2048];
        var longs = new long[2048];
        foreach (var chunk in connection.Query(sql))
        {
            chunk.ToDoubles(0, doubles);
            chunk.ToLongs(1, longs, whereNull: long.MinValue);
            Assert.Equal(a.AsSpan(row, chunk.Count).ToArray(), doubles[..chunk.Count]);
            Assert.Equal(b.AsSpan(row, chunk.Count).ToArray(), longs[..chunk.Count]);
            row += chunk.Count;
        }

        Assert.Equal(6000, row);
    }

    [Fact]
    public void A_null_in_a_chunk_that_is_read_as_integers_is_an_error_unless_it_is_given_a_value()
    {
        using var result = connection.Query("SELECT NULL::BIGINT AS x");
        var chunk = result.Next()!;
        Assert.Throws<InvalidOperationException>(() => chunk.ToLongs(0, new long[1]));
        var doubles = new double[1];
        chunk.ToDoubles(0, doubles);
        Assert.Equal(double.NaN, doubles[0]);
    }

    static bool Rounded(DuckTable table, BigInteger unscaled, int scale)
    {
        var power = BigInteger.Pow(10, scale);
        // Nearest, ties to even: floor(x + 1/2), less one where that was a tie and came out odd.
        var twice = (2 * unscaled) + power;
        var rounded = Floor(twice, 2 * power);
        if (rounded * 2 * power == twice && !rounded.IsEven)
            rounded--;
        if (rounded < long.MinValue || rounded > long.MaxValue)
            return Assert.Throws<OverflowException>(() => table.Longs("x")) is not null;
        return table.Longs("x")[0] == (long)rounded;
    }

    static BigInteger Floor(BigInteger numerator, BigInteger denominator)
    {
        var quotient = BigInteger.DivRem(numerator, denominator, out var remainder);
        return remainder < 0 ? quotient - 1 : quotient;
    }

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
