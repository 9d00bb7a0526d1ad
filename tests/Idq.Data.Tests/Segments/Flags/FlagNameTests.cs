namespace Idq.Data.Tests.Segments;

public sealed class FlagNameTests
{
    [Theory]
    [InlineData("H1:DMT-ANALYSIS_READY:1", "H1", "DMT-ANALYSIS_READY", 1)]
    [InlineData(" L1:X ", "L1", "X", null)]
    [InlineData("L1:X:*", "L1", "X", null)]
    public void Flag_names_have_two_or_three_parts(string text, string ifo, string name, int? version)
    {
        Assert.True(FlagName.TryParse(text, out var flag));
        Assert.Equal(new FlagName(ifo, name, version), flag);
        Assert.True(FlagName.TryParse(flag!.ToString(), out var again));
        Assert.Equal(flag, again);
        Assert.Equal(flag, FlagName.Parse(text));
    }

    [Theory]
    [InlineData("H1")]
    [InlineData("")]
    [InlineData("H1::1")]
    [InlineData("H1:A:x")]
    [InlineData("H1:A:-1")]
    [InlineData("H1:A:1:2")]
    public void Other_texts_are_no_flags(string text)
    {
        Assert.False(FlagName.TryParse(text, out _));
        Assert.Equal($"'{text}' is no flag; expected IFO:NAME or IFO:NAME:VERSION",
            Assert.Throws<DataException>(() => FlagName.Parse(text)).Message);
    }

    [Theory]
    [InlineData("H1:A", "H1:A:3", true)]
    [InlineData("H1:A:3", "H1:A:3", true)]
    [InlineData("H1:A:2", "H1:A:3", false)]
    [InlineData("H1:A:2", "H1:A", false)]
    [InlineData("L1:A", "H1:A:3", false)]
    [InlineData("H1:B", "H1:A:3", false)]
    public void A_flag_without_a_version_covers_all_versions(string flag, string other, bool expected) =>
        Assert.Equal(expected, FlagName.Parse(flag).Covers(FlagName.Parse(other)));
}
