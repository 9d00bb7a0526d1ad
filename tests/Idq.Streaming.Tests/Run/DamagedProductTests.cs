using Idq.Tracking;

namespace Idq.Streaming.Tests.Run;

/// <summary>
/// A model or map whose file is missing or damaged costs what it would have said, and nothing else; in replay and live alike.
/// </summary>
public sealed class DamagedProductTests
{
    static readonly Segment First = Gps.Seg(0, 128), Whole = Gps.Seg(0, 192);

    static readonly string[] Eager =
    [
        "train stream:min_new_samples=5", "calibrate:min_new_samples=5", "timeseries:srate=4",
    ];

    static readonly string[] Rankers = ["evaluate", "timeseries"];

    static async Task<Analysis> TrainedAsync()
    {
        var analysis = Analysis.Of("random", Eager);
        await analysis.ReplayAsync(First, "train", "evaluate", "calibrate");
        return analysis;
    }

    static async Task RunAsync(Analysis analysis, bool isLive) => Assert.True(
        await analysis.RunAsync(Rankers, Whole, isLive ? new FakeGpsClock(Gps.At(4000)) : new ReplayClock(Whole.Start)));

    // Of the series the newest version: live, it does not wait for the evaluation that catches up.
    static Product[] Late(Analysis analysis, string kind) =>
    [
        .. analysis.Products(kind).Where(p => p.StartNs >= First.End.Nanoseconds)
            .GroupBy(p => p.StartNs).Select(g => g.MaxBy(ProductAttributes.VersionOf)!),
    ];

    [Theory]
    [InlineData("model", "torn", false)]
    [InlineData("model", "gone", true)]
    [InlineData("map", "changed", false)]
    [InlineData("map", "torn", true)]
    public async Task The_one_before_it_stands_in_and_the_ledger_and_the_log_say_so(string kind, string how, bool isLive)
    {
        using var analysis = await TrainedAsync();
        var (before, damaged) = (analysis.Products(kind)[^2], analysis.Products(kind)[^1]);
        var path = analysis.Paths.Absolute(damaged.Path);
        if (how == "gone") File.Delete(path);
        else if (how == "changed") File.AppendAllText(path, " ");
        else File.WriteAllBytes(path, File.ReadAllBytes(path)[..100]);
        await RunAsync(analysis, isLive);
        Assert.Equal(8, Late(analysis, "quiver").Length);
        Assert.Equal(8, Late(analysis, "series").Length);
        foreach (var product in Late(analysis, "quiver").Concat(Late(analysis, "series")))
        {
            Assert.Contains(before.Seq, product.Parents);
            Assert.DoesNotContain(damaged.Seq, product.Parents);
        }
        foreach (var job in Rankers)
        {
            var losses = analysis.Store.Skips(job).Where(s => s.Reason == "damaged" && s.StartNs >= First.End.Nanoseconds).ToArray();
            Assert.Equal(8, losses.Length);
            Assert.All(losses, s => Assert.Contains($"number {damaged.Seq}", s.Detail, StringComparison.Ordinal));
        }
        Assert.Equal(2, analysis.Log.Count(l => l.StartsWith("Error", StringComparison.Ordinal) && l.Contains($"number {damaged.Seq}")));
    }

    [Fact]
    public async Task Where_none_is_left_the_classifier_is_untrained_and_the_series_not_OK()
    {
        using var analysis = await TrainedAsync();
        foreach (var model in analysis.Products("model")) File.WriteAllText(analysis.Paths.Absolute(model.Path), "");
        await RunAsync(analysis, isLive: false);
        Assert.Empty(Late(analysis, "quiver"));
        Assert.All(Late(analysis, "series"), p => Assert.Equal(0, p.Attributes().GetProperty("ok").GetDouble()));
        foreach (var job in Rankers)
            Assert.Equal(8, analysis.Store.Skips(job).Count(s => s.Reason == "untrained" && s.StartNs >= First.End.Nanoseconds));
    }
}
