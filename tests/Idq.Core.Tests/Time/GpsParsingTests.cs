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
    [InlineData("1.0000000005", 1_000_000_001)]
    [InlineData("-1.0000000005", -1_000_000_001)]
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
