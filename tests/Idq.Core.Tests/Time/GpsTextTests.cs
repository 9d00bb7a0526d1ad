using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Idq.Core.Tests.Time;

public sealed class GpsTextTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1126259462.391", 1126259462_391000000)]
    [InlineData("1126000010.464303", 1126000010_464303000)]
    [InlineData("-1.5", -1_500000000)]
    [InlineData("+2.", 2_000000000)]
    [InlineData(".25", 250000000)]
    [InlineData("1.1234567894", 1_123456789)]
    [InlineData("1.1234567895", 1_123456790)]
    [InlineData("0.9999999999", 1_000000000)]
    [InlineData("1.12600001e9", 1126000010_000000000)]
    [InlineData("1E-9", 1)]
    [InlineData("inf", long.MaxValue)]
    [InlineData("-inf", long.MinValue)]
    [InlineData("Infinity", long.MaxValue)]
    [InlineData(" 3 ", 3_000000000)]
    [InlineData("\t-3\n", -3_000000000)]
    [InlineData("0.0000000005", 0)]
    [InlineData("0.0000000015", 2)]
    [InlineData("-0.0000000015", -2)]
    [InlineData("-0.0000000025", -2)]
    [InlineData("0.00000000050000000000000000000000000001", 1)]
    [InlineData("0.0000000015000000", 2)]
    [InlineData("2.9999999995", 3_000000000)]
    [InlineData("692.8837890625", 692_883789062)]
    [InlineData("000000000000000000000000000001.5", 1_500000000)]
    [InlineData("9223372036.8547758064", 9223372036854775806)]
    [InlineData("-9223372036.8547758070", -9223372036854775807)]
    [InlineData("7223458785255e-4", 722345878_525500000)]
    [InlineData("+INF", long.MaxValue)]
    [InlineData(" -Infinity ", long.MinValue)]
    public void Decimal_seconds_become_nanoseconds(string text, long expected)
    {
        Assert.True(GpsText.TryParse(text, out var nanoseconds));
        Assert.Equal(expected, nanoseconds);
        Assert.True(GpsText.TryParse(Encoding.UTF8.GetBytes(text), out nanoseconds));
        Assert.Equal(expected, nanoseconds);
        Assert.True(GpsSeconds.TryParseDuration(text, out nanoseconds));
        Assert.Equal(expected, nanoseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("-")]
    [InlineData("nan")]
    [InlineData("1,5")]
    [InlineData("1.5s")]
    [InlineData("0x10")]
    [InlineData("99999999999")]
    [InlineData("1e30")]
    [InlineData("9223372036.9")]
    [InlineData("9223372036.854775807")]
    [InlineData("9223372036.8547758066")]
    [InlineData("-9223372036.854775808")]
    [InlineData("1e")]
    [InlineData("1.5 2")]
    [InlineData("infinit")]
    [InlineData("infinity!")]
    [InlineData("--1")]
    [InlineData("\u0661\u0662")]
    [InlineData("1\u00a0")]
    [InlineData("1\u0131")]
    public void What_is_no_time_or_out_of_range_is_refused(string text)
    {
        Assert.False(GpsText.TryParse(text, out _));
        Assert.False(GpsText.TryParse(Encoding.UTF8.GetBytes(text), out _));
        Assert.False(GpsSeconds.TryParseDuration(text, out _));
    }

    /// <summary>Numbers whose tenth decimal and what follows it are often exactly a half.</summary>
    static Gen<string> Numbers =>
        from sign in Gen.Elements("", "-", "+")
        from whole in Gen.Choose(0, int.MaxValue)
        from places in Gen.Choose(0, 10)
        from digits in Gen.Choose(0, int.MaxValue)
        from tail in Gen.Elements("", "0", "5", "50", "500000001", "49999999", "4", "6")
        select $"{sign}{whole}.{digits.ToString("D10")[..places]}{tail}";

    [Fact]
    public void Numbers_are_those_of_decimal_arithmetic_in_bytes_and_in_characters() =>
        Numbers.Check(text =>
        {
            var exact = decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) * 1_000_000_000m;
            var expected = (long)decimal.Round(exact, MidpointRounding.ToEven);
            Assert.True(GpsText.TryParse(text, out var ofCharacters));
            Assert.True(GpsText.TryParse(Encoding.UTF8.GetBytes(text), out var ofBytes));
            Assert.Equal((expected, expected), (ofCharacters, ofBytes));
            Assert.Equal(expected, GpsTime.Parse(text).Nanoseconds);
            Assert.Equal(expected, GpsTime.FromSeconds(exact / 1_000_000_000m).Nanoseconds);
            // The same number with an exponent is read the slow way.
            Assert.Equal(expected, GpsTime.Parse(text + "e0").Nanoseconds);
        }, 5000);

    [Fact]
    public void Whatever_the_bytes_they_are_read_as_the_characters_are() =>
        (
            from length in Gen.Choose(0, 12)
            from text in Gen.Elements("0123456789.-+eExXinfINFty \n\u00a0\u0661é".ToCharArray()).ArrayOf(length)
            select new string(text)
        ).Check(text =>
            {
                var bytes = Encoding.UTF8.GetBytes(text);
                var (ofCharacters, ofBytes) = (GpsNumber.Read(text), GpsNumber.Read(bytes));
                Assert.Equal(ofCharacters with { Length = 0 }, ofBytes with { Length = 0 });
                Assert.Equal(text[ofCharacters.Length..], Encoding.UTF8.GetString(bytes.AsSpan(ofBytes.Length)));
                Assert.Equal(
                    (GpsText.TryParse(text, out var a), ofCharacters.IsNumber ? a : 0),
                    (GpsText.TryParse(bytes, out var b), ofBytes.IsNumber ? b : 0)
                );
            }, 5000);

    [Fact]
    public void Plain_numbers_are_read_without_allocation()
    {
        var bytes = "1126259462.3910000005"u8.ToArray();
        var isRead = GpsText.TryParse(bytes, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) isRead &= GpsText.TryParse(bytes, out _);
        Assert.Equal((true, 0), (isRead, GC.GetAllocatedBytesForCurrentThread() - before));
    }

    [Fact]
    public void Every_time_survives_its_text() =>
        Prop.ForAll(ArbMap.Default.ArbFor<long>(), ns =>
        {
            ns %= 9_000_000_000_000_000_000;
            return GpsText.TryParse(new GpsTime(ns).ToString(), out var back) && back == ns;
        }).QuickCheckThrowOnFailure();
}
