using FsCheck.Fluent;

namespace Idq.Streaming.Tests.Configurations;

public sealed class SectionReaderTests
{
    static (T Value, List<ConfigurationProblem> Problems, SectionDeclaration Declaration) Parse<T>(
        string? value,
        Func<SectionReader, T> read,
        string path = "/analysis/test.ini"
    )
    {
        var problems = new List<ConfigurationProblem>();
        var reader = new SectionReader(
            Texts.Layered(value is null ? "[section]\n" : $"[section]\n; remark\nkey = {value}\n", path: path),
            "section",
            "a section",
            problems
        );
        return (read(reader), problems, reader.Declaration);
    }

    static T Good<T>(string? value, Func<SectionReader, T> read)
    {
        var (result, problems, _) = Parse(value, read);
        Assert.Empty(problems);
        return result;
    }

    static ConfigurationProblem Bad<T>(string value, T fallback, Func<SectionReader, T> read)
    {
        var (result, problems, _) = Parse(value, read);
        Assert.Equal(fallback, result);
        var problem = Assert.Single(problems);
        Assert.Equal(
            (Severity.Error, "/analysis/test.ini", "section", "key", 3),
            (problem.Severity, problem.File, problem.Section, problem.Key, problem.Line ?? 0)
        );
        return problem;
    }

    [Theory]
    [InlineData("8", 8_000_000_000)]
    [InlineData("0.1", 100_000_000)]
    [InlineData("1e-9", 1)]
    [InlineData("0", 0)]
    public void A_duration_is_exact_nanoseconds(string text, long expected) =>
        Assert.Equal(expected, Good(text, s => s.Duration("key", "1", "m")));

    [Theory]
    [InlineData("-1")]
    [InlineData("-inf")]
    [InlineData("inf")]
    [InlineData("soon")]
    [InlineData("8 s")]
    [InlineData("1e30")]
    public void What_is_no_duration_is_a_problem_and_reads_as_the_default(string text)
    {
        var problem = Bad(text, 2_000_000_000, s => s.Duration("key", "2", "m"));
        Assert.Equal($"'{text}' is not seconds, 0 or more", problem.Message);
        Assert.Equal("expected seconds, 0 or more, for example 2", problem.Suggestion);
    }

    [Fact]
    public void A_duration_is_unlimited_only_where_that_is_said()
    {
        Assert.Equal(long.MaxValue, Good("inf", s => s.Duration("key", "1", "m", 1, orInfinite: true)));
        Assert.Equal(
            "'0' is not seconds greater than 0, or inf",
            Bad("0", long.MaxValue, s => s.Duration("key", "inf", "m", 1, orInfinite: true)).Message
        );
    }

    [Fact]
    public void A_duration_may_have_to_be_greater_than_zero() =>
        Assert.Contains(
            "seconds greater than 0",
            Bad("0", 8_000_000_000, s => s.Duration("key", "8", "m", 1)).Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("8 ; a comment")]
    [InlineData("8 # a comment")]
    public void A_comment_behind_a_value_is_explained(string text) =>
        Assert.EndsWith(
            "(a comment needs a line of its own)",
            Bad(text, 1_000_000_000, s => s.Duration("key", "1", "m")).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Any_whole_number_of_nanoseconds_survives_as_decimal_seconds() =>
        Gen.Choose(0, int.MaxValue).Check(n =>
        {
            var nanoseconds = (long)n * 1_000_003;
            Assert.Equal(nanoseconds, Good(GpsSeconds.Format(nanoseconds), s => s.Duration("key", "1", "m")));
        });

    [Theory]
    [InlineData("1.5", 1.5)]
    [InlineData("-2e-3", -0.002)]
    [InlineData("inf", double.PositiveInfinity)]
    [InlineData("-Inf", double.NegativeInfinity)]
    public void A_number_may_be_infinite(string text, double expected) =>
        Assert.Equal(expected, Good(text, s => s.Number("key", "0", "", "m")));

    [Theory]
    [InlineData("nan")]
    [InlineData("one")]
    [InlineData("1,5")]
    public void A_number_is_never_NaN(string text) => Bad(text, 7.0, s => s.Number("key", "7", "", "m"));

    [Theory]
    [InlineData("-0.1", 0, 1, "a number from 0 to 1")]
    [InlineData("1.1", 0, 1, "a number from 0 to 1")]
    [InlineData("-1", 0, double.PositiveInfinity, "a number of 0 or more")]
    [InlineData("2", double.NegativeInfinity, 1, "a number of 1 or less")]
    [InlineData("0", double.Epsilon, double.PositiveInfinity, "a number greater than 0")]
    [InlineData("2", double.Epsilon, 1, "a number greater than 0 and at most 1")]
    public void The_range_of_a_number_is_checked_and_said(string text, double min, double max, string expected) =>
        Assert.Equal($"'{text}' is not {expected}", Bad(text, 0.5, s => s.Number("key", "0.5", "", "m", min, max)).Message);

    [Theory]
    [InlineData("1.5", 1.5)]
    [InlineData(null, null)]
    [InlineData("", null)]
    public void An_optional_number_need_not_be_given(string? text, double? expected) =>
        Assert.Equal(expected, Good(text, s => s.OptionalNumber("key", "m")));

    [Theory]
    [InlineData("42", 42)]
    [InlineData("-3", -3)]
    [InlineData("inf", long.MaxValue)]
    public void A_whole_number_may_be_unlimited(string text, long expected) =>
        Assert.Equal(expected, Good(text, s => s.Integer("key", "1", "m", -5)));

    [Theory]
    [InlineData("3.5")]
    [InlineData("1e3")]
    [InlineData("0")]
    [InlineData("101")]
    [InlineData("inf")]
    [InlineData("99999999999999999999")]
    public void A_whole_number_outside_its_range_is_a_problem(string text) =>
        Assert.Equal($"'{text}' is not a whole number from 1 to 100", Bad(text, 9L, s => s.Integer("key", "9", "m", 1, 100)).Message);

    [Theory]
    [InlineData("True", true)]
    [InlineData("yes", true)]
    [InlineData("ON", true)]
    [InlineData("1", true)]
    [InlineData("false", false)]
    [InlineData("No", false)]
    [InlineData("off", false)]
    [InlineData("0", false)]
    public void A_flag_has_many_words(string text, bool expected) =>
        Assert.Equal(expected, Good(text, s => s.Flag("key", expected ? "False" : "True", "m")));

    [Fact]
    public void Another_word_is_no_flag() => Bad("maybe", true, s => s.Flag("key", "True", "m"));

    static readonly (string Word, Selection Value)[] Words = [("loudest", Selection.Loudest), ("pointy", Selection.Pointy)];

    [Theory]
    [InlineData("pointy", Selection.Pointy)]
    [InlineData("POINTY", Selection.Pointy)]
    [InlineData(null, Selection.Loudest)]
    public void A_choice_does_not_mind_case(string? text, Selection expected) =>
        Assert.Equal(expected, Good(text, s => s.Choice("key", Selection.Loudest, "m", Words)));

    [Fact]
    public void A_misspelt_choice_is_guessed()
    {
        var problem = Bad("pointi", Selection.Loudest, s => s.Choice("key", Selection.Loudest, "m", Words));
        Assert.Equal("'pointi' is not one of loudest, pointy", problem.Message);
        Assert.Equal("did you mean 'pointy'?", problem.Suggestion);
    }

    [Fact]
    public void A_choice_that_is_like_none_lists_all() =>
        Assert.Equal(
            "expected one of loudest, pointy, for example loudest",
            Bad("xyzzyx", Selection.Loudest, s => s.Choice("key", Selection.Loudest, "m", Words)).Suggestion
        );

    [Theory]
    [InlineData("a b c")]
    [InlineData("a, b,c")]
    [InlineData("['a', 'b', \"c\"]")]
    [InlineData("a\n    b\n    c")]
    public void A_list_is_separated_by_blanks_commas_or_lines(string text) =>
        Assert.Equal(["a", "b", "c"], Good(text, s => s.List("key", "", "m")));

    [Fact]
    public void A_list_keeps_its_order_and_its_default_can_be_empty()
    {
        Assert.Equal(["z", "a", "z"], Good("z a z", s => s.List("key", "", "m")));
        Assert.Empty(Good(null, s => s.List("key", "", "m")));
    }

    [Fact]
    public void Durations_are_all_greater_than_zero()
    {
        Assert.Equal([25_000_000L, 100_000_000L], Good("0.025 0.1", s => s.Durations("key", "1", "m")));
        Assert.Equal([1_000_000_000L], Parse("0.1 0", s => s.Durations("key", "1", "m")).Value);
        Assert.Single(Parse("0.1 0", s => s.Durations("key", "1", "m")).Problems);
        Assert.Single(Parse("0.1 x", s => s.Durations("key", "1", "m")).Problems);
        Assert.Single(Parse("0.1 inf", s => s.Durations("key", "1", "m")).Problems);
    }

    [Fact]
    public void Numbers_are_at_least_one()
    {
        Assert.Equal([1.5, -2, 1e3], Good("1.5 -2, 1e3", s => s.Numbers("key", "0", "m")));
        Assert.Single(Parse("1 two", s => s.Numbers("key", "0", "m")).Problems);
        Assert.Single(Parse("[]", s => s.Numbers("key", "0", "m")).Problems);
    }

    [Theory]
    [InlineData("snr 8 inf, frequency 16 2048")]
    [InlineData("snr 8 inf; frequency 16 2048")]
    [InlineData("snr 8 inf,\n    frequency 16 2048,")]
    public void Bounds_are_column_minimum_maximum(string text) =>
        Assert.Equal(
            [new ColumnBounds("snr", 8, double.PositiveInfinity), new("frequency", 16, 2048)],
            Good(text, s => s.Bounds("key", "", "m"))
        );

    [Theory]
    [InlineData("snr 8")]
    [InlineData("snr 8 9 10")]
    [InlineData("snr loud inf")]
    [InlineData("snr 9 8")]
    [InlineData("snr 8 nan")]
    public void Bounds_that_hold_nothing_are_a_problem(string text)
    {
        var (bounds, problems, _) = Parse(text, s => s.Bounds("key", "", "m"));
        Assert.Empty(bounds);
        Assert.Contains("column min max", Assert.Single(problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_time_is_exact_and_need_not_be_given()
    {
        Assert.Equal(GpsTime.Parse("1126259462.391000001"), Good("1126259462.391000001", s => s.Time("key", "m")));
        Assert.Null(Good(null, s => s.Time("key", "m")));
        Bad<GpsTime?>("yesterday", null, s => s.Time("key", "m"));
        Bad<GpsTime?>("1e40", null, s => s.Time("key", "m"));
    }

    [Fact]
    public void A_required_option_that_is_missing_is_named_with_its_section()
    {
        var problem = Assert.Single(Parse(null, s => s.Text("key", null, "what it is", "a name")).Problems);
        Assert.Equal(
            (1, "key", "[section] needs 'key'", "expected a name: what it is"),
            (problem.Line, problem.Key, problem.Message, problem.Suggestion)
        );
    }

    [Fact]
    public void A_file_must_exist_relative_to_the_configuration()
    {
        using var folder = new TemporaryFolder();
        var there = folder.Write("data/there.txt", "");
        var ini = folder.File("test.ini");
        Assert.Equal(there, Parse("data/there.txt", s => s.ExistingFile("key", "m"), ini).Value);
        var (value, problems, _) = Parse("data/gone.txt", s => s.ExistingFile("key", "m"), ini);
        Assert.Null(value);
        Assert.Equal($"there is no file '{folder.File("data/gone.txt")}'", Assert.Single(problems).Suggestion);
    }

    [Fact]
    public void Of_several_files_every_one_must_match_something()
    {
        using var folder = new TemporaryFolder();
        folder.Write("b.txt", "");
        folder.Write("c d/a.txt", "");
        var ini = folder.File("test.ini");
        // A pattern stays one, because more files may match it later.
        Assert.Equal([folder.File("*.txt")], Parse("*.txt", s => s.ExistingFiles("key", "", "m"), ini).Value);
        Assert.Equal([folder.File("c d/*.txt"), folder.File("b.txt")],
            Parse("'c d/*.txt' b.txt \"b.txt\"", s => s.ExistingFiles("key", "", "m"), ini).Value);
        Assert.Equal("a quote is not closed", Assert.Single(Parse("'c d", s => s.ExistingFiles("key", "", "m"), ini).Problems).Suggestion);
        Assert.Equal([folder.Path], Parse(".", s => s.ExistingFiles("key", "", "m"), ini).Value);
        var problem = Assert.Single(Parse("*.txt *.csv", s => s.ExistingFiles("key", "", "m"), ini).Problems);
        Assert.Equal($"nothing matches '{folder.File("*.csv")}'", problem.Suggestion);
    }

    [Fact]
    public void A_path_that_need_not_exist_is_absolute() =>
        Assert.Equal("/analysis/products", Good("products", s => s.NewPath("key", ".", "m")));

    [Fact]
    public void Reading_declares_what_was_read()
    {
        var declaration = Parse("8", s => s.Duration("key", "64", "how long", 1)).Declaration;
        Assert.Equal(("section", "a section"), (declaration.Name, declaration.Meaning));
        Assert.Equal(
            new OptionDeclaration("section", "key", "seconds greater than 0", "64", "s", "how long"),
            Assert.Single(declaration.Options)
        );
    }

    [Fact]
    public void A_key_that_was_never_read_is_an_error_with_the_nearest_option()
    {
        var problems = new List<ConfigurationProblem>();
        var reader = new SectionReader(
            Texts.Layered("[Section]\nStride = 1\nstrode = 2\nzzz = 3\n[other]\nforeign = 1"),
            "section",
            "m",
            problems
        );
        reader.Duration("stride", "8", "m");
        reader.RejectUnknownKeys();
        Assert.Equal(
            [("strode", 3, "did you mean 'stride'?"), ("zzz", 4, "its options are stride")],
            problems.Select(p => (p.Key!, p.Line ?? 0, p.Suggestion))
        );
    }

    [Fact]
    public void A_section_takes_from_the_one_it_falls_back_to_and_leaves_its_problems_there()
    {
        var problems = new List<ConfigurationProblem>();
        var text = Texts.Layered("[train]\na = 1\nb = x\n[evaluate]\nc = 3");
        var reader = new SectionReader(text, "evaluate", "m", problems, "train");
        Assert.Equal((1, 9, 3), (reader.Integer("a", "9", "m"), reader.Integer("b", "9", "m"), reader.Integer("c", "9", "m")));
        reader.Problem("b", "is judged in [train]");
        Assert.Empty(problems);
        reader.Problem("c", "is judged here");
        Assert.Equal(5, Assert.Single(problems).Line);
    }

    [Fact]
    public void The_section_itself_decides_whether_it_is_given()
    {
        var text = Texts.Layered("[train]\na = 1", ["batch:num_bins=3"]);
        Assert.True(new SectionReader(text, "train", "m", []).IsGiven);
        Assert.True(new SectionReader(text, "batch", "m", []).IsGiven);
        Assert.False(new SectionReader(text, "evaluate", "m", [], "train").IsGiven);
    }

    [Theory]
    [InlineData("100", 100)]
    [InlineData("2kiB", 2048)]
    [InlineData("3 MiB", 3 << 20)]
    [InlineData("8gib", 8L << 30)]
    public void A_number_of_bytes_may_have_a_unit(string text, long expected) =>
        Assert.Equal(expected, Good(text, s => s.Bytes("key", "1kiB", "m", 100, 1L << 33)));

    [Theory]
    [InlineData("99")]
    [InlineData("9 GiB")]
    [InlineData("99999999999999999999")]
    [InlineData("17179869184GiB")]
    [InlineData("-1kiB")]
    [InlineData("1.5MiB")]
    [InlineData("2GB")]
    [InlineData("kiB")]
    public void What_is_no_number_of_bytes_or_out_of_its_range_is_a_problem(string text) =>
        Assert.Equal(
            $"'{text}' is not bytes from 100 to 8589934592, or with kiB, MiB, GiB",
            Bad(text, 1024, s => s.Bytes("key", "1kiB", "m", 100, 1L << 33)).Message);
}
