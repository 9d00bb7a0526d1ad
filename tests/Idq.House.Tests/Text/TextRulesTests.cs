namespace Idq.House.Tests.Text;

/// <summary>Each rule finds what breaks it, and nothing else.</summary>
public sealed class TextRulesTests
{
    [Fact]
    public void A_line_has_140_columns_at_most()
    {
        var longest = "// " + new string('x', TextRules.Columns - 3);
        Assert.Empty(TextRules.OfSource(longest + "\n"));
        Assert.Equal([new(2, "141 columns of 140")], TextRules.OfSource($"\n{longest}x\n"));
    }

    [Theory]
    [InlineData("_count")]
    [InlineData("s_count")]
    [InlineData("m_count")]
    public void Fields_have_no_prefix(string name) =>
        Assert.Equal([new(1, $"the field '{name}' has a prefix")], TextRules.OfSource($"class C {{ static int count, {name}; }}"));

    [Fact]
    public void Discards_and_names_with_underscores_inside_are_no_prefixes() =>
        Assert.Empty(TextRules.OfSource("class C { int ok_1; void A_test() { Action<int> a = _ => { }; _ = a; } }"));

    [Fact]
    public void Tabs_and_blanks_at_the_end_are_found_outside_of_literals()
    {
        Assert.Equal([new(1, "a tab"), new(2, "blanks at the end")], TextRules.OfSource("class C\t{\n} \n"));
        Assert.Empty(TextRules.OfSource("class C\n{\n    string s = \"\"\"\n        a\tb \n        \"\"\";\n}\n"));
    }

    [Theory]
    [InlineData("<<<<<<< ours")]
    [InlineData("||||||| base")]
    [InlineData("=======")]
    [InlineData(">>>>>>> theirs")]
    public void Leftovers_of_a_merge_are_found(string line) =>
        Assert.Equal([new(2, "a leftover of a merge")], TextRules.OfText($"text\n{line}\n"));

    [Fact]
    public void A_rule_below_a_heading_is_no_leftover() => Assert.Empty(TextRules.OfText("Heading\n========\n"));
}
