using System.Numerics;
using FsCheck.Fluent;

namespace Idq.Core.Tests.Time;

public sealed class GpsTimeTests
{
    [Fact]
    public void Times_are_ordered_values()
    {
        ValueContract.HoldsFor(new GpsTime(5), GpsTime.Parse("0.000000005"), new GpsTime(6), default, GpsTime.MaxValue);
        ValueContract.IsOrdered(
            [GpsTime.MinValue, new(-1), default, new(1), GpsTime.MaxValue],
            (a, b) => a < b,
            (a, b) => a <= b,
            (a, b) => a > b,
            (a, b) => a >= b
        );
        Assert.Equal(new GpsTime(3), GpsTime.Max(new(2), new(3)));
        Assert.Equal(new GpsTime(2), GpsTime.Min(new(2), new(3)));
    }

    [Fact]
    public void Arithmetic_is_exact_and_saturates_at_the_unbounded_ends() =>
        (
            from a in Gen.Choose(int.MinValue, int.MaxValue)
            from b in Gen.Choose(int.MinValue, int.MaxValue)
            from c in Gen.Choose(0, 3)
            select ((long)a << (31 * (c & 1)), (long)b << (31 * (c >> 1)))
        ).Check(
            x =>
            {
                var (a, b) = x;
                static long Clamp(BigInteger value) =>
                    value > long.MaxValue ? long.MaxValue
                    : value < long.MinValue ? long.MinValue
                    : (long)value;
                Assert.Equal(Clamp((BigInteger)a + b), (new GpsTime(a) + b).Nanoseconds);
                Assert.Equal(Clamp((BigInteger)a - b), (new GpsTime(a) - b).Nanoseconds);
                Assert.Equal(Clamp((BigInteger)a - b), new GpsTime(a) - new GpsTime(b));
            },
            2000
        );

    [Fact]
    public void Unbounded_times_stay_unbounded()
    {
        Assert.Equal(GpsTime.MaxValue, GpsTime.MaxValue - 10);
        Assert.Equal(GpsTime.MinValue, GpsTime.MinValue + 10);
        Assert.Equal(GpsTime.MaxValue, new GpsTime(10) + long.MaxValue);
        Assert.Equal(GpsTime.MaxValue, new GpsTime(10) - long.MinValue);
        Assert.False(GpsTime.MaxValue.IsFinite);
        Assert.True(new GpsTime(0).IsFinite);
    }

    [Theory]
    [InlineData(1_500_000_000, 1, 500_000_000)]
    [InlineData(-1, -1, 999_999_999)]
    [InlineData(-1_000_000_000, -1, 0)]
    [InlineData(0, 0, 0)]
    public void Seconds_round_down_and_the_rest_is_positive(long nanoseconds, long seconds, int rest)
    {
        Assert.Equal(seconds, new GpsTime(nanoseconds).Seconds);
        Assert.Equal(rest, new GpsTime(nanoseconds).SubsecondNanoseconds);
    }

    [Fact]
    public void Numbers_of_seconds_become_times()
    {
        Assert.Equal(7_000_000_000, GpsTime.FromSeconds(7L).Nanoseconds);
        Assert.Equal(1_126_259_462_391_000_000, GpsTime.FromSeconds(1126259462.391m).Nanoseconds);
        Assert.Equal(-250_000_000, GpsTime.FromSeconds(-0.25).Nanoseconds);
        Assert.Equal(GpsTime.MaxValue, GpsTime.FromSeconds(double.PositiveInfinity));
        Assert.Equal(GpsTime.MinValue, GpsTime.FromSeconds(double.NegativeInfinity));
        Assert.Throws<OverflowException>(() => GpsTime.FromSeconds(10_000_000_000L));
        Assert.Equal(1126259462.5, GpsTime.FromSeconds(1126259462.5).ToSeconds());
        Assert.Equal(double.PositiveInfinity, GpsTime.MaxValue.ToSeconds());
        Assert.Throws<OverflowException>(() => GpsTime.FromSeconds(double.NaN));
        Assert.Throws<OverflowException>(() => GpsTime.FromSeconds(1e10));
        Assert.Throws<OverflowException>(() => GpsTime.FromSeconds(-1e300));
    }

    [Theory]
    [InlineData(double.Epsilon, 0)]
    [InlineData(0.0048828125, 4_882_812)]
    [InlineData(0.0068359375, 6_835_938)]
    [InlineData(-0.0048828125, -4_882_812)]
    [InlineData(692.8837890625, 692_883_789_062)]
    public void Halves_of_a_nanosecond_go_to_the_even_one(double seconds, long nanoseconds) =>
        Assert.Equal(nanoseconds, GpsTime.FromSeconds(seconds).Nanoseconds);

    [Fact]
    public void A_floating_point_number_becomes_the_nearest_nanosecond_of_its_exact_value() =>
        (
            from high in Gen.Choose(0, (1 << 22) - 1)
            from low in Gen.OneOf(Gen.Constant(0), Gen.Elements(1, 2, 3), Gen.Choose(0, int.MaxValue))
            from exponent in Gen.Choose(-70, -21)
            from sign in Gen.Elements(1, -1)
            select (mantissa: ((long)high << 31) + low, exponent, sign)
        ).Check(
            x =>
            {
                var one = BigInteger.One << -x.exponent;
                var (expected, rest) = BigInteger.DivRem(x.mantissa * (BigInteger)GpsTime.NanosecondsPerSecond, one);
                if (2 * rest > one || (2 * rest == one && !expected.IsEven)) expected++;
                var seconds = x.sign * Math.ScaleB(x.mantissa, x.exponent);
                if (expected < long.MaxValue) Assert.Equal(x.sign * expected, GpsTime.FromSeconds(seconds).Nanoseconds);
            },
            5000
        );

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1_126_259_462_391_000_000, "1126259462.391")]
    [InlineData(-500_000_000, "-0.5")]
    [InlineData(-1, "-0.000000001")]
    [InlineData(long.MinValue, "-inf")]
    [InlineData(long.MaxValue, "inf")]
    public void Times_are_written_exactly(long nanoseconds, string text) => Assert.Equal(text, new GpsTime(nanoseconds).ToString());

    [Theory]
    [InlineData("0.1", 100_000_000)]
    [InlineData("1e-3", 1_000_000)]
    [InlineData(" -2.5 ", -2_500_000_000)]
    [InlineData("inf", long.MaxValue)]
    [InlineData("-inf", long.MinValue)]
    public void Durations_are_read(string text, long nanoseconds)
    {
        Assert.True(GpsSeconds.TryParseDuration(text, out var duration));
        Assert.Equal(nanoseconds, duration);
    }

    [Theory]
    [InlineData("1e20")]
    [InlineData("long")]
    [InlineData("")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(GpsSeconds.TryParseDuration(text, out _));
}
