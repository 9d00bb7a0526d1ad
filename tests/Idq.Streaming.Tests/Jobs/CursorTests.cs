using FsCheck.Fluent;

namespace Idq.Streaming.Tests.Jobs;

public sealed class CursorTests
{
    [Fact]
    public void A_cursor_reads_back_as_it_was_written() =>
        (
            from next in Gen.Choose(int.MinValue, int.MaxValue)
            from state in Gen.Choose(0, int.MaxValue)
            from origin in Gen.Choose(0, int.MaxValue)
            select new Cursor(new GpsTime(next * 1_000_000_007L), state * 4_000_000_000L, new GpsTime(origin))
        ).Check(c => Assert.Equal(c, Cursor.Parse(c.ToString())));

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1 2")]
    [InlineData("1 2 3 4")]
    [InlineData("1 2 x")]
    [InlineData("1.5 2 3")]
    public void Another_text_is_no_cursor(string text) => Assert.Throws<FormatException>(() => Cursor.Parse(text));

    [Fact]
    public void Every_job_of_every_classifier_has_its_own_name() => Assert.Equal("evaluate/ovl", Cursor.Name("evaluate", "ovl"));
}
