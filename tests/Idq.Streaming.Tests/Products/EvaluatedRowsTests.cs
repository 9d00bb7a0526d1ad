using Idq.Tracking;

namespace Idq.Streaming.Tests.Products;

public sealed class EvaluatedRowsTests : IDisposable
{
    readonly Analysis analysis = new();

    void Register(JobContext context, double start, string attributes, params (double Time, byte Label, double Weight)[] rows)
    {
        using var stage = new ProductStage(context.Paths, "evaluate");
        var span = Gps.Seg(start, start + 8);
        var quiver = Quivers.Of(span, rows);
        var ranks = rows.Select((_, i) => (i + 1) / 10.0).ToArray();
        var output = new ProductOutput(stage, "quiver", "ovl", span, [], attributes);
        context.Write(new EvaluatedQuiver("ovl", span, quiver, ranks, ranks, false, "m", null), output);
        stage.Publish(output.Files);
        analysis.Store.Commit(new StrideCommit { Products = [output.Files[0].Draft] });
    }

    static string Counts(int rows, long livetime = 8, long clean = 6) =>
        $$"""{"rows":{{rows}},"glitches":0,"livetime":{{livetime}},"clean_livetime":{{clean}},"model":"m"}""";

    static List<EvaluatedRows> Read(JobContext context, long since = 0) =>
        EvaluatedRows.Read(context.Store, context.Paths, new ProductQuery { Kind = "quiver", SinceSeq = since }, CancellationToken.None);

    [Fact]
    public void Ranks_are_sorted_into_classes_quiver_by_quiver()
    {
        using var context = analysis.Context();
        Register(context, 0, Counts(3), (1, Label.Glitch, 1), (2, Label.Clean, 2), (3, Label.Glitch, 3));
        Register(context, 8, Counts(0, 4, 3));
        Register(context, 16, Counts(1), (17, Label.Clean, 1));
        var rows = Read(context);
        Assert.Equal([(1L, 3, 8L, 6L), (2, 0, 4, 3), (3, 1, 8, 6)], rows.Select(r => (r.Seq, r.Rows, r.Livetime, r.CleanLivetime)));
        Assert.Equal([0.1, 0.3], rows[0].Glitch.Ranks);
        Assert.Equal([1, 3], rows[0].Glitch.Weights);
        Assert.Equal([0.2], rows[0].Clean.Ranks);
        Assert.Equal(2, rows[0].Clean.TotalWeight);
        Assert.Equal([0.1], rows[2].Clean.Ranks);
        Assert.Equal([Gps.Seg(0, 8), Gps.Seg(8, 16), Gps.Seg(16, 24)], rows.Select(r => r.Span));
        Assert.Equal([3L], Read(context, since: 2).Select(r => r.Seq));
        Assert.Empty(Read(context, since: 3));
    }

    [Fact]
    public void A_file_that_was_changed_after_it_was_registered_is_noticed()
    {
        using var context = analysis.Context();
        Register(context, 0, Counts(3), (1, Label.Glitch, 1), (2, Label.Clean, 2));
        Assert.Contains(
            "the quivers hold 2 rows where the ledger says 3",
            Assert.Throws<DataException>(() => Read(context)).Message,
            StringComparison.Ordinal
        );
    }

    public void Dispose() => analysis.Dispose();
}
