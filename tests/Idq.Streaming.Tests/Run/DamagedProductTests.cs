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

    static readonly string[] Makers = ["train", "evaluate"], All = ["train", "evaluate", "calibrate"];

    static void Damage(Analysis analysis, Product product, string how)
    {
        var path = analysis.Paths.Absolute(product.Path);
        var bytes = File.ReadAllBytes(path);
        if (how == "gone") File.Delete(path);
        else if (how == "torn") File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
        else
        {
            // Somewhere among the values, where nothing but the hash can tell.
            bytes[bytes.Length / 8] ^= 1;
            File.WriteAllBytes(path, bytes);
        }
    }

    static Product Some(Analysis analysis) => analysis.Products("quiver").First(p => p.StartNs >= Gps.At(72).Nanoseconds);

    static IEnumerable<(Segment, string, string?)> Lost(Analysis analysis) =>
        analysis.Store.Skips("calibrate").Where(s => s.Reason == "damaged").Select(s => (s.Span(), s.Reason, s.Detail));

    [Theory]
    [InlineData("torn", false, 0)]
    [InlineData("gone", true, 0)]
    [InlineData("flipped", false, 0)]
    [InlineData("flipped", true, 0)]
    [InlineData("flipped", false, 24)]
    public async Task A_quiver_is_left_out_of_calibration_and_the_ledger_and_the_log_say_so(string how, bool isLive, int compact)
    {
        using var analysis = Analysis.Of("random", [.. Eager, $"general:compact={compact}"]);
        await analysis.ReplayAsync(First, [.. Makers]);
        var damaged = Some(analysis);
        Damage(analysis, damaged, how);
        Assert.True(await analysis.RunAsync(["calibrate"], First, isLive ? new FakeGpsClock(Gps.At(4000)) : new ReplayClock(First.Start)));
        var entries = analysis.Store.Entries(damaged).Select(p => p.Seq).ToArray();
        var maps = analysis.Products("map");
        Assert.Contains(maps, m => m.EndNs > damaged.EndNs && m.StartNs < damaged.StartNs);
        Assert.All(maps, m => Assert.Empty(m.Parents.Intersect(entries)));
        var (span, _, detail) = Assert.Single(Lost(analysis));
        Assert.Equal(damaged.Span(), span);
        Assert.Contains(analysis.Paths.Absolute(damaged.Path), detail, StringComparison.Ordinal);
        Assert.Single(analysis.Log, l => l.StartsWith("Error", StringComparison.Ordinal) && l.Contains("its rows are left out"));
    }

    [Fact]
    public async Task What_calibration_knows_after_a_restart_is_what_it_knew_without_the_damaged_quiver()
    {
        async Task<Analysis> RunAsync(bool restarts)
        {
            var analysis = Analysis.Of("random", [.. Eager, "general:compact=0"]);
            await analysis.ReplayAsync(First, [.. Makers]);
            Damage(analysis, Some(analysis), "flipped");
            foreach (var end in restarts ? [88, 96, 104, 128] : new double[] { 128 })
                Assert.True(await analysis.RunAsync(["calibrate"], Gps.Seg(0, end), new ReplayClock(First.Start)));
            return analysis;
        }

        using var whole = await RunAsync(restarts: false);
        using var parts = await RunAsync(restarts: true);
        Assert.Equal(whole.Products("map").Select(m => (m.Span(), m.Sha256)), parts.Products("map").Select(m => (m.Span(), m.Sha256)));
        Assert.Equal(Lost(whole).Select(l => l.Item1), Lost(parts).Select(l => l.Item1));
        Assert.Single(Lost(parts));
    }

    [Fact]
    public async Task A_quiver_that_is_damaged_after_calibration_read_it_is_recorded_when_it_is_missed()
    {
        using var analysis = Analysis.Of("random", [.. Eager, "general:compact=0"]);
        await analysis.ReplayAsync(First, All);
        var remembered = analysis.Store.Product(analysis.Products("map")[^1].Parents[0])!;
        Damage(analysis, remembered, "torn");
        for (var end = 160; end <= 192; end += 32)
            Assert.True(await analysis.RunAsync(All, Gps.Seg(0, end), new ReplayClock(First.Start)));
        Assert.Equal(remembered.Span(), Assert.Single(Lost(analysis)).Item1);
        Assert.Contains(analysis.Products("map"), m => m.EndNs > First.End.Nanoseconds);
    }

    [Fact]
    public async Task The_summary_of_a_run_leaves_a_damaged_quiver_out()
    {
        using var analysis = Analysis.Of("random", [.. Eager, "general:compact=0"]);
        var whole = (await analysis.ReplayAsync(First, All)).Classifiers[0];
        var damaged = Some(analysis);
        var rows = damaged.Attributes().GetProperty("rows").GetInt32();
        Damage(analysis, damaged, "flipped");
        var summary = (await analysis.ReplayAsync(First, All)).Classifiers[0];
        Assert.Equal(whole.Glitches + whole.Cleans - rows, summary.Glitches + summary.Cleans);
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
