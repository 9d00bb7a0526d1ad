using FsCheck;
using FsCheck.Fluent;

namespace Idq.Data.Tests.Text;

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
    public void Decimal_seconds_become_nanoseconds(string text, long expected)
    {
        Assert.True(GpsText.TryParse(text, out var nanoseconds));
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
    public void What_is_no_time_or_out_of_range_is_refused(string text) => Assert.False(GpsText.TryParse(text, out _));

    [Fact]
    public void Every_time_survives_its_text() =>
        Prop.ForAll(ArbMap.Default.ArbFor<long>(), ns =>
        {
            ns %= 9_000_000_000_000_000_000;
            return GpsText.TryParse(new GpsTime(ns).ToString(), out var back) && back == ns;
        }).QuickCheckThrowOnFailure();
}
