namespace Idq.Streaming.Tests.Configurations;

public sealed class FilePatternsTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public FilePatternsTests()
    {
        foreach (var name in new[] { "H-KW-10.trg", "H-KW-2.trg", "H-KW-2.txt", "h-kw-2.trg", "sub/H-KW-3.trg" }) folder.Write(name, "");
    }

    string[] Expand(string pattern) =>
        FilePatterns.Expand(folder.File(pattern)).Select(p => Path.GetRelativePath(folder.Path, p)).ToArray();

    [Fact]
    public void A_pattern_gives_files_in_ordinal_order() => Assert.Equal(["H-KW-10.trg", "H-KW-2.trg"], Expand("H-KW-*.trg"));

    [Fact]
    public void A_question_mark_is_one_character() => Assert.Equal(["H-KW-2.trg", "H-KW-2.txt"], Expand("H-KW-?.t*"));

    [Fact]
    public void A_file_or_folder_stands_for_itself()
    {
        Assert.Equal(["H-KW-2.txt"], Expand("H-KW-2.txt"));
        Assert.Equal(["sub"], Expand("sub"));
    }

    [Theory]
    [InlineData("gone.trg")]
    [InlineData("gone/*.trg")]
    [InlineData("*.h5")]
    [InlineData("s?b/*.trg")]
    public void What_matches_nothing_gives_nothing(string pattern) => Assert.Empty(Expand(pattern));

    public void Dispose() => folder.Dispose();
}
