namespace Idq.Data.Tests.Files;

public sealed class FileSpanTests
{
    [Theory]
    [InlineData("H1-POWER_S5-830046410-50274.xml.gz", "H1-POWER_S5", 830046410, 50274)]
    [InlineData("/a/b-c/H-KW_TRIGGERS-1126000000-32.trg", "H-KW_TRIGGERS", 1126000000, 32)]
    [InlineData("X1-A-0-10", "X1-A", 0, 10)]
    public void The_span_and_what_stands_before_it_are_read(string path, string name, long start, long duration)
    {
        Assert.True(FileSpan.TryParse(path, out var span, out var found));
        Assert.Equal((Segment.FromSeconds(start, start + duration), name), (span, found));
    }

    [Theory]
    [InlineData("L1_GW.trg")]
    [InlineData("H1-A-x-10.trg")]
    [InlineData("H1-A-10-x.trg")]
    [InlineData("H1-10.trg")]
    [InlineData("-1-10.trg")]
    [InlineData("H1-A-1-99999999999.trg")]
    [InlineData("H1-A-1000000000-0.trg")]
    [InlineData("")]
    public void Other_names_state_no_span(string path) => Assert.False(FileSpan.TryParse(path, out _, out _));
}
