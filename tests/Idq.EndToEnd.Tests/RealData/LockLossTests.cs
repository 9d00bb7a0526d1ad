namespace Idq.EndToEnd.Tests.RealData;

/// <summary>etc/lockloss.ini: will an earthquake break the lock?</summary>
public sealed class LockLossTests
{
    [SharedFact]
    public async Task Single_columns_separate_as_well_as_they_are_known_to()
    {
        using var analysis = new Analysis(Repository.Path("etc", "lockloss.ini"));
        var rows = await analysis.JsonAsync("features");
        var aucs = rows.EnumerateArray().ToDictionary(r => r.GetProperty("feature").GetString()!, r => r.GetProperty("auc").GetDouble());
        foreach (var (feature, auc) in new[]
        {
            ("USGS:EARTHQUAKE-magnitude", 0.6937),
            ("USGS:EARTHQUAKE-amplitude", 0.6892),
            ("H1:SEIS-GND_PEAK_VEL-amplitude", 0.7089),
            ("H1:SEIS-GND_PEAK_ACC-amplitude", 0.6735),
            ("H1:SEIS-GND_PEAK_DISP-amplitude", 0.6480),
        })
            Assert.True(Math.Abs(aucs[feature] - auc) < 5.1e-5, $"{feature}: {aucs[feature]} instead of {auc}");
        Assert.All(
            rows.EnumerateArray(),
            r => Assert.Equal((199, 525), (r.GetProperty("glitches").GetInt32(), r.GetProperty("cleans").GetInt32()))
        );
    }

    [SharedFact]
    public async Task Trained_on_the_first_half_linear_is_as_good_on_the_second_as_it_is_known_to_be()
    {
        using var analysis = new Analysis(Repository.Path("etc", "lockloss.ini"));
        var summary = await analysis.JsonAsync("batch", "--bins", "2", "--segments-per-bin", "1", "--causal");
        var classifiers = summary.GetProperty("classifiers");
        double Auc(string nickname) => classifiers.GetProperty(nickname).GetProperty("auc").GetProperty("value").GetDouble();
        Assert.Equal(
            362,
            classifiers.GetProperty("earthquake").GetProperty("glitches").GetInt32()
                + classifiers.GetProperty("earthquake").GetProperty("cleans").GetInt32()
        );
        Assert.InRange(Auc("earthquake"), 0.63, 0.65);
        Assert.InRange(Auc("peaks"), 0.66, 0.68);
        Assert.InRange(Auc("random"), 0.38, 0.62);
    }

    [SharedFact]
    public async Task The_whole_loop_runs_over_the_first_observing_run_inside_its_locked_segments()
    {
        using var analysis = new Analysis(Repository.Path("etc", "lockloss-o1.ini"), "general:tag=mock");
        var summary = await analysis.JsonAsync("run", "--replay", "--skip", "timeseries");
        Assert.Equal(6_523_396, summary.GetProperty("livetime").GetInt64());
        double Auc(string nickname) =>
            summary.GetProperty("classifiers").GetProperty(nickname).GetProperty("auc").GetProperty("value").GetDouble();
        Assert.InRange(Auc("linear"), 0.55, 0.68);
        Assert.InRange(Auc("random"), 0.44, 0.56);
        Assert.InRange(summary.GetProperty("classifiers").GetProperty("linear").GetProperty("glitches").GetInt32(), 280, 306);
        var lost = await analysis.JsonAsync("times");
        Assert.Equal(306, lost.GetProperty("target").GetProperty("count").GetInt32());
        await analysis.AssertRegisteredAsync();
    }
}
