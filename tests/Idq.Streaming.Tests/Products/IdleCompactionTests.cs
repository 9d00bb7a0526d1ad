using Idq.Tracking;
using Microsoft.Extensions.Logging.Abstractions;

namespace Idq.Streaming.Tests.Products;

[Collection(nameof(Trained))]
public sealed class IdleCompactionTests(Trained trained)
{
    async Task<Analysis> FreshAsync(string length)
    {
        string[] all = [.. Analysis.WithSegments, "timeseries stream:stride=4"];
        var analysis = trained.Fresh([.. all, "general:compact=0"]);
        await analysis.ReplayAsync(Gps.Seg(0, 100), "timeseries");
        analysis.Reread([.. all, $"general:compact={length}"]);
        return analysis;
    }

    static IdleCompaction Start(Analysis analysis, bool isLive, Action? afterwards = null) => new(
        analysis.Configuration, analysis.Store, isLive, afterwards ?? (() => { }), NullLogger.Instance);

    static int Compacted(Analysis analysis) => analysis.Products("series").Count(p => p.IsCompacted);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Everything_that_is_complete_is_compacted_before_it_ends(bool isLive)
    {
        using var analysis = await FreshAsync("40");
        var times = 0;
        await using (var compaction = Start(analysis, isLive, () => times++)) await compaction.FinishAsync();
        Assert.Equal(6, Compacted(analysis));
        Assert.Equal(1, times);
        Assert.Equal(3 * (2 + 5), analysis.Products("series").Length);
    }

    [Fact]
    public async Task An_hour_is_compacted_when_its_job_has_passed_it()
    {
        using var analysis = await FreshAsync("40");
        await using var compaction = Start(analysis, isLive: true);
        while (Compacted(analysis) < 6) await Task.Delay(10);
        analysis.Store.Commit(new StrideCommit
        {
            Cursors = [.. analysis.Store.Cursors().Where(c => c.Key == "timeseries/ovl")
                .Select(c => new CursorMove(c.Key, (Cursor.Parse(c.Value) with { Next = Gps.At(120) }).ToString()))],
        });
        while (Compacted(analysis) < 7) await Task.Delay(10);
        Assert.Equal(Gps.Seg(80, 100), analysis.Products("series", "ovl")[^1].Span());
    }

    [Fact]
    public async Task An_hour_in_which_something_waited_is_compacted_once_it_is_filled_in()
    {
        using var analysis = await FreshAsync("40");
        var name = Backlog.Name("timeseries", "ovl");
        void Set(params CursorMove[] moves) => analysis.Store.Commit(new StrideCommit { Cursors = moves });
        Set(new CursorMove(name, Backlog.Empty.With(Gps.Seg(12, 16), 1).ToString()));
        await using var compaction = Start(analysis, isLive: true);
        while (Compacted(analysis) < 5) await Task.Delay(10);
        var cursor = Cursor.Parse(analysis.Store.Cursor("timeseries/ovl")!) with { Next = Gps.At(120) };
        Set(new(name, ""), new("timeseries/ovl", cursor.ToString()));
        while (Compacted(analysis) < 7) await Task.Delay(10);
        Assert.Equal(
            [Gps.Seg(0, 40), Gps.Seg(40, 80), Gps.Seg(80, 100)],
            analysis.Products("series", "ovl").Select(p => p.Span()).OrderBy(s => s.Start));
    }

    [Fact]
    public async Task Never_is_never()
    {
        using var analysis = await FreshAsync("0");
        await using (var compaction = Start(analysis, isLive: false)) await compaction.FinishAsync();
        Assert.Equal(0, Compacted(analysis));
    }

    [Fact]
    public async Task An_hour_in_trouble_does_not_keep_the_others_waiting()
    {
        using var analysis = await FreshAsync("40");
        File.AppendAllText(analysis.Paths.Absolute(analysis.Products("series", "linear")[0].Path), "x");
        await using (var compaction = Start(analysis, isLive: false)) await compaction.FinishAsync();
        Assert.Equal(5, Compacted(analysis));
    }

    [Fact]
    public async Task While_another_process_compacts_it_waits()
    {
        using var analysis = await FreshAsync("40");
        using var other = new Compactor(analysis.Configuration, analysis.Store);
        await using (var compaction = Start(analysis, isLive: false)) await compaction.FinishAsync();
        Assert.Equal(0, Compacted(analysis));
    }
}
