using FsCheck.Fluent;
using NodaTime;

namespace Idq.Core.Tests.Time;

public sealed class UtcTests
{
    static readonly LeapSeconds Table = LeapSeconds.BuiltIn;

    [Theory]
    [InlineData("1126259462.391", "2015-09-14T09:50:45.391Z", 17)]
    [InlineData("0", "1980-01-06T00:00:00Z", 0)]
    [InlineData("1187008882.43", "2017-08-17T12:41:04.43Z", 18)]
    [InlineData("46828799", "1981-06-30T23:59:59Z", 0)]
    [InlineData("46828800", "1981-06-30T23:59:60Z", 0)]
    [InlineData("46828800.999999999", "1981-06-30T23:59:60.999999999Z", 0)]
    [InlineData("46828801", "1981-07-01T00:00:00Z", 1)]
    [InlineData("1167264017", "2016-12-31T23:59:60Z", 17)]
    [InlineData("1167264018", "2017-01-01T00:00:00Z", 18)]
    [InlineData("-1", "1980-01-05T23:59:59Z", 0)]
    [InlineData("-0.5", "1980-01-05T23:59:59.5Z", 0)]
    [InlineData("-432000", "1980-01-01T00:00:00Z", 0)]
    [InlineData("-432001", "1979-12-31T23:59:60Z", -1)]
    [InlineData("815402926", "2005-11-07T12:48:33Z", 13)]
    public void Gps_and_utc_text_correspond(string gps, string utc, int leapSeconds)
    {
        var time = GpsTime.Parse(gps);
        Assert.Equal(utc, Utc.Format(time, Table));
        Assert.Equal(leapSeconds, Table.At(time));
        Assert.True(Utc.TryParse(utc, Table, out var back, out var error), error);
        Assert.Equal(time, back);
    }

    [Theory]
    [InlineData("2015-09-14 09:50:45.391")]
    [InlineData(" 2015-09-14T09:50:45.391 ")]
    [InlineData("2015-09-14 09:50:45.391 UTC")]
    [InlineData("2015-09-14T11:50:45.391+02:00")]
    [InlineData("2015-09-14T04:20:45.391-0530")]
    [InlineData("2015-09-14t09:50:45,3910000001z")]
    public void Utc_is_written_in_many_ways(string text)
    {
        Assert.True(Utc.TryParse(text, Table, out var time, out var error), error);
        Assert.Equal("1126259462.391", time.ToString());
    }

    [Theory]
    [InlineData("2015-09-14", "1126224017")]
    [InlineData("2015-09-14 09:50", "1126259417")]
    [InlineData("2015-09-14 09:50:45.9999999996", "1126259463")]
    [InlineData("2016-12-31T23:59:60.9999999996Z", "1167264018")]
    [InlineData("2017-01-01T01:59:60+02:00", "1167264017")]
    [InlineData("1980-01-06 00:00:00.0000000005", "0")]
    [InlineData("1980-01-06 00:00:00.0000000015", "0.000000002")]
    [InlineData("1980-01-06 00:00:00.00000000050000000001", "0.000000001")]
    [InlineData("1980-01-05 23:59:59.9999999985", "-0.000000002")]
    public void Parts_may_be_left_out_and_fractions_round(string text, string gps)
    {
        Assert.True(Utc.TryParse(text, Table, out var time, out var error), error);
        Assert.Equal(gps, time.ToString());
    }

    [Theory]
    [InlineData("2015-13-01")]
    [InlineData("\u0662\u0660\u0661\u0665-09-14")]
    [InlineData("2015-02-29")]
    [InlineData("2015-00-10")]
    [InlineData("1066-10-14")]
    [InlineData("2015-09-14 24:00")]
    [InlineData("2015-09-14 09:60")]
    [InlineData("2015-09-14 09:50:61")]
    [InlineData("2015-09-14 23:59:60")]
    [InlineData("2016-12-31 12:59:60")]
    [InlineData("14.9.2015")]
    [InlineData("2015-09-14 9:50")]
    public void What_is_no_utc_time_is_refused_with_the_text_in_the_message(string text)
    {
        Assert.False(Utc.TryParse(text, Table, out _, out var error));
        Assert.Contains(text, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_goes_there_and_back_for_every_time() =>
        (
            from second in Gen.Choose(-250_000_000, 1_600_000_000)
            from ns in Gen.Choose(0, 999_999_999)
            select second * 1_000_000_000L + ns
        ).Check(
            ns =>
            {
                Assert.True(Utc.TryParse(Utc.Format(new GpsTime(ns), Table), Table, out var time, out var error), error);
                Assert.Equal(ns, time.Nanoseconds);
            },
            2000
        );

    [Fact]
    public void Instants_go_there_and_back_outside_leap_seconds() =>
        (
            from second in Gen.Choose(-250_000_000, 1_600_000_000)
            from ns in Gen.Choose(0, 999_999_999)
            select new GpsTime(second * 1_000_000_000L + ns)
        ).Check(
            time =>
            {
                if (Table.IsLeapSecond(time))
                    return;
                Assert.Equal(time, Utc.ToGps(Utc.ToInstant(time, Table), Table));
            },
            2000
        );

    [Fact]
    public void Instants_keep_the_order_through_a_leap_second()
    {
        var midnight = GpsTime.FromSeconds(1167264018);
        var instants = Enumerable.Range(-30, 40).Select(i => Utc.ToInstant(midnight + i * 100_000_000L, Table)).ToArray();
        Assert.Equal(instants.Order(), instants);
        Assert.Equal(Instant.FromUtc(2017, 1, 1, 0, 0), Utc.ToInstant(midnight, Table));
        Assert.Equal(Instant.FromUtc(2016, 12, 31, 23, 59, 59), Utc.ToInstant(midnight - 2_000_000_000, Table));
        Assert.Equal(Instant.FromUtc(2017, 1, 1, 0, 0).PlusNanoseconds(-1), Utc.ToInstant(midnight - 500_000_000, Table));
    }

    [Fact]
    public void Unbounded_ends_are_written_as_such() => Assert.Equal("inf", Utc.Format(GpsTime.MaxValue, Table));

    [Theory]
    [InlineData("1126259462.391", 1126259462391000000)]
    [InlineData("2015-09-14 09:50:45.391", 1126259462391000000)]
    [InlineData("0x2CD7E24E.8", 752345678500000000)]
    [InlineData(" NOW ", 42)]
    [InlineData("inf", long.MaxValue)]
    public void A_time_may_be_gps_utc_or_now(string text, long nanoseconds)
    {
        Assert.True(GpsTimeText.TryParse(text, new ReplayClock(new GpsTime(42)), Table, out var time, out var error), error);
        Assert.Null(error);
        Assert.Equal(nanoseconds, time.Nanoseconds);
    }

    [Theory]
    [InlineData("yesterday", "expected GPS seconds")]
    [InlineData("7423456785234", "lies outside")]
    [InlineData("2015-02-29", "no such date")]
    [InlineData("", "expected GPS seconds")]
    public void What_is_no_time_is_explained(string text, string part)
    {
        Assert.False(GpsTimeText.TryParse(text, new ReplayClock(new GpsTime(0)), Table, out _, out var error));
        Assert.Contains(part, error, StringComparison.Ordinal);
    }
}
