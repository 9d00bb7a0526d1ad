using FsCheck;
using FsCheck.Fluent;

namespace Idq.Streaming.Tests.Batch;

public sealed class BatchPlanTests
{
    static readonly Gen<SegmentList> GoodTime =
        from edges in Gen.Choose(0, 1_000_000).ArrayOf(8)
        let e = edges.Distinct().Order().Select(x => Gps.Origin + x * 12_345_679L).ToArray()
        let list = SegmentList.Coalesce(Enumerable.Range(0, e.Length / 2).Select(i => new Segment(e[2 * i], e[2 * i + 1])))
        where !list.IsEmpty
        select list;

    static readonly Gen<(SegmentList Good, int Bins, int PerBin)> Requests =
        from good in GoodTime from bins in Gen.Choose(2, 7) from perBin in Gen.Choose(1, 6) select (good, bins, perBin);

    [Fact]
    public void Pieces_have_equal_livetime_to_the_nanosecond() =>
        Requests.Check(t =>
        {
            var pieces = t.Bins * t.PerBin;
            var cuts = BatchPlan.EqualLivetime(t.Good, pieces);
            Assert.Equal(pieces - 1, cuts.Count);
            Assert.Equal(cuts.Order(), cuts);
            for (var i = 0; i < cuts.Count; i++)
                Assert.Equal(
                    (long)((Int128)t.Good.Livetime * (i + 1) / pieces),
                    t.Good.Clip(new Segment(GpsTime.MinValue, cuts[i])).Livetime
                );
        });

    [Fact]
    public void Everything_is_evaluated_once_by_a_model_of_all_the_rest() =>
        Requests.Check(t =>
        {
            var plan = BatchPlan.Make(t.Good, BatchPlan.EqualLivetime(t.Good, t.Bins * t.PerBin), t.Bins, causal: false);
            Assert.Equal(Enumerable.Range(0, t.Bins), plan.Folds.Select(f => f.Number));
            Assert.Equal(t.Good, plan.Folds.Aggregate(SegmentList.Empty, (sum, f) => sum | f.Evaluated));
            Assert.Equal(t.Good.Livetime, plan.Folds.Sum(f => f.Evaluated.Livetime));
            foreach (var fold in plan.Folds)
            {
                Assert.True((fold.Evaluated & fold.Trained).IsEmpty);
                Assert.Equal(t.Good, fold.Evaluated | fold.Trained);
            }
            var livetimes = plan.Folds.Select(f => f.Evaluated.Livetime).ToArray();
            Assert.True(livetimes.Max() - livetimes.Min() <= t.PerBin, "bins differ by a nanosecond a piece at most");
        });

    [Fact]
    public void Pieces_are_dealt_to_bins_in_turn()
    {
        var good = Gps.List((0, 60), (100, 160));
        var plan = BatchPlan.Make(good, BatchPlan.EqualLivetime(good, 6), 3, causal: false);
        Assert.Equal(
            [Gps.List((0, 20), (100, 120)), Gps.List((20, 40), (120, 140)), Gps.List((40, 60), (140, 160))],
            plan.Folds.Select(f => f.Evaluated));
    }

    [Fact]
    public void In_causal_mode_only_what_ends_before_trains() =>
        Requests.Check(t =>
        {
            var cuts = BatchPlan.EqualLivetime(t.Good, t.Bins * t.PerBin);
            var plan = BatchPlan.Make(t.Good, cuts, t.Bins, causal: true);
            Assert.Equal(cuts.Count, plan.Folds.Count);
            Assert.Equal(
                t.Good.Clip(new Segment(cuts[0], GpsTime.MaxValue)),
                plan.Folds.Aggregate(SegmentList.Empty, (sum, f) => sum | f.Evaluated)
            );
            foreach (var fold in plan.Folds.Where(f => !f.Evaluated.IsEmpty && !f.Trained.IsEmpty))
                Assert.True(fold.Trained.Extent.End <= fold.Evaluated.Extent.Start);
            Assert.Equal(plan.Folds.Select(f => f.Trained.Livetime).Order(), plan.Folds.Select(f => f.Trained.Livetime));
        });

    [Fact]
    public void Pieces_have_equal_numbers_of_samples_to_one() =>
        (
            from times in Gen.Choose(0, 1_000_000).NonEmptyListOf()
            from pieces in Gen.Choose(1, 12)
            select (Times: times.Distinct().Order().Select(t => (long)t).ToArray(), pieces)
        ).Check(t =>
        {
            var edges = BatchPlan
                .EqualSamples(t.Times, t.pieces)
                .Select(c => c.Nanoseconds)
                .Prepend(long.MinValue)
                .Append(long.MaxValue)
                .ToArray();
            var counts = Enumerable.Range(0, t.pieces).Select(i => t.Times.Count(x => x >= edges[i] && x < edges[i + 1])).ToArray();
            Assert.Equal(t.Times.Length, counts.Sum());
            Assert.True(counts.Max() - counts.Min() <= 1);
        });

    [Fact]
    public void Without_samples_there_is_one_piece() => Assert.Empty(BatchPlan.EqualSamples([], 4));

    [Fact]
    public void A_nanosecond_of_good_time_is_one_piece_and_empty_ones()
    {
        var good = SegmentList.Of(new Segment(Gps.Origin, Gps.Origin + 1));
        var plan = BatchPlan.Make(good, BatchPlan.EqualLivetime(good, 4), 2, causal: false);
        Assert.Equal(1, plan.Folds.Sum(f => f.Evaluated.Livetime));
    }

    [Fact]
    public void The_same_request_has_the_same_name()
    {
        var range = Gps.Seg(0, 100);
        Assert.Equal("batch_1262304000_1262304100_4x3_f", new BatchRequest(range, 4, 3, false, "f").Job);
        Assert.Equal("batch_1262304000_1262304100_4x3_causal_f", new BatchRequest(range, 4, 3, true, "f").Job);
        Assert.NotEqual(new BatchRequest(range, 4, 3, false, "f").Job, new BatchRequest(range, 3, 4, false, "f").Job);
        Assert.NotEqual(new BatchRequest(range, 4, 3, false, "f").Job, new BatchRequest(range, 4, 3, false, "e").Job);
    }
}
