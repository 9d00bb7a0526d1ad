using Idq.House.Tests.Architecture;

namespace Idq.House.Tests.Options;

/// <summary>An option that is accepted does something.</summary>
public sealed class OptionUseTests
{
    const string Vocabulary = """
        public interface IOptionReader
        {
            string Text(string key, string meaning);
            bool Flag(string key, string meaning);
            void Problem(string key, string message);
        }
        """;

    static IReadOnlyList<string> Dropped(string source) =>
        OptionUse.Dropped([Sources.Compile("Room", [("Room/Vocabulary.cs", Vocabulary), ("Room/Part.cs", source)])]);

    static string Options(string constructor, string elsewhere = "") => $$"""
        public sealed class Options
        {
            public Options(IOptionReader s)
            {
                {{constructor}}
            }
            public string Name { get; }
            public bool On { get; }
        }
        public sealed record Pair(string First, bool Second);
        public static class Job { public static object? Run(Options o) { {{elsewhere}} return null; } }
        """;

    [Fact]
    public void Every_option_of_the_program_is_used() => Assert.Empty(OptionUse.Dropped(Room.All.Values.Select(r => r.Compilation)));

    [Theory]
    [InlineData("s.Text(\"name\", \"m\");", "")]
    [InlineData("_ = s.Text(\"name\", \"m\");", "")]
    [InlineData("Name = s.Text(\"name\", \"m\");", "")]
    [InlineData("Name = s.Text(\"name\", \"m\"); if (Name.Length == 0) s.Problem(\"name\", Name);", "")]
    [InlineData("var name = s.Text(\"name\", \"m\");", "")]
    [InlineData("var name = s.Text(\"name\", \"m\"); if (name.Length == 0) s.Problem(\"name\", \"it is empty\");", "")]
    [InlineData("On = s.Flag(\"on\", \"m\") && true;", "")]
    [InlineData("var pair = new Pair(\"\", s.Flag(\"on\", \"m\"));", "return new Pair(\"\", true).First;")]
    [InlineData("Name = s.Text(\"name\", \"m\").Trim() ?? \"\";", "return o.On;")]
    public void What_is_read_and_dropped_is_found_with_its_key_and_place(string constructor, string elsewhere)
    {
        var place = Assert.Single(Dropped(Options(constructor, elsewhere)));
        Assert.StartsWith("Room/Part.cs:5: \"", place, StringComparison.Ordinal);
        Assert.EndsWith("\" is read and dropped", place, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Name = s.Text(\"name\", \"m\");", "return o.Name;")]
    [InlineData("Name = s.Text(\"name\", \"m\");", "return o is { Name: \"x\" };")]
    [InlineData("var name = s.Text(\"name\", \"m\"); Name = name + name;", "return o.Name;")]
    [InlineData("On = !s.Flag(\"on\", \"m\");", "if (o.On) return o;")]
    [InlineData("var pair = new Pair(s.Text(\"name\", \"m\"), true);", "return new Pair(\"\", true).First;")]
    public void What_somebody_reads_again_is_used(string constructor, string elsewhere) =>
        Assert.Empty(Dropped(Options(constructor, elsewhere)));
}
