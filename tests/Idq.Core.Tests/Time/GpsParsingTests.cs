using System.Numerics;
using System.Text.RegularExpressions;
using FsCheck.Fluent;

namespace Idq.Core.Tests.Time;

public sealed partial class GpsParsingTests
{
    [GeneratedRegex("\"([^\"]*)\"")]
    internal static partial Regex Field();

    [SharedFact]
    public void Every_string_of_the_LAL_date_test_gives_its_value_remainder_and_error()
    {
        var rows = 0;
        foreach (var line in File.ReadLines(SharedData.Path("gps/strings.csv")).Where(l => l.StartsWith('"')))
        {
            var f = Field().Matches(line).Select(m => m.Groups[1].Value).ToArray();
            var number = GpsNumber.Read(f[0]);
            Assert.Equal((line, f[3]), (line, f[0][number.Length..]));
            Assert.Equal((line, f[4] == "XLAL_ERANGE"), (line, number.IsOutOfRange));
            Assert.Equal(f[3].Length == 0 && !number.IsOutOfRange, GpsTime.TryParse(f[0], out var time));
            if (number.IsOutOfRange) Assert.False(number.Time.IsFinite);
            else Assert.Equal((line, f[1], f[2]), (line, $"{number.Time.Seconds}", $"{number.Time.SubsecondNanoseconds}"));
            if (f[3].Length == 0 && !number.IsOutOfRange) Assert.Equal(number.Time, time);
            rows++;
        }
        Assert.Equal(45, rows);
    }

    [Fact]
    public void What_is_formatted_is_parsed_back_exactly() =>
        (
            from high in Gen.Choose(int.MinValue, int.MaxValue)
            from low in Gen.Choose(0, int.MaxValue)
            select ((long)high << 32) | (uint)low
        ).Check(
            ns =>
            {
                var time = new GpsTime(ns);
                Assert.Equal(time, GpsTime.Parse(time.ToString()));
            },
            1000
        );

    [Theory]
    [InlineData("9223372036.854775806", 9223372036854775806)]
    [InlineData("-9223372036.854775807", -9223372036854775807)]
    [InlineData("  +5", 5_000_000_000)]
    [InlineData("5 ", 5_000_000_000)]
    [InlineData("1.0000000005", 1_000_000_000)]
    [InlineData("-1.0000000005", -1_000_000_000)]
    [InlineData("1.0000000015", 1_000_000_002)]
    [InlineData("15e-10", 2)]
    [InlineData("0x5p-10", 4_882_812)]
    [InlineData("0x7p-10", 6_835_938)]
    [InlineData("1.00000000049999999999999999999999999999999999999", 1_000_000_000)]
    [InlineData("0x1p4", 16_000_000_000)]
    [InlineData("0X.8P-1", 250_000_000)]
    [InlineData("0xFFp-8", 996_093_750)]
    [InlineData("1e-400", 0)]
    [InlineData("0e999999999999999999999", 0)]
    [InlineData("inf", long.MaxValue)]
    [InlineData("-inf", long.MinValue)]
    public void Numbers_are_exact(string text, long nanoseconds) => Assert.Equal(nanoseconds, GpsTime.Parse(text).Nanoseconds);

    [Fact]
    public void A_long_tail_of_digits_brought_down_by_its_exponent_is_exact() =>
        Assert.Equal(1_234_567_891, GpsTime.Parse("1234567891" + new string('0', 3000) + "e-3009").Nanoseconds);

    [Theory]
    [InlineData("", "")]
    [InlineData("", "e0")]
    [InlineData("1", "e-3002")]
    public void The_last_of_three_thousand_digits_decides_a_half(string front, string exponent)
    {
        var zeros = new string('0', 2990);
        var (half, more) = front.Length == 0 ? ($"0.0000000005{zeros}0", $"0.0000000005{zeros}1") : ($"25{zeros}0", $"25{zeros}1");
        if (front.Length > 0) exponent = $"e-{zeros.Length + 1 + 10}";
        Assert.Equal(front.Length == 0 ? 0 : 2, GpsTime.Parse(half + exponent).Nanoseconds);
        Assert.Equal(front.Length == 0 ? 1 : 3, GpsTime.Parse(more + exponent).Nanoseconds);
    }

    [Fact]
    public void Numbers_with_exponents_are_those_of_unbounded_arithmetic() =>
        (
            from digits in Gen.Choose(0, int.MaxValue)
            from more in Gen.Choose(0, int.MaxValue)
            from exponent in Gen.Choose(-35, 3)
            from sign in Gen.Elements(1, -1)
            select (value: ((BigInteger)digits << 31) + more, exponent, sign)
        ).Check(
            x =>
            {
                // To the nearest of value · 10^(exponent + 9), halves to even.
                var up = BigInteger.Pow(10, Math.Max(0, x.exponent + 9));
                var down = BigInteger.Pow(10, Math.Max(0, -x.exponent - 9));
                var (expected, rest) = BigInteger.DivRem(x.value * up, down);
                if (2 * rest > down || (2 * rest == down && !expected.IsEven)) expected++;
                var isRead = GpsTime.TryParse($"{(x.sign < 0 ? "-" : "")}{x.value}e{x.exponent}", out var time);
                Assert.Equal(expected < long.MaxValue || (expected == long.MaxValue && x.sign < 0), isRead);
                if (isRead) Assert.Equal(expected * x.sign, time.Nanoseconds);
            },
            3000
        );

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(".")]
    [InlineData("abc")]
    [InlineData("1.2.3")]
    [InlineData("1e")]
    [InlineData("0x")]
    [InlineData("1 2")]
    [InlineData("nan")]
    [InlineData("--1")]
    public void Other_text_is_not_a_number(string text)
    {
        Assert.False(GpsTime.TryParse(text, out _));
        Assert.Throws<FormatException>(() => GpsTime.Parse(text));
    }

    [Fact]
    public void Nothing_is_not_a_number() => Assert.False(GpsTime.TryParse(null, out _));

    [Theory]
    [InlineData("9223372036.854775807")]
    [InlineData("-9223372036.854775808")]
    [InlineData("1e300")]
    [InlineData("0x1p99999")]
    [InlineData("1e99999999999999999999999")]
    public void Numbers_beyond_the_range_are_refused(string text)
    {
        Assert.False(GpsTime.TryParse(text, out _));
        Assert.Throws<OverflowException>(() => GpsTime.Parse(text));
    }
}
