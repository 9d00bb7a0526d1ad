namespace Idq.Data.Tests.Ini;

public sealed class IniDocumentTests
{
    [Fact]
    public void Sections_keys_and_lines_are_kept()
    {
        var ini = IniDocument.Parse("; head\n[general]\ntag = test\n\n[train stream]\nstride=64\n", "x.ini");
        Assert.Empty(ini.Problems);
        Assert.Equal(["general", "train stream"], ini.Sections.Select(s => s.Name));
        Assert.Equal(new IniEntry("stride", "64", 6), ini.Find("TRAIN STREAM")!.Find("Stride"));
    }

    [Fact]
    public void Channel_names_with_colons_are_ordinary_section_names() =>
        Assert.NotNull(IniDocument.Parse("[H1:AUX-A]\na = b:c", "x").Find("H1:AUX-A"));

    [Fact]
    public void An_indented_line_continues_the_value_above() =>
        Assert.Equal("a b c", IniDocument.Parse("[s]\nk = a\n  b\n\tc\n", "x").Find("s")!.Find("k")!.Value);

    [Fact]
    public void A_blank_line_ends_a_continuation()
    {
        var ini = IniDocument.Parse("[s]\nk = a\n\n  j = b\n", "x");
        Assert.Equal(("a", "b"), (ini.Find("s")!.Find("k")!.Value, ini.Find("s")!.Find("j")!.Value));
    }

    [Fact]
    public void All_problems_of_form_are_found_at_once()
    {
        var ini = IniDocument.Parse("early = 1\n[s]\nk = 1\nK = 2\nnonsense\n[S]\nj = 3\n", "x");
        Assert.Equal([1, 4, 5, 6], ini.Problems.Select(p => p.Line));
        Assert.Equal("3", ini.Find("s")!.Find("j")!.Value);
    }

    [Fact]
    public void A_missing_file_names_itself()
    {
        var e = Assert.Throws<DataException>(() => IniDocument.Load("/nonexistent/a.ini"));
        Assert.Contains("/nonexistent/a.ini", e.Message);
    }

    [Fact]
    public void Values_keep_what_looks_like_an_inline_comment() =>
        Assert.Equal("SELECT 1; -- x", IniDocument.Parse("[s]\nq = SELECT 1; -- x", "x").Find("s")!.Find("q")!.Value);
}
