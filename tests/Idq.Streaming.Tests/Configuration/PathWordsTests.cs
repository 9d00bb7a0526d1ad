namespace Idq.Streaming.Tests.Configurations;

public sealed class PathWordsTests
{
    [Theory]
    [InlineData("a b", "a|b")]
    [InlineData(" a,\tb\n c ,", "a|b|c")]
    [InlineData("'a b' \"c d\" e", "a b|c d|e")]
    [InlineData("['a b', \"c,d\"]", "a b|c,d")]
    [InlineData("[a, b]", "a|b")]
    [InlineData("it's.trg x", "it's.trg|x")]
    [InlineData("we[i]rd.trg", "we[i]rd.trg")]
    [InlineData("\"it's.trg\"", "it's.trg")]
    [InlineData("'' \"\"", "")]
    [InlineData("", "")]
    public void Paths_are_separated_by_blanks_and_commas_outside_quotes(string value, string expected) =>
        Assert.Equal(expected, string.Join('|', PathWords.Split(value)!));

    [Theory]
    [InlineData("'a b")]
    [InlineData("a \"b c")]
    public void A_quote_must_be_closed(string value) => Assert.Null(PathWords.Split(value));

    [Theory]
    [InlineData("'my file'", "my file")]
    [InlineData("\"my file\"", "my file")]
    [InlineData("my file", "my file")]
    [InlineData("'", "'")]
    [InlineData("it's", "it's")]
    public void Quotes_around_a_single_path_are_no_part_of_it(string value, string expected) =>
        Assert.Equal(expected, PathWords.Unquote(value));
}
