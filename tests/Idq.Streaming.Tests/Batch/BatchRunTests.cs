using Idq.Learning;
using Idq.Tracking;
using Microsoft.Extensions.Logging.Abstractions;

namespace Idq.Streaming.Tests.Batch;

public sealed class BatchRunTests
{
    static readonly Segment Range = Gps.Seg(0, 600);

    static Task<RunReport> RunAsync(Analysis analysis, BatchRequest request) =>
        new BatchRun(analysis.Configuration, Clocks.Still, NullLoggerFactory.Instance).RunAsync(
            request,
            null,
            CancellationToken.None
        );

    static ClassifierModel Model(Analysis analysis, Product product) =>
        ModelFile.Read(File.ReadAllBytes(analysis.Paths.Absolute(product.Path))).Model;

    [Fact]
    public async Task Every_row_is_ranked_once_by_a_model_that_never_saw_it()
    {
        using var analysis = new Analysis(Analysis.WithSegments);
        var report = await RunAsync(analysis, new BatchRequest(Range, 3, 4, false, "f"));
        var good = (600 - 6.5 - 3.25 - 2) * Gps.Second;
        Assert.Equal((3L, (long)good), (report.Jobs["batch"].Done, report.Jobs["batch"].Livetime));
        foreach (var nickname in new[] { "ovl", "linear", "random" })
        {
            var times = analysis.QuiverRows(nickname).Select(r => r.Split(' ', 2)[0]).ToArray();
            Assert.True(times.Length > 400);
            foreach (var quiver in analysis.Products("quiver", nickname))
            {
                var (model, map) = (analysis.Store.Product(quiver.Parents[0])!, analysis.Store.Product(quiver.Parents[1])!);
                Assert.Equal(("model", "map"), (model.Kind, map.Kind));
                Assert.Equal(good / 3, quiver.Attributes().GetProperty("livetime").GetInt64(), 4.0);
                Assert.Equal((long)good - quiver.Attributes().GetProperty("livetime").GetInt64(), Model(analysis, model).Segments.Livetime);
            }
        }
        Assert.Equal(27, report.Products.Count());
        Assert.All(report.Classifiers, c => Assert.Equal(report.Classifiers[0].Glitches, c.Glitches));
        Assert.InRange(report.Classifiers[0].Auc, 0.7, 1);
        Assert.InRange(report.Classifiers[2].Auc, 0.5 - 4 * report.Classifiers[2].AucError, 0.5 + 4 * report.Classifiers[2].AucError);
    }

    [Fact]
    public async Task In_causal_mode_models_and_maps_come_from_earlier_pieces()
    {
        using var analysis = Analysis.Of("random");
        var report = await RunAsync(analysis, new BatchRequest(Range, 2, 3, true, "f"));
        Assert.Equal(5, report.Jobs["batch"].Done);
        var quivers = analysis.Products("quiver");
        Assert.All(quivers, q => Assert.True(Model(analysis, analysis.Store.Product(q.Parents[0])!).Span.End <= q.Span().Start));
        Assert.Equal([1, 2, 2, 2, 2], quivers.Select(q => q.Parents.Count));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Models_and_maps_are_filed_under_the_span_that_they_were_made_of(bool causal)
    {
        using var analysis = Analysis.Of("random", Analysis.WithSegments);
        await RunAsync(analysis, new BatchRequest(Range, 3, 2, causal, "f"));
        Assert.All(analysis.Products("model"), p =>
        {
            var model = Model(analysis, p);
            Assert.Equal(model.Segments.Extent, p.Span());
            Assert.Contains(p.Span().Start.ToString(), p.Path, StringComparison.Ordinal);
        });
        var maps = analysis.Products("map");
        Assert.NotEmpty(maps);
        var quivers = analysis.Products("quiver").ToDictionary(q => q.Attributes().GetProperty("fold").GetInt32());
        foreach (var map in maps)
        {
            var fold = map.Attributes().GetProperty("fold").GetInt32();
            var others = quivers.Where(q => causal ? q.Key < fold : q.Key != fold).Select(q => q.Value.Span()).ToArray();
            Assert.Equal(others.Aggregate((a, b) => a.Hull(b)), map.Span());
            if (causal) Assert.True(map.Span().End <= quivers[fold].Span().Start);
        }
    }

    [Fact]
    public async Task The_same_request_answers_from_the_ledger()
    {
        using var analysis = new Analysis();
        var request = new BatchRequest(Range, 2, 2, false, "f");
        var first = await RunAsync(analysis, request);
        var state = analysis.State();
        var second = await RunAsync(analysis, request);
        Assert.Equal(state, analysis.State());
        Assert.Equal((first.Jobs["batch"].Done, first.Jobs["batch"].Livetime), (second.Jobs["batch"].Done, second.Jobs["batch"].Livetime));
        Assert.Equal(first.Products.Select(p => p.Seq), second.Products.Select(p => p.Seq));
        Assert.Equal(first.Classifiers[0].Auc, second.Classifiers[0].Auc);
        Assert.Equal(RunStatus.Completed, Assert.Single(analysis.Store.Runs()).Status);
    }

    [Fact]
    public async Task Two_batches_write_the_same_bytes_whatever_order_the_folds_finish_in()
    {
        using var first = new Analysis();
        using var second = new Analysis();
        await RunAsync(first, new BatchRequest(Range, 4, 2, false, "f"));
        await RunAsync(second, new BatchRequest(Range, 4, 2, false, "f"));
        Assert.Equal(first.Files(), second.Files());
        Assert.Equal(first.State(), second.State());
    }

    [Fact]
    public async Task A_batch_and_a_stream_do_not_meet()
    {
        using var analysis = new Analysis();
        await analysis.ReplayAsync(Gps.Seg(0, 64), "train", "evaluate", "calibrate");
        var maps = analysis.Products("map").Length;
        await RunAsync(analysis, new BatchRequest(Gps.Seg(0, 200), 2, 1, false, "f"));
        using var context = analysis.Context();
        Assert.Equal("train", context.Models.Newest("ovl")!.Product.Job);
        await analysis.ReplayAsync(Gps.Seg(0, 72), "train", "evaluate", "calibrate");
        Assert.All(
            analysis.Products("map").Where(p => p.Job == "calibrate").Skip(maps),
            m => Assert.All(m.Parents, p => Assert.DoesNotContain("batch", analysis.Store.Product(p)!.Job, StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task Pieces_may_have_equal_numbers_of_labelled_samples()
    {
        using var analysis = new Analysis();
        analysis.Write(
            "labels.csv",
            "time,label\n" + string.Join('\n', Enumerable.Range(0, 100).Select(i => $"{1262304000 + i * 4.4},{(i % 3 == 0 ? 1 : 0)}"))
        );
        analysis.Reread(
            "samples:target_channel=",
            "samples:target_bounds=",
            "samples:dirty_bounds=",
            "samples:labels=labels.csv",
            "batch:split=samples"
        );
        await RunAsync(analysis, new BatchRequest(Gps.Seg(0, 500), 4, 1, false, "f"));
        Assert.Equal([25, 25, 25, 25], analysis.Products("quiver", "random").Select(p => p.Attributes().GetProperty("rows").GetInt32()));
    }

    [Fact]
    public async Task Without_good_time_there_is_one_clear_sentence_and_no_product()
    {
        using var analysis = new Analysis();
        var e = await Assert.ThrowsAsync<DataException>(() => RunAsync(analysis, new BatchRequest(Gps.Seg(150, 153), 2, 1, false, "f")));
        Assert.StartsWith("there is no good time in", e.Message, StringComparison.Ordinal);
        Assert.Contains("3 s have no data", e.Message, StringComparison.Ordinal);
        Assert.Empty(analysis.Products());
    }

    [Fact]
    public async Task A_classifier_that_cannot_be_trained_is_left_out_and_the_others_are_not()
    {
        using var analysis = new Analysis("samples:target_bounds=snr 1000000 inf", "samples:dirty_bounds=snr 5 inf");
        var report = await RunAsync(analysis, new BatchRequest(Gps.Seg(0, 200), 2, 1, false, "f"));
        Assert.DoesNotContain(report.Products, p => p.Nickname == "ovl");
        Assert.Equal(2, report.Products.Count(p => p is { Kind: "quiver", Nickname: "random" }));
        Assert.True(double.IsNaN(report.Classifiers[0].Auc));
    }
}
