using Idq.Learning;

namespace Idq.Streaming.Tests.Configurations;

public sealed class ClassifierDefinitionTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public ClassifierDefinitionTests() => folder.Write("channels.ini", Analysis.Channels);

    ClassifierDefinition Read(params string[] settings)
    {
        var c = Texts.Read(Texts.Least, settings, path: folder.File("test.ini"));
        Assert.Empty(c.Problems);
        return c.Classifiers[0];
    }

    static readonly WitnessChannels Channels = new(["H1:A", "H1:B"], ["H1:TARGET"]);

    [Fact]
    public void OVL_takes_its_options_and_the_channels()
    {
        var section = Read(
            "ovl:significance=signif",
            "ovl:thresholds=15 25",
            "ovl:windows=0.025 0.1",
            "ovl:metric=vsig",
            "ovl:min_eff_by_dt=1",
            "ovl:max_poisson_probability=1e-4",
            "ovl:num_recalculate=3",
            "ovl:incremental=7",
            "ovl:optimize=True",
            "ovl:training=incremental"
        );
        var options = Assert.IsType<OvlClassifier>(section.Create(Channels)).Options;
        Assert.Equal(("signif", OvlMetric.PoissonSignificance, 3, 7, true, OvlMode.Incremental),
            (options.Significance, options.Metric, options.NumRecalculate, options.Incremental, options.Optimize, options.Mode));
        Assert.Equal([15, 25], options.Thresholds);
        Assert.Equal([25_000_000, 100_000_000], options.Windows);
        Assert.Equal(new OvlMinima(1, 1e-4, 0), options.Minima);
        Assert.True(options.MayUse("H1:A"));
        Assert.False(options.MayUse("H1:TARGET"));
        Assert.False(options.MayUse("H1:OTHER"));
        Assert.Equal((100_000_000L, false, true), (section.Traits.Window, section.Traits.UsesFeatures, section.Traits.HasDiscreteRanks));
    }

    [Theory]
    [InlineData("eff_by_dt", OvlMetric.EffByDt)]
    [InlineData("eff/dt", OvlMetric.EffByDt)]
    [InlineData("poisson_signif", OvlMetric.PoissonSignificance)]
    [InlineData("useP", OvlMetric.UsePercentage)]
    [InlineData("use_percentage", OvlMetric.UsePercentage)]
    public void Metrics_have_the_names_of_both_generations(string name, OvlMetric expected) =>
        Assert.Equal(expected, Assert.IsType<OvlClassifier>(Read("ovl:metric=" + name).Create(Channels)).Options.Metric);

    [Fact]
    public void Linear_is_fed_by_features()
    {
        var section = Read("ovl:flavor=linear", "ovl:l2=0.5", "ovl:balance=yes", "ovl:max_iterations=7");
        Assert.Equal(("linear", "ovl"), (section.Flavor.Name, section.Create(Channels).Nickname));
        Assert.Equal((0L, true, false), (section.Traits.Window, section.Traits.UsesFeatures, section.Traits.HasDiscreteRanks));
    }

    [Fact]
    public void Random_needs_nothing()
    {
        var section = Read("ovl:flavor=random", "ovl:seed=9");
        Assert.IsType<RandomClassifier>(section.Create(Channels));
        Assert.Equal((0L, false, false), (section.Traits.Window, section.Traits.UsesFeatures, section.Traits.HasDiscreteRanks));
    }

    [Fact]
    public void Options_of_another_flavour_are_unknown()
    {
        var c = Texts.Read(Texts.Least, ["ovl:flavor=random", "ovl:thresholds=1"], path: folder.File("test.ini"));
        Assert.Equal("[ovl] has no option 'thresholds'", Assert.Single(c.Problems).Message);
    }

    public void Dispose() => folder.Dispose();
}
