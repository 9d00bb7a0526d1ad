namespace Idq.Core.Tests.Time;

public sealed class LeapSecondsTests
{
    static LeapSeconds Read(string text) => LeapSeconds.Read(new StringReader(text));

    [Fact]
    public void The_table_ends_with_eighteen_seconds_in_2017()
    {
        Assert.Equal(18, LeapSeconds.BuiltIn.Latest);
        Assert.Equal(18, LeapSeconds.BuiltIn.At(GpsTime.MaxValue));
        Assert.Equal(-9, LeapSeconds.BuiltIn.At(GpsTime.MinValue));
    }

    [Fact]
    public void The_iana_list_is_read()
    {
        var table = Read("""
            #	Updated through IERS Bulletin C
            #$	 3676924800
            #@	3896899200
            #
            3550089600	35	# 1 Jul 2012
            3644697600	36	# 1 Jul 2015
            3692217600	37	# 1 Jan 2017
            """
        );
        foreach (
            var gps in new long[] { 1025136014, 1025136015, 1025136016, 1119744015, 1119744017, 1167264017, 1167264018, 2_000_000_000 }
        )
        {
            Assert.Equal(
                LeapSeconds.BuiltIn.At(GpsTime.FromSeconds(gps)) < 16 ? 16 : LeapSeconds.BuiltIn.At(GpsTime.FromSeconds(gps)),
                table.At(GpsTime.FromSeconds(gps))
            );
            if (gps > 1025136016)
                Assert.Equal(LeapSeconds.BuiltIn.IsLeapSecond(GpsTime.FromSeconds(gps)), table.IsLeapSecond(GpsTime.FromSeconds(gps)));
        }
    }

    [Theory]
    [InlineData("1119744017 17\n1167264018 18")]
    [InlineData("2015-07-01, 36\n2017-01-01, 37")]
    [InlineData("\n  # two columns\n2015-07-01\t36 # a note\n\n3692217600 37\n")]
    public void Two_plain_columns_are_read(string text)
    {
        var table = Read(text);
        Assert.Equal(17, table.At(GpsTime.FromSeconds(1167264017)));
        Assert.True(table.IsLeapSecond(GpsTime.FromSeconds(1167264017)));
        Assert.Equal(18, table.At(GpsTime.FromSeconds(1167264018)));
    }

    [Fact]
    public void A_future_step_can_be_added_by_a_file_and_a_negative_one_too()
    {
        var table = Read("2017-01-01 37\n2030-01-01 38\n2035-07-01 37");
        Assert.True(Utc.TryParse("2029-12-31 23:59:60", table, out var leap, out _));
        Assert.Equal("2029-12-31T23:59:60Z", Utc.Format(leap, table));
        Assert.True(Utc.TryParse("2035-06-30 23:59:58", table, out var before, out _));
        Assert.Equal("2035-07-01T00:00:00Z", Utc.Format(before + 1_000_000_000, table));
    }

    [Theory]
    [InlineData("", "no line")]
    [InlineData("# only a comment", "no line")]
    [InlineData("2017-01-01", "line 1")]
    [InlineData("2017-01-01 37\nhello world", "line 2")]
    [InlineData("2017-01-01 37\n2015-07-01 36", "line 2")]
    [InlineData("2015-07-01 36\n2017-01-01 39", "line 2")]
    public void A_torn_table_is_refused_with_its_line(string text, string part) =>
        Assert.Contains(part, Assert.Throws<DataException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Every_leap_second_is_one_second_long_and_the_offset_only_grows()
    {
        var table = LeapSeconds.BuiltIn;
        // Each second from 1972 to 2020 around midnight of the first days of January and July, the only ones that had a step.
        var leaps = 0;
        var offset = int.MinValue;
        foreach (var year in Enumerable.Range(1972, 49))
            foreach (var month in new[] { 1, 7 })
            {
                Assert.True(Utc.TryParse($"{year}-{month:D2}-01", table, out var midnight, out _));
                for (var s = -3; s < 3; s++)
                {
                    var time = midnight + s * 1_000_000_000L;
                    Assert.True(table.At(time) >= offset);
                    offset = table.At(time);
                    if (!table.IsLeapSecond(time)) continue;
                    leaps++;
                    Assert.Equal(-1, s);
                    Assert.EndsWith("23:59:60Z", Utc.Format(time, table), StringComparison.Ordinal);
                    Assert.True(table.IsLeapSecond(time + 999_999_999));
                }
            }
        Assert.Equal(27, leaps);
    }

    [Fact]
    public void Consecutive_seconds_are_written_as_consecutive_seconds()
    {
        var midnight = GpsTime.FromSeconds(1119744017);
        Assert.Equal(
            ["2015-06-30T23:59:58Z", "2015-06-30T23:59:59Z", "2015-06-30T23:59:60Z", "2015-07-01T00:00:00Z", "2015-07-01T00:00:01Z"],
            Enumerable.Range(-3, 5).Select(s => Utc.Format(midnight + s * 1_000_000_000L, LeapSeconds.BuiltIn)));
    }
}
