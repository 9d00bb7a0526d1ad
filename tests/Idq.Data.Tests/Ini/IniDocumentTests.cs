using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Configuration;

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

    [Fact]
    public void Every_value_stands_in_the_configuration_under_section_and_key()
    {
        var ini = IniDocument.Parse("[train stream]\nstride = 64\nempty =\n[channel H1:AUX]\nnoise = a\n  b\n", "x");
        Assert.Equal("64", ini.Configuration["Train Stream:STRIDE"]);
        Assert.Equal("", ini.Configuration["train stream:empty"]);
        Assert.Equal("a b", ini.Configuration.GetSection("channel H1:AUX")["noise"]);
        Assert.Null(ini.Configuration["train stream:delay"]);
    }

    [Theory]
    [InlineData("\"quoted\"")]
    [InlineData("\"")]
    [InlineData("'a' \"b\" = [c]")]
    [InlineData("/absolute/path ; no comment")]
    [InlineData("naïve ≥ 0")]
    public void Values_reach_the_configuration_as_they_stand(string value)
    {
        var ini = IniDocument.Parse($"[s]\nk = {value}\n", "x");
        Assert.Equal((value, value), (ini.Configuration["s:k"], ini.Find("s")!.Find("k")!.Value));
    }

    [Fact]
    public void Bytes_that_are_no_text_are_told_where_they_are_read()
    {
        using var folder = new TemporaryFolder();
        const string Text = "; gr\u00fcn\n[s]\nk = gr\u00fcn\nj = a\0b\ni = a\tb\n";
        File.WriteAllBytes(folder.File("x.ini"), System.Text.Encoding.Latin1.GetBytes(Text));
        Assert.Equal([3, 4], IniDocument.Load(folder.File("x.ini")).Problems.Select(p => p.Line));
    }

    [Fact]
    public void No_name_is_no_file() =>
        Assert.Equal("no configuration is named", Assert.Throws<DataException>(() => IniDocument.Load("")).Message);

    [Fact]
    public void Names_that_the_library_cannot_tell_apart_are_told()
    {
        var ini = IniDocument.Parse("[a]\nb:c = 1\n[a:b]\nc = 2\n[s]\n/k = 3\n", "x");
        Assert.Equal([4, 6], ini.Problems.Select(p => p.Line));
        Assert.Equal("1", ini.Configuration["a:b:c"]);
    }

    [Fact]
    public void Another_source_of_configuration_can_be_laid_over_a_file()
    {
        var ini = IniDocument.Parse("[s]\nk = file\nj = file\n", "x");
        var layered = new ConfigurationBuilder().AddConfiguration(ini.Configuration).AddInMemoryCollection([new("S:K", "memory")]).Build();
        Assert.Equal(("memory", "file"), (layered["s:k"], layered["s:j"]));
    }

    [Fact]
    public void Any_text_is_read_and_its_entries_are_those_of_the_configuration()
    {
        var line = Gen.Elements("[s]", "[S]", "[s:t]", "[]", "k = 1", "K=2", "  more", "\tk = v", "; c", "# c", "", "= x", "/ = x",
            "[k = 1", "k = \"", "t:k = 3", "a = [b]", "\uFEFFz = 1", "x]", "k\u2028j = 2", "\"q\" = '", "\0 = \0");
        Prop.ForAll(line.ListOf().ToArbitrary(), lines =>
        {
            var ini = IniDocument.Parse(string.Join('\n', lines), "x");
            var entries = ini.Sections.SelectMany(s => s.Entries.Select(e => (Path: $"{s.Name}:{e.Key}", e.Value))).ToArray();
            return entries.All(e => ini.Configuration[e.Path] == e.Value)
                && ini.Configuration.AsEnumerable().Count(p => p.Value is not null) == entries.Length;
        }).QuickCheckThrowOnFailure();
    }
}
