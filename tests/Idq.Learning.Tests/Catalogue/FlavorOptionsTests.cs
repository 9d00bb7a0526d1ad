namespace Idq.Learning.Tests.Catalogue;

/// <summary>What the built-in kinds read of a section.</summary>
public sealed class FlavorOptionsTests
{
    static readonly WitnessChannels Channels = new(["A", "B"], ["GW", "UNSAFE"]);

    static ClassifierDefinition Read(string flavor, FakeOptions options) =>
        ClassifierCatalogue.BuiltIn.Find(flavor)!.Read("nick", options);

    static T Create<T>(string flavor, params (string Key, string Value)[] given) where T : SupervisedClassifier
    {
        var options = new FakeOptions(given);
        var classifier = Assert.IsType<T>(Read(flavor, options).Create(Channels));
        Assert.Empty(options.Problems);
        return classifier;
    }

    [Theory]
    [InlineData(
        "OVL",
        "significance=snr|thresholds=15 25 30 50 100 200 400 800 1600|windows=0.025 0.05 0.1 0.15 0.2|metric=eff_by_dt|min_eff_by_dt=3|"
            + "max_poisson_probability=1e-5|min_use_percentage=0|num_recalculate=9|incremental=1000|optimize=False|training=scratch|"
            + "classic=False"
    )]
    [InlineData("linear", "l2=1|balance=False|missing_indicators=True|max_iterations=100|tolerance=1e-12|features=")]
    [InlineData("random", "seed=0")]
    public void Every_kind_declares_its_options_with_their_defaults_once(string flavor, string expected)
    {
        var options = new FakeOptions();
        Read(flavor, options);
        Assert.Equal(expected, string.Join('|', options.Declared.Select(d => $"{d.Key}={d.Default}")));
        Assert.All(options.Meanings, m => Assert.True(m.Length > 10 && !m.EndsWith('.'), m));
        Assert.Empty(options.Problems);
    }

    [Theory]
    [InlineData("OVL")]
    [InlineData("linear")]
    [InlineData("random")]
    public void The_definition_has_the_nickname_the_kind_and_the_traits_of_the_classifier_it_makes(string flavor)
    {
        var definition = Read(flavor, new FakeOptions());
        var classifier = definition.Create(Channels);
        Assert.Equal(("nick", "nick"), (definition.Nickname, classifier.Nickname));
        Assert.Equal(flavor, definition.Flavor.Name);
        Assert.Equal(definition.Flavor.ModelName, classifier.Flavor);
        Assert.Equal(definition.Traits, classifier.Traits);
        Assert.Equal(definition.Traits.UsesFeatures, classifier.UsesFeatures);
    }

    [Fact]
    public void Traits_say_what_each_kind_needs()
    {
        Assert.Equal(
            new ClassifierTraits
            {
                Window = 300_000_000, Significance = "loud", MinSignificance = 15, UsesTriggers = true, HasDiscreteRanks = true,
            },
            Read("OVL", new FakeOptions(("windows", "0.3 0.1"), ("significance", "loud"))).Traits
        );
        Assert.Equal(new ClassifierTraits { UsesFeatures = true }, Read("linear", new FakeOptions()).Traits);
        Assert.Equal(new ClassifierTraits(), Read("random", new FakeOptions()).Traits);
    }

    [Fact]
    public void Defaults_of_OVL_are_those_of_its_options()
    {
        var options = Create<OvlClassifier>("OVL").Options;
        var defaults = new OvlOptions("snr", Channels.Usable, Channels.Excluded);
        Assert.Equal(("snr", OvlMetric.EffByDt, OvlMode.Scratch), (options.Significance, options.Metric, options.Mode));
        Assert.Equal(defaults.Thresholds, options.Thresholds);
        Assert.Equal(defaults.Windows, options.Windows);
        Assert.Equal(defaults.Minima, options.Minima);
        Assert.Equal((9, 1000, false, false), (options.NumRecalculate, options.Incremental, options.Optimize, options.Classic));
        Assert.Equal((true, false, false), (options.MayUse("A"), options.MayUse("GW"), options.MayUse("C")));
    }

    [Fact]
    public void Every_option_of_OVL_does_something()
    {
        var options = Create<OvlClassifier>("OVL", ("significance", "loud"), ("thresholds", "7 5"), ("windows", "0.5"), ("metric", "vsig"),
            ("min_eff_by_dt", "1.5"), ("max_poisson_probability", "0.25"), ("min_use_percentage", "0.125"), ("num_recalculate", "2"),
            ("incremental", "inf"), ("optimize", "True"), ("training", "incremental"), ("classic", "True")).Options;
        Assert.Equal(("loud", OvlMetric.PoissonSignificance, OvlMode.Incremental), (options.Significance, options.Metric, options.Mode));
        Assert.Equal([5, 7], options.Thresholds);
        Assert.Equal([500_000_000], options.Windows);
        Assert.Equal(new OvlMinima(1.5, 0.25, 0.125), options.Minima);
        Assert.Equal((2, int.MaxValue, true, true), (options.NumRecalculate, options.Incremental, options.Optimize, options.Classic));
    }

    [Theory]
    [InlineData("eff_by_dt", OvlMetric.EffByDt)]
    [InlineData("eff/dt", OvlMetric.EffByDt)]
    [InlineData("eff_fap", OvlMetric.EffByDt)]
    [InlineData("poisson_signif", OvlMetric.PoissonSignificance)]
    [InlineData("vsig", OvlMetric.PoissonSignificance)]
    [InlineData("use_percentage", OvlMetric.UsePercentage)]
    [InlineData("usep", OvlMetric.UsePercentage)]
    public void A_metric_has_the_names_of_all_earlier_programs(string word, OvlMetric expected) =>
        Assert.Equal(expected, Create<OvlClassifier>("OVL", ("metric", word)).Options.Metric);

    [Theory]
    [InlineData("thresholds", "5 inf", "a threshold is infinite")]
    [InlineData("windows", "0.1 1000.5", "a window is longer than 1000 s")]
    [InlineData("max_poisson_probability", "0", "'0' is out of range")]
    [InlineData("max_poisson_probability", "1.1", "'1.1' is out of range")]
    [InlineData("min_eff_by_dt", "-1", "'-1' is out of range")]
    [InlineData("num_recalculate", "0", "'0' is out of range")]
    [InlineData("num_recalculate", "1001", "'1001' is out of range")]
    [InlineData("incremental", "-1", "'-1' is out of range")]
    public void What_OVL_cannot_use_is_a_problem_of_its_key_and_not_an_exception(string key, string value, string message)
    {
        var options = new FakeOptions((key, value));
        var definition = Read("OVL", options);
        Assert.Equal((key, message), (Assert.Single(options.Problems).Key, options.Problems[0].Message));
        Assert.NotNull(definition.Create);
    }

    [Theory]
    [InlineData("l2", "0")]
    [InlineData("l2", "1e10")]
    [InlineData("tolerance", "0.2")]
    [InlineData("max_iterations", "0")]
    [InlineData("max_iterations", "100001")]
    public void What_the_linear_kind_cannot_use_is_a_problem_and_reads_as_the_default(string key, string value)
    {
        var options = new FakeOptions((key, value));
        Assert.IsType<LinearClassifier>(Read("linear", options).Create(Channels));
        Assert.Equal(key, Assert.Single(options.Problems).Key);
    }

    [Fact]
    public void Options_of_the_linear_kind_change_the_fit()
    {
        byte[] labels = [1, 1, 0, 1, 0, 0, 0, 0];
        var quiver = Samples.Of(labels, null, ("x", [5, 4, 3, 6, 1, 2, double.NaN, 0]), ("y", [1, 0, 1, 0, 1, 0, 1, 1]));
        double[] Ranks(params (string, string)[] given)
        {
            var classifier = Read("linear", new FakeOptions(given)).Create(Channels);
            return classifier.Ranks(classifier.Train(quiver, null, default).Model!, quiver);
        }

        var plain = Ranks();
        (string, string)[] options =
            [("l2", "30"), ("balance", "True"), ("missing_indicators", "False"), ("max_iterations", "1"), ("features", "y")];
        foreach (var option in options) Assert.NotEqual(plain, Ranks(option));
    }

    [Fact]
    public void A_linear_classifier_of_some_features_never_sees_the_others()
    {
        (string, double[]) snr = ("A-snr", [3, 2, 1, 0, 2, 1]), dt = ("A-dt", [0, 1, 0, 1, 1, 0]), other = ("B-snr", [1, 2, 3, 4, 5, 9]);
        var quiver = Samples.Of([1, 1, 0, 0, 1, 0], null, snr, dt, other);
        var selected = Create<SelectedFeatures>("linear", ("features", "A-* none"));
        var model = (LinearModel)selected.Train(quiver, null, default).Model!;
        Assert.Equal(["A-snr", "A-dt"], model.Terms.Select(t => t.Feature));
        Assert.Equal(("nick", "linear", true), (selected.Nickname, selected.Flavor, selected.Traits.UsesFeatures));

        var plain = new LinearClassifier("nick", new());
        var chosen = quiver.Select(["A-*"]);
        Assert.Equal(Samples.Bytes(plain.Train(chosen, null, default).Model!), Samples.Bytes(model));
        Assert.Equal(plain.Ranks(model, chosen), selected.Ranks(model, quiver));
        var series = new double[quiver.Count];
        selected.Timeseries(model, quiver, quiver.Segments, series);
        Assert.Equal(plain.Ranks(model, chosen), series);
    }

    [Fact]
    public void The_seed_of_the_random_kind_changes_the_ranks()
    {
        var quiver = Samples.Of([1, 0, 1, 0], null);
        double[] Ranks(string seed)
        {
            var classifier = Create<RandomClassifier>("random", ("seed", seed));
            return classifier.Ranks(classifier.Train(quiver, null, default).Model!, quiver);
        }

        Assert.Equal(Ranks("3"), Ranks("3"));
        Assert.NotEqual(Ranks("3"), Ranks("4"));
    }
}
