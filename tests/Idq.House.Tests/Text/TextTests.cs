namespace Idq.House.Tests.Text;

/// <summary>The files of the project keep the rules of its text.</summary>
public sealed class TextTests
{
    static readonly string[] Folders = ["src", "tests", "scripts", "docs", "etc", "eng", ".ci"];

    /// <summary>Files that other programs write, or that never change once they are released.</summary>
    static readonly string[] NotOurs = [".sln", ".sql", "package-lock.json"];

    [Fact]
    public void Sources_keep_the_rules() => AssertNone(Files().Where(IsSource), TextRules.OfSource);

    [Fact]
    public void Other_files_have_no_tabs_no_blanks_at_the_end_and_no_leftovers() =>
        AssertNone(Files().Where(file => !IsSource(file)), TextRules.OfText);

    static bool IsSource(string file) => file.EndsWith(".cs", StringComparison.Ordinal);

    static IEnumerable<string> Files() =>
        Directory.EnumerateFiles(Repository.Folder)
            .Concat(Folders.SelectMany(folder => Directory.EnumerateFiles(Repository.Path(folder), "*", SearchOption.AllDirectories)))
            .Where(file => !NotOurs.Any(ending => file.EndsWith(ending, StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal);

    static void AssertNone(IEnumerable<string> files, Func<string, IEnumerable<Finding>> rules)
    {
        List<string> found =
        [
            .. from file in files
               from finding in rules(File.ReadAllText(file))
               select $"{Path.GetRelativePath(Repository.Folder, file)}:{finding.Line}: {finding.Rule}",
        ];
        Assert.True(found.Count == 0, $"{found.Count} lines break the rules:\n{string.Join('\n', found)}");
    }
}
