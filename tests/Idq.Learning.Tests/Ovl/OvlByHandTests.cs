namespace Idq.Learning.Tests.Ovl;

/// <summary>Small scenes whose lists can be worked out on paper.</summary>
public sealed class OvlByHandTests
{
    static IEnumerable<string> Channels(OvlModel model) => model.Rows.Select(r => r.Configuration.Channel);

    [Fact]
    public void One_witness_has_the_figures_of_the_definition()
    {
        // Four of eight glitches, five triggers, five seconds of a hundred.
        var row = Assert.Single(new Scene().Glitches(10, 20, 30, 40, 50, 60, 70, 80).Triggers("A", 25, 10, 20, 30, 40, 90).Train().Rows);
        Assert.Equal(new OvlCounts(100_000_000_000, 8, 5_000_000_000, 5, 4), row.Counts);
        Assert.Equal(0.5, row.Counts.Efficiency);
        Assert.Equal(0.05, (double)row.Counts.Deadtime / row.Counts.Livetime);
        Assert.Equal(10, row.Counts.EffByDt, 1e-12);
        Assert.Equal(0.8, row.Counts.UsePercentage);
        Assert.Equal(0.4, row.Counts.Expected, 1e-12);
        // −ln(1 − e^−0.4 (1 + 0.4 + 0.08 + 0.0106…)).
        Assert.Equal(-Math.Log(1 - Math.Exp(-0.4) * (1 + 0.4 + 0.08 + 0.064 / 6)), row.Counts.PoissonSignificance, 1e-9);
        Assert.Equal(1 - Math.Exp(-0.1), row.Rank, 1e-12);
    }

    [Fact]
    public void The_better_witness_goes_first_and_the_second_is_judged_by_what_it_left()
    {
        // A: glitches 10 and 20 with two triggers. B: the same two and 30, with five triggers.
        var model = new Scene().Glitches(10, 20, 30, 40).Triggers("A", 25, 10, 20).Triggers("B", 25, 10, 20, 30, 60, 70).Train();
        Assert.Equal(["A", "B"], Channels(model));
        Assert.Equal(new OvlCounts(100_000_000_000, 4, 2_000_000_000, 2, 2), model.Rows[0].Counts);
        // A took two glitches and two seconds; B's triggers at 10 and 20 are gone with them.
        Assert.Equal(new OvlCounts(98_000_000_000, 2, 3_000_000_000, 3, 1), model.Rows[1].Counts);
    }

    [Fact]
    public void A_witness_that_only_repeats_a_better_one_leaves_the_list()
    {
        var model = new Scene().Glitches(10, 20, 30).Triggers("A", 25, 10, 20).Triggers("B", 25, 10, 20, 50).Train();
        Assert.Equal(["A"], Channels(model));
    }

    [Fact]
    public void Lines_beyond_the_incremental_number_are_measured_and_not_applied()
    {
        // With one line only, C sees what A left but not what B would have taken.
        var scene = new Scene().Glitches(10, 20, 30, 40, 50)
            .Triggers("A", 25, 10, 20).Triggers("B", 25, 30, 40, 60).Triggers("C", 25, 30, 40, 70, 80);
        Assert.Equal(["A", "B"], Channels(scene.Train(Scene.Options(OvlMetric.UsePercentage))));
        var model = scene.Train(Scene.Options(OvlMetric.UsePercentage, incremental: 1));
        Assert.Equal(["A", "B", "C"], Channels(model));
        // The expectation of C came from a run in which B was not applied, and the final pass does apply B.
        Assert.True(model.Rows[2].ExpectedMetric > 0);
        Assert.Equal(0, model.Rows[2].Counts.Vetoed);
        Assert.Equal(0, model.Rows[2].Rank);
    }

    [Fact]
    public void With_a_single_run_the_final_pass_applies_the_independent_list()
    {
        var model = new Scene().Glitches(10, 20, 30).Triggers("A", 25, 10, 20).Triggers("B", 25, 10, 20, 50).Train(Scene.Options(runs: 1));
        Assert.Equal(["A", "B"], Channels(model));
        Assert.Equal(0, model.Rows[1].Counts.Vetoed);
        Assert.True(model.Rows[1].ExpectedMetric > 0);
    }

    [Fact]
    public void The_walk_ends_when_no_glitch_is_left()
    {
        var model = new Scene().Glitches(10, 20).Triggers("A", 25, 10, 20).Triggers("B", 25, 10, 20, 50).Train(Scene.Options(runs: 1));
        Assert.Equal(["A"], Channels(model));
    }

    [Fact]
    public void At_a_tie_the_larger_threshold_goes_first_then_the_channels_name()
    {
        // Every trigger of A and B has a significance of 50, so that both thresholds veto the same.
        var scene = new Scene().Glitches(10, 20, 30, 40, 50, 60).Triggers("B", 50, 10, 20).Triggers("A", 50, 30, 40);
        var model = scene.Train(Scene.Options(runs: 1, thresholds: [20, 40]));
        Assert.Equal(
            [("A", 40), ("B", 40), ("A", 20), ("B", 20)],
            model.Rows.Select(r => (r.Configuration.Channel, (int)r.Configuration.Threshold))
        );
        Assert.Equal([2, 2, 0, 0], model.Rows.Select(r => r.Counts.Vetoed));
    }

    [Fact]
    public void Thresholds_are_inclusive_and_a_significance_that_is_no_number_is_below_all()
    {
        var scene = new Scene()
            .Glitches(10, 20, 30)
            .Triggers("A", 20, 10)
            .Triggers("A", Math.BitDecrement(20.0), 20)
            .Triggers("A", double.NaN, 30);
        var row = Assert.Single(scene.Train().Rows);
        Assert.Equal((1, 1), (row.Counts.Triggers, row.Counts.Vetoed));
    }

    [Fact]
    public void Windows_that_touch_or_overlap_count_once()
    {
        // [9.5, 10.5), [10.5, 11.5) and [11, 12) are two and a half seconds.
        var row = Assert.Single(new Scene().Glitches(10, 50).Triggers("A", 25, 10, 11, 11.5).Train().Rows);
        Assert.Equal(2_500_000_000, row.Counts.Deadtime);
    }

    [Fact]
    public void Only_the_livetime_counts()
    {
        var row = Assert.Single(new Scene().Within(Scene.Stretch(0, 50)).Glitches(10, 20, 60).Triggers("A", 25, 10, 49.8, 60).Train().Rows);
        // The trigger at 49.8 has 0.7 s of its window inside; that at 60 nothing.
        Assert.Equal(new OvlCounts(50_000_000_000, 2, 1_700_000_000, 2, 1), row.Counts);
    }

    [Fact]
    public void Minima_must_be_exceeded()
    {
        var scene = new Scene().Glitches(10, 20, 30, 40, 50, 60, 70, 80).Triggers("A", 25, 10, 20, 30, 40, 90);
        var (effByDt, significance) = (scene.Train().Rows[0].Counts.EffByDt, scene.Train().Rows[0].Counts.PoissonSignificance);
        Assert.Empty(Rows(new OvlMinima(effByDt, 0.5)));
        Assert.Single(Rows(new OvlMinima(Math.BitDecrement(effByDt), 0.5)));
        Assert.Empty(Rows(new OvlMinima(0, Math.Exp(-significance - 1e-9))));
        Assert.Single(Rows(new OvlMinima(0, Math.Exp(-significance + 1e-9))));
        Assert.Empty(Rows(new OvlMinima(0, 0.5, 0.81)));
        Assert.Single(Rows(new OvlMinima(0, 0.5, 0.8)));

        IReadOnlyList<OvlRow> Rows(OvlMinima minima) => scene.Train(Scene.Options(minima: minima)).Rows;
    }

    [Fact]
    public void Metrics_order_the_same_witnesses_differently()
    {
        // A is precise and rare, B is frequent: B is more significant, A more efficient for its time and its triggers.
        double[] many = Enumerable.Range(0, 24).Select(i => 2 + 4.0 * i).ToArray();
        var scene = new Scene()
            .Glitches(many)
            .Triggers("A", 25, many[..2])
            .Triggers("B", 25, [.. many[4..20], .. many[4..20].Select(t => t + 2)]);
        Assert.Equal("A", Channels(scene.Train(Scene.Options(OvlMetric.EffByDt))).First());
        Assert.Equal("A", Channels(scene.Train(Scene.Options(OvlMetric.UsePercentage))).First());
        Assert.Equal("B", Channels(scene.Train(Scene.Options(OvlMetric.PoissonSignificance))).First());
    }

    [Fact]
    public void Greedy_order_looks_again_after_every_choice()
    {
        // On their own: A 4 of 4, B 5 of 6, C 4 of 5. After A, most of B is gone, and C is better than B.
        var scene = new Scene().Glitches(10, 15, 20, 25, 30, 40, 45, 50, 55)
            .Triggers("A", 25, 10, 15, 20, 25).Triggers("B", 25, 10, 15, 20, 25, 30, 90).Triggers("C", 25, 40, 45, 50, 55, 95);
        Assert.Equal(["A", "B", "C"], Channels(scene.Train(Scene.Options(runs: 1))));
        Assert.Equal(["A", "C", "B"], Channels(scene.Train(Scene.Options(runs: 1, optimize: true))));
    }

    [Fact]
    public void Greedy_order_ends_where_nothing_is_left_to_gain()
    {
        var scene = new Scene().Glitches(10, 20, 30).Triggers("A", 25, 10, 20).Triggers("B", 25, 10, 20, 50);
        Assert.Equal(["A"], Channels(scene.Train(Scene.Options(runs: 1, optimize: true))));
    }

    [Fact]
    public void Two_glitches_at_one_time_are_two()
    {
        var row = Assert.Single(new Scene().Glitches(10, 10, 20).Triggers("A", 25, 10).Train().Rows);
        Assert.Equal((3, 2), (row.Counts.Glitches, row.Counts.Vetoed));
    }

    [Fact]
    public void All_the_livetime_may_be_vetoed()
    {
        var model = new Scene()
            .Within(Scene.Stretch(10, 11))
            .Glitches(10.5, 10.7)
            .Triggers("A", 25, 10.5)
            .Train(Scene.Options(minima: new OvlMinima(0, 1)));
        // As much as chance would veto: it passes only because any significance above 0 does, and ends the list.
        var row = Assert.Single(model.Rows);
        Assert.Equal(row.Counts.Livetime, row.Counts.Deadtime);
        Assert.Equal(1, row.Counts.EffByDt);
    }
}
