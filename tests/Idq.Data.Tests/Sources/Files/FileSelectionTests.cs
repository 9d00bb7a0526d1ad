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
    public void What_is_missing_is_named()
    {
        using var folder = Folder();
        Assert.Contains("gone.trg", Assert.Throws<DataException>(() => List(folder, "gone.trg")).Message);
    }
}
