using FsCheck;
using FsCheck.Fluent;

namespace Idq.Learning.Tests.Ovl;

/// <summary>What must not matter.</summary>
public sealed class OvlInvarianceTests
{
    static Scene Draw(ulong seed, double shift = 0)
    {
        var random = new CounterRandom(seed, 9, 0);
        double Time() => 5 + random.NextLong(80_000) / 1000.0;

        var scene = new Scene();
        var glitches = Enumerable.Range(0, 25).Select(_ => Time()).ToArray();
        scene.Glitches(glitches.Select(g => g + shift).ToArray());
        foreach (var channel in (string[])["A", "B", "C"])
        {
            foreach (var glitch in glitches)
                if (random.NextDouble() < 0.4)
                    scene.Triggers(channel, 20 + random.NextLong(60), glitch + shift + random.NextLong(400) / 1000.0 - 0.2);
            for (var i = 0; i < 15; i++)
                scene.Triggers(channel, 20 + random.NextLong(60), Time() + shift);
        }
        return scene;
    }

    static readonly OvlOptions Options = Scene.Options(
        runs: 4,
        minima: new OvlMinima(1, 0.5),
        thresholds: [20, 40, 60],
        windows: [50_000_000, 150_000_000, 300_000_000]
    );

    static (OvlConfiguration, OvlCounts, double)[] Lines(OvlModel model) =>
        model.Rows.Select(r => (r.Configuration, r.Counts, r.Rank)).ToArray();

    [Fact]
    public void Moving_everything_in_time_changes_no_line() =>
        Prop.ForAll<ulong>(seed => Assert.Equal(Lines(Draw(seed).Train(Options)), Lines(Draw(seed, 3.125).Train(Options))))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(50));

    [Fact]
    public void A_channel_that_follows_nothing_changes_no_line_of_the_others() =>
        Prop.ForAll<ulong>(seed => Assert.Equal(
            Lines(Draw(seed).Train(Options)),
            Lines(Draw(seed).Triggers("QUIET", 30, 1, 2, 3, 97, 98, 99).Triggers("SILENT", 5, 20, 40).Train(Options))))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(50));

    [Fact]
    public void Triggers_and_glitches_outside_the_segments_and_beyond_their_windows_change_no_line() =>
        Prop.ForAll<ulong>(seed =>
        {
            var segments = Scene.Stretch(0, 60);
            var lines = Lines(Draw(seed).Within(segments).Train(Options));
            Assert.Equal(lines, Lines(Draw(seed).Within(segments).Glitches(95, 96, 97).Triggers("A", 70, 95, 96, 97).Train(Options)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(50));

    [Fact]
    public void Doubling_the_significance_and_the_thresholds_changes_nothing_else()
    {
        var scaled = Scene.Options(runs: 4, minima: new OvlMinima(1, 0.5), thresholds: [40, 80, 120], windows: [.. Options.Windows]);
        var random = new CounterRandom(1, 1, 1);
        var significances = Enumerable.Range(0, 40).Select(_ => 20.0 + random.NextLong(60)).ToArray();
        Scene Make(double factor)
        {
            var scene = new Scene().Glitches(Enumerable.Range(0, 20).Select(i => 4.0 * i + 2).ToArray());
            for (var i = 0; i < 40; i++) scene.Triggers("A", factor * significances[i], 2.0 * i + 2);
            return scene;
        }
        Assert.Equal(
            Make(1).Train(Options).Rows.Select(r => (2 * r.Configuration.Threshold, r.Counts)),
            Make(2).Train(scaled).Rows.Select(r => (r.Configuration.Threshold, r.Counts)));
    }

    [Fact]
    public void Ranks_are_the_same_however_the_range_is_cut_if_it_is_padded_by_the_widest_window() =>
        Prop.ForAll<ulong, int>((seed, cut) =>
        {
            var scene = Draw(seed);
            var model = scene.Train(Options);
            var classifier = new OvlClassifier("ovl", Options);
            var whole = classifier.Ranks(model, scene.Quiver());
            var at = 10 + (int)((uint)cut % 80);
            var left = classifier.Ranks(model, scene.Quiver(Scene.Stretch(0, at), padding: 0.3));
            var right = classifier.Ranks(model, scene.Quiver(Scene.Stretch(at, 100), padding: 0.301));
            Assert.Equal(whole, left.Concat(right));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));

    [Fact]
    public void No_line_vetoes_more_than_there_is_and_the_lines_add_up() =>
        Prop.ForAll<ulong>(seed =>
        {
            var rows = Draw(seed).Train(Options).Rows;
            for (var i = 0; i < rows.Count; i++)
            {
                var counts = rows[i].Counts;
                Assert.InRange(counts.Vetoed, 0, counts.Glitches);
                Assert.InRange(counts.Deadtime, 0, counts.Livetime);
                if (i == 0) continue;
                Assert.Equal(rows[i - 1].Counts.Livetime - rows[i - 1].Counts.Deadtime, counts.Livetime);
                Assert.Equal(rows[i - 1].Counts.Glitches - rows[i - 1].Counts.Vetoed, counts.Glitches);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));

    [Fact]
    public void The_expected_metric_descends_down_the_list() =>
        Prop.ForAll<ulong>(seed =>
        {
            var expected = Draw(seed).Train(Options).Rows.Select(r => r.ExpectedMetric).ToArray();
            Assert.Equal(expected.OrderDescending(), expected);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));

    [Fact]
    public void Labels_of_the_rows_that_are_ranked_do_not_matter()
    {
        var scene = Draw(3);
        var (model, classifier, quiver) = (scene.Train(Options), new OvlClassifier("ovl", Options), scene.Quiver());
        var unlabelled = Samples.Of(quiver.Data, quiver.Segments, [], quiver.Times);
        Assert.Equal(classifier.Ranks(model, quiver), classifier.Ranks(model, unlabelled));
    }
}
