namespace Idq.Learning.Tests.Scales;

public sealed class HeldOutScoresTests
{
    [Fact]
    public void No_row_is_scored_by_a_model_that_learned_from_it_and_every_row_is_scored_once()
    {
        var quiver = Models.Rows(500, 3);
        var seen = new List<int>();
        var scores = HeldOutScores.ByFolds(quiver, (learned, held) =>
        {
            Assert.Empty(learned.Intersect(held));
            Assert.Contains(learned, i => quiver.Labels[i] == Label.Glitch);
            seen.AddRange(held);
            return [.. held.Select(i => i / 1000.0)];
        });
        Assert.Equal(Enumerable.Range(0, 500), seen.Order());
        Assert.Equal(Enumerable.Range(0, 500).Select(i => i / 1000.0), scores);
    }

    [Fact]
    public void Rows_that_the_whole_model_ties_keep_its_score_and_glitches_are_left_out()
    {
        var (quiver, own) = (Models.Rows(100, 4), Distinct(100));
        foreach (var i in new[] { 0, 1, 2, 3, 5, 6 }) own[i] = 0.125;
        var scores = HeldOutScores.OfCleanRows(quiver, own, [.. Enumerable.Repeat(0.75, 100)]);
        Assert.Equal(quiver.CleanCount, scores.Count);
        Assert.Equal(6, scores.Ranks.Count(s => s == 0.125));
        Assert.All(scores.Ranks, s => Assert.True(s is 0.125 or 0.75));
    }

    [Fact]
    public void Folds_of_which_nothing_can_be_learned_are_left_out()
    {
        var quiver = Models.Rows(100, 5);
        Assert.Equal(0, HeldOutScores.OfCleanRows(quiver, Distinct(100), HeldOutScores.ByFolds(quiver, (_, _) => null)).Count);
    }

    [Theory]
    [InlineData(60, 2)]
    [InlineData(300, 12)]
    public void The_leave_one_out_score_is_that_of_a_fit_without_the_row(int rows, int bystanders)
    {
        var quiver = Models.Rows(rows, 9, bystanders);
        var weights = Array.ConvertAll(quiver.Labels, label => label == Label.Glitch ? 2.0 : 0.75);
        var columns = LinearDesign.Of(quiver.Features, weights, true).Columns;
        var every = Enumerable.Range(0, rows).ToArray();
        var (whole, beta) = Fit(every);
        var (scores, own) = (whole.LeaveOneOutScores(beta), new double[rows]);
        whole.Scores(beta, own);
        var (moved, missed) = (0.0, 0.0);
        foreach (var i in every)
        {
            var without = Fit([.. every.Where(k => k != i)]).Beta;
            var score = without[^1] + columns.Select((c, k) => c[i] * without[k]).Sum();
            moved += Math.Abs(score - own[i]);
            missed += Math.Abs(score - scores[i]);
            Assert.True((score - own[i]) * (scores[i] - own[i]) >= 0, $"row {i}: {own[i]} becomes {score}, not {scores[i]}");
        }
        Assert.InRange(missed, 0, 0.1 * moved);

        (LogisticLoss Loss, double[] Beta) Fit(int[] of)
        {
            var loss = new LogisticLoss(
                Array.ConvertAll(columns, c => Array.ConvertAll(of, i => c[i])), Array.ConvertAll(of, i => quiver.Labels[i]),
                Array.ConvertAll(of, i => weights[i]), 1, CancellationToken.None);
            return (loss, NewtonFit.Minimise(loss, new double[loss.Size], of.Length, 100, 1e-12).Beta);
        }
    }

    [Fact]
    public void A_clean_time_has_one_distribution_of_ranks_whatever_the_model()
    {
        // Later rows that no model saw.
        foreach (var (rows, bystanders) in new[] { (300, 2), (1000, 12), (5000, 2), (5000, 12) })
        {
            var classifier = new LinearClassifier("lr", new());
            var shares = new List<double[]>();
            for (ulong seed = 1; seed <= 8; seed++)
            {
                var model = classifier.Train(Models.Rows(rows, seed, bystanders), null, CancellationToken.None).Model!;
                var later = Models.Rows(4000, 1000 + seed, bystanders);
                var ranks = classifier.Ranks(model, later).Where((_, i) => later.Labels[i] == Label.Clean).ToArray();
                shares.Add([.. Faps.Select(fap => ranks.Count(r => Models.Share(r) >= 1 - fap) / (double)ranks.Length)]);
            }
            foreach (var (i, fap) in Faps.Index())
            {
                var error = Math.Sqrt(fap * (1 - fap) * (1.0 / 3200 + 1.25 / rows) / shares.Count);
                Assert.InRange(shares.Average(s => s[i]), fap - 4 * error, fap + 4 * error);
            }
        }
    }

    [Fact]
    public void The_scale_of_a_model_does_not_change_the_order_of_glitches_and_clean_times()
    {
        var (classifier, later) = (new LinearClassifier("lr", new()), Models.Rows(4000, 77));
        var model = (LinearModel)classifier.Train(Models.Rows(2000, 76), null, CancellationToken.None).Model!;
        var scores = new double[later.Count];
        model.Score(later.Features, scores);
        var ranks = classifier.Ranks(model, later);
        Assert.Equal(Roc.SingleFeatureAuc(scores, later.Labels), Roc.SingleFeatureAuc(ranks, later.Labels), 0.005);
    }

    [Fact]
    public void Training_twice_gives_the_same_scale_and_a_file_keeps_it()
    {
        var (first, second) = (Models.Trained(), Models.Trained());
        Assert.False(first.Scale.IsIdentity);
        Assert.Equal(Samples.Bytes(first), Samples.Bytes(second));
        var read = (LinearModel)ModelFile.Read(Samples.Bytes(first)).Model;
        for (var i = 0; i <= 1000; i++) Assert.Equal(first.Scale.Rank(i / 1000.0, i), read.Scale.Rank(i / 1000.0, i));
    }

    static readonly double[] Faps = [0.5, 0.1, 0.01];

    static double[] Distinct(int n) => [.. Enumerable.Range(0, n).Select(i => i / (double)n)];
}
