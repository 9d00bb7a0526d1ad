namespace Idq.Learning.Tests.Ovl;

public sealed class OvlOptionsTests
{
    [Fact]
    public void Defaults_are_those_of_the_reference()
    {
        var options = new OvlOptions("significance");
        Assert.Equal([15, 25, 30, 50, 100, 200, 400, 800, 1600], options.Thresholds);
        Assert.Equal([25_000_000, 50_000_000, 100_000_000, 150_000_000, 200_000_000], options.Windows);
        Assert.Equal(new OvlMinima(3, 1e-5), options.Minima);
        Assert.Equal(11.512925464970229, options.Minima.PoissonSignificance, 1e-13);
        Assert.True(options.MayUse("anything"));
    }

    [Fact]
    public void Thresholds_and_windows_are_sorted_and_made_distinct()
    {
        var options = new OvlOptions("s", thresholds: [3, 1, 3], windows: [9, 2, 9]);
        Assert.Equal([1, 3], options.Thresholds);
        Assert.Equal([2, 9], options.Windows);
    }

    [Fact]
    public void What_makes_no_sense_is_refused_with_the_name_of_the_option()
    {
        Refused(() => new OvlOptions(" "), "significance");
        Refused(() => new OvlOptions("s", thresholds: []), "thresholds");
        Refused(() => new OvlOptions("s", thresholds: [double.NaN]), "thresholds");
        Refused(() => new OvlOptions("s", windows: [0]), "windows");
        Refused(() => new OvlOptions("s", windows: [long.MaxValue]), "windows");
        Refused(() => new OvlOptions("s", numRecalculate: 0), "numRecalculate");
        Refused(() => new OvlOptions("s", incremental: -1), "incremental");
        Refused(() => new OvlOptions("s", minima: new OvlMinima(PoissonProbability: 0)), "minima");
        Refused(() => new OvlOptions("s", minima: new OvlMinima(PoissonProbability: double.NaN)), "minima");
        Refused(() => new OvlOptions("s", minima: new OvlMinima(-1)), "minima");
        Refused(() => new OvlOptions("s", minima: new OvlMinima(UsePercentage: -1)), "minima");

        static void Refused(Func<OvlOptions> make, string parameter) =>
            Assert.Equal(parameter, Assert.ThrowsAny<ArgumentException>(make).ParamName);
    }
}
