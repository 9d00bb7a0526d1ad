using Idq.Data;

namespace Idq.Streaming.Tests.Configurations;

public sealed class ConfigurationReferenceTests
{
    static readonly IReadOnlyList<SectionDeclaration> Sections = ConfigurationReference.Sections();

    [Fact]
    public void The_annotated_file_reads_back_without_a_problem_and_with_the_declarations_of_what_it_chooses()
    {
        using var folder = new TemporaryFolder();
        folder.Write("mock-channels.ini", Analysis.Channels);
        var path = folder.Write("idq.ini", ConfigurationReference.Ini(Sections));
        var configuration = Configuration.Read(path, [], new Dictionary<string, string>());
        Assert.Empty(configuration.Problems);
        Assert.Equal(Sections.Select(s => (s.Name, s.Meaning)), configuration.Declarations.Select(s => (s.Name, s.Meaning)));
        // The options of other kinds of sources are shown too, and are read when their kind is chosen.
        var read = configuration.Declarations.SelectMany(s => s.Options).ToArray();
        Assert.Equal(Sections.SelectMany(s => s.Options).Where(read.Contains), read);
    }

    [Fact]
    public void Every_default_that_is_commented_out_is_a_value_that_can_be_given()
    {
        using var folder = new TemporaryFolder();
        folder.Write("mock-channels.ini", Analysis.Channels);
        var lines = ConfigurationReference.Ini(Sections).Split('\n')
            .Select(l => l.StartsWith(';') && !l.StartsWith("; ", StringComparison.Ordinal) && !l.EndsWith('=') ? l[1..] : l);
        var configuration = Configuration.Read(folder.Write("idq.ini", string.Join('\n', lines)), [], new Dictionary<string, string>());
        // What is refused is an option of another kind of source, not its value.
        Assert.All(
            configuration.Problems,
            p => Assert.StartsWith($"[{p.Section}] has no option '{p.Key}'", p.Message, StringComparison.Ordinal));
        Assert.All(configuration.Problems, p => Assert.EndsWith("data discovery", p.Section, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_section_that_can_be_read_is_declared_once_and_is_reserved_or_a_classifier()
    {
        var names = Sections.Select(s => s.Name).ToArray();
        Assert.Equal(names.Distinct(), names);
        Assert.Equal(["ovl", "linear", "random"], names.Except(ConfigurationSections.Reserved));
        Assert.Equal(["report", "kafka"], ConfigurationSections.Reserved.Except(names));
    }

    [Fact]
    public void Every_option_says_what_it_does_and_what_is_expected() =>
        Assert.All(Sections.SelectMany(s => s.Options), o =>
        {
            Assert.True(o.Meaning.Length > 10, $"[{o.Section}] {o.Key}");
            Assert.True(o.Expected.Length > 2, $"[{o.Section}] {o.Key}");
            Assert.DoesNotContain('\n', o.Meaning);
        });

    [Fact]
    public void The_page_has_a_row_for_every_option_and_escapes_bars()
    {
        var page = ConfigurationReference.Markdown(Sections);
        foreach (var section in Sections)
        {
            Assert.Contains($"## [{section.Name}]\n", page, StringComparison.Ordinal);
            foreach (var option in section.Options) Assert.Contains($"| `{option.Key}` |", page, StringComparison.Ordinal);
        }
        var odd = ConfigurationReference.Markdown([new("s", "odd", [new("s", "k", "a|b", null, "Hz", "c|d")])]);
        Assert.Contains("| `k` | **required** | Hz | c\\|d (a\\|b) |", odd, StringComparison.Ordinal);
        Assert.DoesNotContain("\n\n\n", page[page.IndexOf("## ", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public void The_annotated_file_and_the_page_that_are_shipped_are_those_of_the_declarations()
    {
        Assert.Equal(ConfigurationReference.Ini(Sections), File.ReadAllText(Repository.Path("etc", "idq.ini")));
        Assert.Equal(ConfigurationReference.Markdown(Sections), File.ReadAllText(Repository.Path("docs", "configuration.md")));
    }

    public static TheoryData<string> Shipped() =>
        [
            .. Directory
                .EnumerateFiles(Repository.Path("etc"), "*.ini")
                .Select(p => Path.GetFileName(p))
                .Where(n => !n.EndsWith("channels.ini", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Shipped))]
    public void The_shipped_configurations_check_clean(string name)
    {
        var path = Repository.Path("etc", name);
        var needsData = File.ReadAllText(path).Contains("shared/data", StringComparison.Ordinal);
        if (needsData && SharedData.Folder is null) return;
        Assert.Empty(ConfigurationCheck.Run(Configuration.Read(path, [], new Dictionary<string, string>())));
    }

    [Fact]
    public void The_mock_definition_that_is_shipped_reads_well() =>
        Assert.Empty(MockDefinition.Read(IniDocument.Load(Repository.Path("etc", "mock-channels.ini"))).Problems);
}
