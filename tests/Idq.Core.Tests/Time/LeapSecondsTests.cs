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
            """);
        foreach (var gps in new long[] { 1025136014, 1025136015, 1025136016, 1119744015, 1119744017, 1167264017, 1167264018, 2_000_000_000 })
        {
            Assert.Equal(LeapSeconds.BuiltIn.At(GpsTime.FromSeconds(gps)) < 16 ? 16 : LeapSeconds.BuiltIn.At(GpsTime.FromSeconds(gps)), table.At(GpsTime.FromSeconds(gps)));
            if (gps > 1025136016) Assert.Equal(LeapSeconds.BuiltIn.IsLeapSecond(GpsTime.FromSeconds(gps)), table.IsLeapSecond(GpsTime.FromSeconds(gps)));
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
}
