namespace Idq.Data.Tests.Mock;

public sealed class MockDefinitionTests
{
    const string Good = """
        [mock]
        outages = 1000000100 1000000200, 1000000900.5 1000000960
        [stream scattered light]
        rate = 0.02
        frequency distribution = loguniform 16 128
        snr distribution = pareto 3 0 8
        duration distribution = uniform 0 1
        witnesses =
            H1:TARGET
            H1:SUS  efficiency=0.9 jitter_time=0.01, jitter_frequency=0.1 jitter_snr=0.2
        [channel H1:TARGET]
        rate = 0
        [channel H1:SUS]
        rate = 0.5
        snr distribution = pareto 4 0 5
        frequency distribution = loguniform 16 2048
        duration distribution = constant 1
        [channels H1:AUX-{0:D3}]
        count = 3
        first = 8
        rate = 16
        snr distribution = pareto 4 0 5
        frequency distribution = loguniform 16 2048
        duration distribution = constant 1
        """;

    static IReadOnlyList<IniProblem> Problems(string text) => MockDefinition.Read(IniDocument.Parse(text, "mock.ini")).Problems;

    [Fact]
    public void Streams_witnesses_channels_columns_and_outages_are_read()
    {
        var (definition, problems) = MockDefinition.Read(IniDocument.Parse(Good, "mock.ini"));
        Assert.Empty(problems);
        Assert.Equal(["snr", "frequency", "duration"], definition!.Columns);
        Assert.Equal(["H1:TARGET", "H1:SUS", "H1:AUX-008", "H1:AUX-009", "H1:AUX-010"], definition.Channels.Select(c => c.Name));
        Assert.Equal([0, 0.5, 16, 16, 16], definition.Channels.Select(c => c.Rate));
        var stream = Assert.Single(definition.Streams);
        Assert.Equal(("scattered light", 0.02), (stream.Name, stream.Rate));
        Assert.Equal((1.0, 0.0), (stream.Witnesses[0].Efficiency, stream.Witnesses[0].TimeJitter));
        Assert.Equal(("H1:SUS", 0.9, 0.01), (stream.Witnesses[1].Channel, stream.Witnesses[1].Efficiency, stream.Witnesses[1].TimeJitter));
        Assert.Equal([0.2, 0.1, 0], stream.Witnesses[1].ColumnJitters);
        Assert.Equal(159_500_000_000, definition.Outages.Livetime);
    }

    [Fact]
    public void Every_problem_is_found_at_once_with_its_line()
    {
        var problems = Problems("""
            [stream a]
            rate = fast
            snr distribution = paretto 3
            colour = red
            witnesses = efficiency=0.5 X efficiency=1.5 jitter_colour=1 X Y
            [channel X]
            rate = 3
            snr distribution = pareto 4
            [channels X]
            count = 2
            rate = 0
            [channels Z-{0}]
            rate = 0
            count = -1
            [nonsense]
            [mock]
            outages = 5 4
            latency = 1
            """);
        Assert.Contains(problems, p => p is { Line: 2, Section: "stream a", Key: "rate" });
        Assert.Contains(problems, p => p.Line == 3 && p.Message.Contains("paretto"));
        Assert.Contains(problems, p => p is { Line: 4, Key: "colour" } && p.Suggestion.Contains("witnesses"));
        Assert.Contains(problems, p => p.Line == 5 && p.Message.Contains("before the first channel"));
        Assert.Contains(problems, p => p.Line == 5 && p.Message.Contains("efficiency=1.5"));
        Assert.Contains(problems, p => p.Line == 5 && p.Message.Contains("jitter_colour=1"));
        Assert.Contains(problems, p => p.Line == 5 && p.Message.Contains("named twice"));
        Assert.Contains(problems, p => p.Line == 5 && p.Message.Contains("'Y' has no section"));
        Assert.Contains(problems, p => p is { Line: 1, Key: "frequency distribution" });
        Assert.Contains(problems, p => p is { Line: 6, Key: "frequency distribution" });
        Assert.Contains(problems, p => p.Line == 9 && p.Message.Contains("no pattern"));
        Assert.Contains(problems, p => p is { Line: 14, Key: "count" });
        Assert.Contains(problems, p => p.Line == 15 && p.Message.Contains("no section of a mock"));
        Assert.Contains(problems, p => p.Line == 17 && p.Message.Contains("no outage"));
        Assert.Contains(problems, p => p is { Line: 18, Key: "latency" });
        Assert.Equal(15, problems.Count);
    }

    [Fact]
    public void Problems_of_the_text_itself_are_reported_too() =>
        Assert.Contains(Problems("[channel A]\nrate = 0\nnonsense\n"), p => p.Line == 3);

    [Theory]
    [InlineData("[channel A]\nrate=0\n[channels {0:A}B{1}]\ncount=1\nrate=0\n", "no pattern")]
    [InlineData("[channel A1]\nrate=0\n[channels A{0}]\ncount=2\nrate=0\n", "defined twice")]
    [InlineData("[channels A{0}]\nrate=0\n", "has no count")]
    [InlineData("[channel A]\n", "has no rate")]
    [InlineData("[channel A]\nrate=-1\n", "no rate")]
    [InlineData("[channel A]\nrate=0\n[stream s]\nrate=1\nsnr distribution=norm\nfrequency distribution=norm\n", "no witnesses")]
    [InlineData("", "no channel")]
    public void One_fault_gives_one_problem(string text, string part) => Assert.Contains(part, Assert.Single(Problems(text)).Message);

    [Fact]
    public void A_source_of_a_wrong_file_lists_the_problems_with_the_file()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("mock.ini", "[channel A]\nrate = x\ncolour = red\n");
        var e = Assert.Throws<DataException>(() => new MockSource(path, 1));
        Assert.Contains(path, e.Message);
        Assert.Contains("line 2", e.Message);
        Assert.Contains("line 3", e.Message);
    }

    [Fact]
    public void The_efficiency_of_a_witness_is_its_chance_times_the_survival_of_the_seen_value()
    {
        Assert.Equal(0.125, Probability.Efficiency(1, "pareto 3 0 8", 0, 16), 12);
        // A Pareto tail above every jittered threshold: E[exp(3·0.2·z)] = exp(0.18).
        Assert.Equal(0.9 * Math.Pow(8 / 80.0, 3) * Math.Exp(0.18), Probability.Efficiency(0.9, "pareto 3 0 8", 0.2, 80), 9);
    }
}
