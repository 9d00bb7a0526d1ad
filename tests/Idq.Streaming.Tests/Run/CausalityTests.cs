using FsCheck;
using FsCheck.Fluent;
using Idq.Tracking;

namespace Idq.Streaming.Tests.Run;

/// <summary>Nobody judges what he learned from: whatever the order of the jobs, no stride is ranked or mapped by what saw it.</summary>
public sealed class CausalityTests
{
    static readonly Segment Range = Gps.Seg(0, 160);

    // Models and maps as often as possible.
    static readonly string[] Eager =
    [
        .. Analysis.WithSegments, "train stream:min_new_samples=5", "calibrate:min_new_samples=5", "timeseries:srate=4",
    ];

    /// <summary>A call of the program: some jobs, up to a time, on a virtual clock or on one that stands, stopped or not.</summary>
    sealed record Call(string[] Jobs, double End, double? Now, int Stop)
    {
        public override string ToString() => $"{string.Join('+', Jobs)} to {End}, now {Now}, stopped after {Stop}";
    }

    static Gen<Call> Calls =>
        from jobs in Gen.SubListOf<string>([.. RunRequest.AllJobs]).Where(j => j.Count > 0)
        from end in Gen.Choose(2, 20)
        from live in Gen.Choose(0, 2)
        from now in Gen.Choose(0, 30)
        from stop in Gen.Choose(3, 40)
        select new Call([.. RunRequest.AllJobs.Where(j => jobs.Contains(j))], 8 * end, live == 0 ? null : 8 * now, stop);

    static async Task RunAsync(Analysis analysis, Call call)
    {
        using var stop = new CancellationTokenSource();
        var clock = call.Now is { } now ? (IGpsClock)new FakeGpsClock(Gps.At(now)) : new ReplayClock(Range.Start);
        var seen = 0;
        var progress = new Progress(_ =>
        {
            if (Interlocked.Increment(ref seen) == call.Stop) stop.Cancel();
        });
        await analysis.RunAsync(call.Jobs, new Segment(Range.Start, Gps.At(call.End)), clock, progress, stop.Token);
    }

    sealed class Progress(Action<RunProgress> tell) : IProgress<RunProgress>
    {
        public void Report(RunProgress value) => tell(value);
    }

    /// <summary>Models and maps by which a product was made, with the product.</summary>
    static (Product Product, Product Judge)[] Judgements(Analysis analysis)
    {
        var all = analysis.Products().ToDictionary(p => p.Seq);
        return
        [
            .. from product in all.Values
               where product.Kind is "quiver" or "series"
               from parent in product.Parents
               let judge = all[parent]
               where judge.Kind is "model" or "map"
               select (product, judge),
        ];
    }

    static void AssertCausal(Analysis analysis) =>
        Assert.All(Judgements(analysis), j => Assert.True(
            j.Judge.EndNs <= j.Product.StartNs, $"{j.Product.Path} was judged by {j.Judge.Path}, which saw it"));

    [Fact]
    public void No_product_is_judged_by_what_saw_it_in_any_order_with_any_delay_pause_and_stride() =>
        (from strides in Gen.Elements(4, 8, 12, 16, 32).ArrayOf(3)
         from delays in Gen.Choose(0, 20).ArrayOf(3)
         from calls in Calls.ArrayOf(4)
         select (strides, delays, calls)).CheckAsync(async t =>
        {
            var sections = new[] { "train stream", "evaluate stream", "timeseries stream" };
            using var analysis = new Analysis(
                [.. Eager, .. sections.SelectMany((s, i) => new[] { $"{s}:stride={t.strides[i]}", $"{s}:delay={t.delays[i]}" })]);
            foreach (var call in t.calls) await RunAsync(analysis, call);
            await RunAsync(analysis, new Call(["train", "evaluate", "timeseries"], 160, null, int.MaxValue));
            AssertCausal(analysis);
            Assert.NotEmpty(Judgements(analysis));
        }, runs: 6);

    [Theory]
    [InlineData("8")]
    [InlineData("32")]
    public async Task With_one_stride_for_all_jobs_nobody_is_judged_by_the_model_of_his_own_stride(string stride)
    {
        using var analysis = new Analysis(
            [.. Eager, $"train stream:stride={stride}", $"evaluate stream:stride={stride}", $"timeseries stream:stride={stride}"]);
        await analysis.ReplayAsync(Range);
        AssertCausal(analysis);
        // As fresh as it may be: the model of the stride before.
        var models = analysis.Products("model", "random").Select(p => p.EndNs).ToArray();
        Assert.All(Judgements(analysis).Where(j => j is { Judge.Kind: "model", Product.Nickname: "random" }), j =>
            Assert.Equal(models.Where(end => end <= j.Product.StartNs).Max(), j.Judge.EndNs));
    }

    [Fact]
    public async Task To_evaluate_a_range_after_it_was_trained_is_to_replay_it()
    {
        using var together = new Analysis(Eager);
        await together.ReplayAsync(Range, "train", "evaluate");
        using var apart = new Analysis(Eager);
        await apart.ReplayAsync(Range, "train");
        await apart.ReplayAsync(Range, "evaluate");
        AssertCausal(apart);
        Assert.Equal(together.Files(), apart.Files());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public async Task What_is_caught_up_live_is_what_a_replay_gives(int stop)
    {
        using var replay = new Analysis(Eager);
        await replay.ReplayAsync(Range, "train", "evaluate", "calibrate");
        using var live = new Analysis(Eager);
        string[] jobs = ["train", "evaluate", "calibrate"];
        if (stop > 0) await RunAsync(live, new Call(jobs, 160, 3600, stop));
        await RunAsync(live, new Call(jobs, 160, 3600, int.MaxValue));
        AssertCausal(live);
        Assert.DoesNotContain(live.Store.Skips(), s => s.Reason is "too late" or "classifier too slow");
        Assert.Equal(replay.Files(), live.Files());
    }

    /// <summary>The model that ranked the newest rows of a map.</summary>
    static Product ModelBehind(Dictionary<long, Product> seqs, Product map) => seqs[seqs[map.Parents[^1]].Parents[0]];

    [Fact]
    public async Task A_classifier_of_another_flavour_is_untrained_until_it_is_trained_again_and_the_log_says_so_once()
    {
        using var analysis = new Analysis(Eager);
        await analysis.ReplayAsync(Gps.Seg(0, 80));
        analysis.Reread([.. Eager, "random:flavor=linear"]);
        string[] jobs = ["train", "evaluate", "calibrate", "timeseries"];
        await RunAsync(analysis, new Call(jobs, 160, null, int.MaxValue));
        var untrained = analysis.Store.Skips("evaluate").Where(s => s is { Reason: "untrained", Detail: "random" }).ToArray();
        Assert.Contains(untrained, s => s.StartNs >= Gps.At(80).Nanoseconds);
        var seqs = analysis.Products().ToDictionary(p => p.Seq);
        foreach (var quiver in analysis.Products("quiver", "random").Where(q => q.StartNs >= Gps.At(80).Nanoseconds))
            foreach (var model in quiver.Parents.Select(p => p == quiver.Parents[0] ? seqs[p] : ModelBehind(seqs, seqs[p])))
                Assert.Equal("linear", model.Attributes().GetProperty("flavor").GetString());
        Assert.Contains(analysis.Products("quiver", "random"), q => q.StartNs >= Gps.At(96).Nanoseconds);
        Assert.Single(analysis.Log, l => l.Contains("it counts as untrained", StringComparison.Ordinal));
        // Calibration starts afresh: of no rows that the old flavour ranked.
        var maps = analysis.Products("map", "random");
        var afresh = maps.Where(m => ModelBehind(seqs, m).Attributes().GetProperty("flavor").GetString() == "linear").ToArray();
        Assert.NotEmpty(afresh);
        var ranked = analysis.Products("quiver", "random")
            .Where(q => seqs[q.Parents[0]].Attributes().GetProperty("flavor").GetString() == "linear").ToArray();
        foreach (var map in afresh)
        {
            var rows = ranked.Where(q => q.Seq <= map.Attributes().GetProperty("through_seq").GetInt64()).ToArray();
            long Sum(string key, IEnumerable<Product> products) => products.Sum(p => p.Attributes().GetProperty(key).GetInt64());
            Assert.Equal(Sum("glitches", rows), Sum("glitches", [map]));
            Assert.Equal(Sum("rows", rows) - Sum("glitches", rows), Sum("cleans", [map]));
        }
    }
}
