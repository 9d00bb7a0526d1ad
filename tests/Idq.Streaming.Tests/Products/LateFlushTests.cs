using Idq.Tracking;

namespace Idq.Streaming.Tests.Products;

/// <summary>A replay does not flush every file; what a power failure can take is found before anybody computes with it.</summary>
public sealed class LateFlushTests : IDisposable
{
    readonly Analysis analysis = new();

    LateFlush Flush(params string[] jobs) => new(analysis.Store, analysis.Paths, jobs.Length == 0 ? ["evaluate"] : jobs);

    string Add(double start)
    {
        using var stage = new ProductStage(analysis.Paths, "evaluate", isFlushed: false);
        var staged = stage.Write(
            "quiver", "ovl", Gps.Seg(start, start + 8), "parquet", [], "{}", path => File.WriteAllText(path, $"rows from {start}"));
        stage.Publish([staged]);
        analysis.Store.Commit(new StrideCommit { Products = [staged.Draft], IsFlushed = false });
        return analysis.Paths.Absolute(staged.Draft.Path);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_file_that_a_power_failure_took_is_named_with_what_to_do(bool isGone)
    {
        Flush().Begin();
        Add(0);
        var torn = Add(8);
        Flush().Check();
        if (isGone) File.Delete(torn);
        else File.WriteAllText(torn, "");
        var e = Assert.Throws<DataException>(() => Flush("train", "timeseries").Check());
        Assert.Contains(torn, e.Message, StringComparison.Ordinal);
        Assert.Contains("replay again", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_what_came_after_the_last_flush_is_looked_at()
    {
        Flush().Begin();
        var old = Add(0);
        Flush().Flush();
        Add(8);
        File.WriteAllText(old, "");
        Flush().Check();
        Flush().Begin();
        Flush().Check();
    }

    [Fact]
    public void After_its_end_nothing_is_in_doubt()
    {
        Flush().Begin();
        var file = Add(0);
        Flush().End();
        File.WriteAllText(file, "");
        Flush().Check();
    }

    [Fact]
    public async Task A_replay_leaves_nothing_in_doubt_and_one_that_failed_is_checked_by_the_next_call()
    {
        await analysis.ReplayAsync(Gps.Seg(0, 64));
        var flushed = analysis.Store.Cursors().Where(c => c.Key.StartsWith("flushed/", StringComparison.Ordinal));
        Assert.Equal("", Assert.Single(flushed).Value);
        Flush().Begin();
        File.WriteAllText(Add(1000), "");
        await Assert.ThrowsAsync<DataException>(() => analysis.ReplayAsync(Gps.Seg(0, 128)));
    }

    public void Dispose() => analysis.Dispose();
}
