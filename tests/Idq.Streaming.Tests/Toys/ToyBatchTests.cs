using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;

namespace Idq.Streaming.Tests.Toys;

/// <summary>Batches of the toys, whose classifier counts its trainings.</summary>
public sealed class ToyBatchTests
{
    static Task<RunReport> RunAsync(ToyRun toys, BatchRequest request, int folds = int.MaxValue)
    {
        var stop = new CancellationTokenSource();
        return new BatchRun(toys.Analysis.Configuration, Clocks.Still, NullLoggerFactory.Instance)
            .RunAsync(request, new Counter(folds, stop), stop.Token);
    }

    static BatchRequest Request(int bins, bool causal) => new(ToyRun.Range, bins, 2, causal, "f");

    /// <summary>The folds whose outcome is in the ledger, whatever it was.</summary>
    static string[] Registered(ToyRun toys, BatchRequest request) =>
        [.. toys.Analysis.Store.Cursors().Keys.Where(c => c.StartsWith(request.Job + "/recall/", StringComparison.Ordinal))];

    [Fact]
    public void A_batch_that_was_cancelled_trains_only_the_folds_that_are_left_and_ends_as_an_undisturbed_one() =>
        (from bins in Gen.Choose(2, 5)
         from causal in Gen.Elements(true, false)
         from minRows in Gen.Elements(1, 60, 100_000)
         from stops in Gen.Choose(1, 4).ArrayOf(2)
         select (Request: Request(bins, causal), minRows, stops)).CheckAsync(async t =>
        {
            using var whole = new ToyRun($"recall:min_rows={t.minRows}");
            using var pieces = new ToyRun($"recall:min_rows={t.minRows}");
            await RunAsync(whole, t.Request);
            foreach (var stop in t.stops)
            {
                var (before, trainings) = (Registered(pieces, t.Request), pieces.Flavor.Trainings.Count);
                var folds = whole.Flavor.Trainings.Count - before.Length;
                if (stop >= folds) continue;
                await Cancelled(pieces, t.Request, stop);
                Assert.Subset(Registered(pieces, t.Request).ToHashSet(), before.ToHashSet());
                Assert.InRange(pieces.Flavor.Trainings.Count - trainings, 0, folds);
            }
            var (left, sofar) = (whole.Flavor.Trainings.Count - Registered(pieces, t.Request).Length, pieces.Flavor.Trainings.Count);
            await RunAsync(pieces, t.Request);
            Assert.Equal(left, pieces.Flavor.Trainings.Count - sofar);
            Assert.Equal(whole.Analysis.State(), pieces.Analysis.State());
            Assert.Equal(whole.Analysis.Files(), pieces.Analysis.Files());
        }, runs: 10);

    // When the last folds are in hand already, the batch may be done before it sees that it should end.
    static async Task Cancelled(ToyRun toys, BatchRequest request, int folds)
    {
        try
        {
            await RunAsync(toys, request, folds);
        }
        catch (OperationCanceledException)
        {
            Assert.Null(toys.Analysis.Store.Cursor(request.Job));
        }
    }

    [Fact]
    public async Task A_fold_is_in_the_ledger_when_it_is_done_and_not_at_the_end_of_the_batch()
    {
        using var toys = new ToyRun();
        var request = Request(6, false);
        await Cancelled(toys, request, 1);
        Assert.NotEmpty(Registered(toys, request));
        Assert.Equal(Registered(toys, request).Length, toys.Analysis.Products("model").Length);
        Assert.All(toys.Analysis.Products("model"), p => Assert.True(File.Exists(toys.Analysis.Paths.Absolute(p.Path))));
    }

    [Fact]
    public async Task A_fold_that_cannot_be_trained_is_recorded_once_and_not_tried_again()
    {
        using var toys = new ToyRun("recall:min_rows=100000");
        var request = Request(3, false);
        await Cancelled(toys, request, 2);
        await RunAsync(toys, request);
        await RunAsync(toys, request);
        Assert.Equal(3, Registered(toys, request).Length);
        var skips = toys.Analysis.Store.Skips(request.Job).ToArray();
        Assert.All(skips, s => Assert.Equal("untrained", s.Reason));
        Assert.Equal(
            toys.Flavor.Trainings.Distinct().Select(rows => $"{rows} rows are too few").Order(StringComparer.Ordinal),
            skips.Select(s => s.Detail![(s.Detail!.IndexOf(": ", StringComparison.Ordinal) + 2)..]).Distinct().Order(StringComparer.Ordinal)
        );
        Assert.Equal(["recall, fold 0", "recall, fold 1", "recall, fold 2"], skips.Select(s => s.Detail!.Split(':')[0]));
        Assert.Empty(toys.Analysis.Products());
    }

    [Fact]
    public async Task A_batch_that_is_done_trains_nothing()
    {
        using var toys = new ToyRun();
        await RunAsync(toys, Request(4, false));
        var (trainings, state) = (toys.Flavor.Trainings.Count, toys.Analysis.State());
        Assert.Equal(4, trainings);
        await RunAsync(toys, Request(4, false));
        Assert.Equal((trainings, 0L), (toys.Flavor.Trainings.Count, (long)state.Except(toys.Analysis.State()).Count()));
    }

    [Fact]
    public async Task An_incremental_classifier_learns_every_fold_from_the_beginning()
    {
        using var toys = new ToyRun();
        await RunAsync(toys, Request(4, false));
        var models = toys.Models();
        Assert.All(models, m => Assert.Equal(1, m.Trainings));
        // Every row is in all folds but its own.
        var rows = models.SelectMany(m => m.Rows).CountBy(r => r.Time).ToArray();
        Assert.All(rows, r => Assert.Equal(3, r.Value));
    }

    [Fact]
    public async Task A_second_format_of_quivers_counts_no_livetime_twice()
    {
        using var two = new ToyRun();
        using var one = new ToyRun("evaluate reporting:flavor=ParquetReporter");
        var (ofTwo, ofOne) = (await RunAsync(two, Request(2, false)), await RunAsync(one, Request(2, false)));
        Assert.Equal(ToyRun.Range.Duration, ofOne.Jobs["batch"].Livetime);
        Assert.Equal(ofOne.Jobs["batch"].Livetime, ofTwo.Jobs["batch"].Livetime);
        Assert.Equal(ofOne.Jobs["batch"].Done, ofTwo.Jobs["batch"].Done);
        Assert.Equal(ofOne.Products.Count() + 2, ofTwo.Products.Count());
    }

    [Fact]
    public async Task Messages_of_a_batch_go_to_the_outbox_with_the_rows()
    {
        using var toys = new ToyRun();
        await RunAsync(toys, Request(3, false));
        Assert.Equal(3, toys.Analysis.Store.OutboxCount(Writer.ToyQuiverWriter.Destination));
    }

    sealed class Counter(int folds, CancellationTokenSource stop) : IProgress<RunProgress>
    {
        int seen;

        public void Report(RunProgress value)
        {
            if (Interlocked.Increment(ref seen) == folds) stop.Cancel();
        }
    }
}
