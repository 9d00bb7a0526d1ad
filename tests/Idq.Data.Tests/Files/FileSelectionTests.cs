namespace Idq.Data.Tests.Files;

public sealed class FileSelectionTests
{
    static string[] List(TemporaryFolder folder, params string[] paths) =>
        [.. new FileSelection([.. paths.Select(folder.File)], ".trg", ".trg.gz").List().Select(p => Path.GetRelativePath(folder.Path, p))];

    static TemporaryFolder Folder()
    {
        var folder = new TemporaryFolder();
        foreach (var name in new[] { "b.trg", "a.TRG", "c.txt", "sub/d.trg.gz", "sub/deep/e.trg", "other/f.trg", "we[i]rd.trg" })
            folder.Write(name, "");
        return folder;
    }

    [Fact]
    public void A_folder_stands_for_its_files_of_the_format_through_and_through()
    {
        using var folder = Folder();
        Assert.Equal(["a.TRG", "b.trg", "other/f.trg", "sub/d.trg.gz", "sub/deep/e.trg", "we[i]rd.trg"], List(folder, ""));
        Assert.Equal(["sub/d.trg.gz", "sub/deep/e.trg"], List(folder, "sub"));
    }

    [Fact]
    public void Patterns_match_in_every_part_of_the_path_and_whatever_the_extension()
    {
        using var folder = Folder();
        Assert.Equal(["b.trg", "c.txt"], List(folder, "?.t*").Where(f => f != "a.TRG"));
        Assert.Equal(["other/f.trg"], List(folder, "o*/*.trg"));
        Assert.Equal(["sub/deep/e.trg"], List(folder, "*/deep/?.trg"));
        Assert.Empty(List(folder, "*/nothing/*.trg"));
        Assert.Empty(List(folder, "nothing*"));
    }

    [Fact]
    public void Files_named_one_by_one_are_taken_as_they_are_and_each_once()
    {
        using var folder = Folder();
        Assert.Equal(["b.trg", "c.txt", "we[i]rd.trg"], List(folder, "c.txt", "b.trg", "we[i]rd.trg", "c.txt", "b.*"));
    }

    [Fact]
    public void Two_stars_stand_for_any_number_of_folders_and_a_folder_that_matches_is_searched()
    {
        using var folder = Folder();
        Assert.Equal(["b.trg", "other/f.trg", "sub/deep/e.trg", "we[i]rd.trg"], List(folder, "**/*.trg"));
        Assert.Equal(["sub/d.trg.gz", "sub/deep/e.trg"], List(folder, "sub/**"));
        Assert.Equal(["other/f.trg", "sub/d.trg.gz", "sub/deep/e.trg"], List(folder, "o*", "s*"));
        Assert.Equal(["sub/deep/e.trg"], List(folder, "**/deep"));
    }

    [Fact]
    public void Hidden_names_are_passed_over_unless_they_are_asked_for()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { "a.trg", ".a.trg", ".snapshot/a.trg", "sub/.b.trg" }) folder.Write(name, "");
        Assert.Equal(["a.trg"], List(folder, ""));
        Assert.Equal(["a.trg"], List(folder, "*.trg"));
        Assert.Equal(["a.trg"], List(folder, "**/*.trg"));
        Assert.Equal([".a.trg", ".snapshot/a.trg"], List(folder, ".*"));
        Assert.Equal([".snapshot/a.trg"], List(folder, ".snapshot"));
    }

    [Fact]
    public void A_file_counts_once_by_whatever_links_it_is_named()
    {
        using var folder = Folder();
        File.CreateSymbolicLink(folder.File("a-link.trg"), "b.trg");
        Directory.CreateSymbolicLink(folder.File("also"), folder.File("sub"));
        Directory.CreateSymbolicLink(folder.File("sub/deep/round"), "..");
        File.CreateSymbolicLink(folder.File("gone.trg"), "nowhere.trg");
        Assert.Equal(["b.trg"], List(folder, "*.trg").Where(f => f != "we[i]rd.trg"));
        Assert.Equal(["b.trg"], List(folder, "a-link.trg", "b.trg", "sub/../b.trg"));
        Assert.Equal(["a-link.trg"], List(folder, "a-link.trg"));
        Assert.Equal(6, List(folder, "").Length);
        Assert.Equal(2, List(folder, "sub", "also/d.trg.gz", "also/*/e.trg").Length);
        Assert.Contains("is a link to 'nowhere.trg'", Assert.Throws<DataException>(() => List(folder, "gone.trg")).Message);
    }

    [Fact]
    public void Relative_and_absolute_names_are_one_file()
    {
        using var folder = Folder();
        var absolute = folder.File("b.trg");
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, absolute);
        Assert.Single(new FileSelection([absolute, relative], ".trg").List());
    }

    [Theory]
    [InlineData("b.trg", true)]
    [InlineData("sub", true)]
    [InlineData("*/deep", true)]
    [InlineData("**/e.*", true)]
    [InlineData("gone", false)]
    [InlineData("*.h5", false)]
    [InlineData("**/gone.trg", false)]
    public void Whether_anything_is_there_can_be_asked(string path, bool expected)
    {
        using var folder = Folder();
        Assert.Equal(expected, FileSelection.Finds(folder.File(path)));
    }

    [Fact]
    public void What_is_missing_is_named()
    {
        using var folder = Folder();
        Assert.Contains("gone.trg", Assert.Throws<DataException>(() => List(folder, "gone.trg")).Message);
    }
}
