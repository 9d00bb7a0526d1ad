namespace Idq.EndToEnd.Tests.RealData;

/// <summary>etc/s5.ini: real burst triggers inside real science segments.</summary>
public sealed class BurstTriggerTests
{
    [SharedFact]
    public async Task The_triggers_inside_science_time_are_the_targets()
    {
        using var analysis = new Analysis(Repository.Path("etc", "s5.ini"));
        var answer = await analysis.JsonAsync("times", "--gps-start", "830046411", "--gps-end", "830096683");
        Assert.Equal(79_403, answer.GetProperty("target").GetProperty("candidates").GetInt32());
        Assert.Equal(77_399, answer.GetProperty("target").GetProperty("count").GetInt32());
        Assert.Equal(49_259, answer.GetProperty("livetime").GetInt64());
        Assert.InRange(answer.GetProperty("clean_livetime").GetDouble(), 1, 49_259);
        Assert.False(answer.TryGetProperty("times", out _));
    }

    [SharedFact]
    public async Task A_threshold_cuts_and_the_listed_times_are_those_that_are_counted()
    {
        using var analysis = new Analysis(
            Repository.Path("etc", "s5.ini"),
            "samples:target_bounds=snr 100 inf",
            "evaluate:random_rate=0.01"
        );
        var answer = await analysis.JsonAsync("times", "--list");
        var times = answer.GetProperty("times").EnumerateArray().ToArray();
        var targets = times.Count(t => t.GetProperty("label").GetInt32() == 1);
        Assert.Equal(answer.GetProperty("target").GetProperty("count").GetInt32(), targets);
        Assert.Equal(answer.GetProperty("random").GetProperty("count").GetInt32(), times.Length - targets);
        Assert.InRange(targets, 1, 10_000);
        Assert.InRange(times.Length - targets, 100, 600);
        var all = times.Select(t => t.GetProperty("time").GetDecimal()).ToArray();
        Assert.Equal(all.Order(), all);
        Assert.All(all, t => Assert.InRange(t, 830_046_411m, 830_096_683m));
    }
}
