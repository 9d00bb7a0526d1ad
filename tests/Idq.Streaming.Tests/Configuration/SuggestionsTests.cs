using FsCheck.Fluent;

namespace Idq.Streaming.Tests.Configurations;

public sealed class SuggestionsTests
{
    static readonly string[] Names = ["stride", "delay", "max_iters", "max_latency", "min_new_samples"];

    [Theory]
    [InlineData("strde", "stride")]
    [InlineData("STRIDE", "stride")]
    [InlineData("maxiters", "max_iters")]
    [InlineData("min_samples", "min_new_samples")]
    [InlineData("x", null)]
    [InlineData("colour", null)]
    [InlineData("", null)]
    public void The_nearest_name_is_suggested_when_it_is_near(string name, string? expected) =>
        Assert.Equal(expected, Suggestions.Nearest(name, Names));

    [Fact]
    public void Nothing_is_near_to_nothing() => Assert.Null(Suggestions.Nearest("stride", []));

    [Fact]
    public void At_a_tie_the_first_by_name_wins() => Assert.Equal("ab", Suggestions.Nearest("aa", ["ac", "ab"]));

    [Fact]
    public void One_wrong_letter_is_always_recognised() =>
        (from name in Gen.Elements(Names)
         from at in Gen.Choose(0, name.Length - 1)
         from letter in Gen.Elements('q', 'w', '7')
         select (name, Typo: name[..at] + letter + name[(at + 1)..])).Check(t => Assert.Equal(t.name, Suggestions.Nearest(t.Typo, Names)));
}
