using FsCheck;
using FsCheck.Fluent;

namespace Idq.Learning.Tests.Ovl;

public sealed class OvlTrainingTests
{
    static OvlModel Train(Quiver quiver, OvlOptions options, ClassifierModel? previous = null, int threads = 2) =>
        (OvlModel)new OvlClassifier("ovl", options) { MaxParallelism = threads }.Train(quiver, previous, default).Model!;

    [Fact]
    public void Every_count_of_every_line_is_that_of_the_definition() =>
        Prop.ForAll<ulong, int, bool>(
                (seed, shape, optimize) =>
                {
                    var quiver = RandomRun.Make(seed, noise: 3 + (int)((uint)shape % 40));
                    if (quiver.GlitchCount == 0)
                        return;
                    var options = RandomRun.Options(
                        (OvlMetric)((uint)shape % 3),
                        optimize,
                        1 + (int)((uint)shape / 3 % 4),
                        (uint)shape % 7 == 0 ? 3 : 1000
                    );
                    var expected = NaiveOvl.Train(quiver, options);
                    var actual = Train(quiver, options);
                    Assert.Equal(expected, actual.Rows.Select(r => new NaiveOvl.Line(r.Configuration, r.Counts, r.ExpectedMetric)));
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Giving_up_early_on_what_fails_changes_no_list() =>
        Prop.ForAll<ulong>(seed =>
            {
                // Many triggers and strict minima: most configurations fail part of the way.
                var quiver = RandomRun.Make(seed, glitchCount: 60, noise: 250);
                var options = new OvlOptions(
                    "snr",
                    thresholds: [10, 30, 60],
                    windows: [2_000_000, 15_000_000, 30_000_000],
                    minima: new OvlMinima(1.2, 1e-3, 0.01),
                    numRecalculate: 3
                );
                Assert.Equal(
                    NaiveOvl.Train(quiver, options),
                    Train(quiver, options).Rows.Select(r => new NaiveOvl.Line(r.Configuration, r.Counts, r.ExpectedMetric))
                );
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(40));

    [Fact]
    public void The_random_runs_do_give_lists_with_several_channels()
    {
        var models = Enumerable.Range(0, 20).Select(seed => Train(RandomRun.Make((ulong)seed), RandomRun.Options())).ToArray();
        Assert.True(
            models.Average(m => m.Rows.Count) > 5,
            $"{models.Average(m => m.Rows.Count)} lines: the property above would test little"
        );
        Assert.True(models.Average(m => m.Importance.Count) > 2);
    }

    [Fact]
    public void A_line_ranks_by_its_own_metric_as_it_was_measured()
    {
        foreach (var metric in Enum.GetValues<OvlMetric>())
            foreach (var row in Train(RandomRun.Make(7), RandomRun.Options(metric)).Rows)
            {
                Assert.Equal(metric.Rank(row.Counts.Value(metric)), row.Rank);
                Assert.InRange(row.Rank, 0, 1);
            }
    }

    [Fact]
    public void Training_gives_the_same_bytes_on_any_number_of_threads_and_in_any_order_of_arrival()
    {
        foreach (var optimize in (bool[])[false, true])
        {
            var options = RandomRun.Options(optimize: optimize);
            var once = Samples.Bytes(Train(RandomRun.Make(11, 30), options, threads: 1));
            foreach (var threads in (int[])[2, 5, 16])
                Assert.Equal(once, Samples.Bytes(Train(RandomRun.Make(11, 30), options, threads: threads)));
            Assert.Equal(once, Samples.Bytes(Train(RandomRun.Make(11, 30, shuffled: true), options)));
        }
    }

    [Fact]
    public void Without_livetime_or_without_a_glitch_there_is_a_reason_and_no_model()
    {
        var quiver = RandomRun.Make(1);
        var classifier = new OvlClassifier("ovl", RandomRun.Options());
        var empty = classifier.Train(Samples.Of(quiver.Data, SegmentList.Empty, [], []), null, default);
        Assert.False(empty.IsTrained);
        Assert.Contains("no livetime", empty.Reason);
        var quiet = classifier.Train(Samples.Of(quiver.Data, quiver.Segments, [], quiver.Times), null, default);
        Assert.False(quiet.IsTrained);
        Assert.Contains("no glitch", quiet.Reason);
    }

    [Fact]
    public void A_list_without_lines_is_a_model_with_a_remark()
    {
        var options = new OvlOptions("snr", minima: new OvlMinima(PoissonProbability: 1e-300));
        var result = new OvlClassifier("ovl", options).Train(RandomRun.Make(1), null, default);
        Assert.True(result.IsTrained);
        Assert.Empty(((OvlModel)result.Model).Rows);
        Assert.Empty(result.Model.Importance);
        Assert.Contains("every rank is 0", result.Remark);
        Assert.All(new OvlClassifier("ovl", options).Ranks(result.Model, RandomRun.Make(1)), r => Assert.Equal(0, r));
    }

    [Fact]
    public void An_unknown_significance_column_is_an_error_that_names_the_columns_there_are()
    {
        var error = Assert.Throws<DataException>(() =>
            new OvlClassifier("ovl", new OvlOptions("loudness")).Train(RandomRun.Make(1), null, default)
        );
        Assert.Contains("\"loudness\"", error.Message);
        Assert.Contains("snr", error.Message);
    }

    [Fact]
    public void Excluded_channels_and_thresholds_below_a_channels_own_are_never_on_the_list()
    {
        var quiver = RandomRun.Make(3, 12);
        var rows = Train(quiver, RandomRun.Options()).Rows;
        Assert.DoesNotContain(rows, r => r.Configuration.Channel == "AUX9");
        Assert.DoesNotContain(rows, r => r.Configuration is { Channel: "AUX1", Threshold: < 40 });
        var only = new OvlOptions("snr", channels: ["AUX3"], thresholds: [20], minima: new OvlMinima(1, 0.5));
        Assert.All(Train(quiver, only).Rows, r => Assert.Equal("AUX3", r.Configuration.Channel));
        Assert.NotEmpty(Train(quiver, only).Rows);
    }

    [Fact]
    public void Triggers_in_the_padding_veto_what_their_windows_reach_and_are_not_counted()
    {
        var (span, segments) = (Segment.FromSeconds(100, 120), SegmentList.Of(Segment.FromSeconds(105, 115)));
        var builder = new EventTableBuilder(new ChannelDictionary(["A"]), ["snr"]);
        builder.Add(0, 104_950_000_000, [30]);
        var data = new ClassifierData(builder.Build(span, segments), segments);
        var options = new OvlOptions("snr", thresholds: [20], windows: [100_000_000], minima: new OvlMinima(0, 1));
        var row = Assert.Single(Train(Samples.Of(data, segments, [105_020_000_000], []), options).Rows);
        Assert.Equal(new OvlCounts(10_000_000_000, 1, 50_000_000, 0, 1), row.Counts);
    }

    [Fact]
    public void A_window_holds_its_start_and_not_its_end()
    {
        var (span, segments) = (Segment.FromSeconds(100, 120), SegmentList.Of(Segment.FromSeconds(100, 120)));
        var builder = new EventTableBuilder(new ChannelDictionary(["A"]), ["snr"]);
        builder.Add(0, 110_000_000_000, [30]);
        var data = new ClassifierData(builder.Build(span, segments), segments);
        var options = new OvlOptions("snr", thresholds: [30], windows: [100_000_000], minima: new OvlMinima(0, 1));
        long[] glitches = [109_899_999_999, 109_900_000_000, 110_000_000_000, 110_099_999_999, 110_100_000_000];
        var quiver = Samples.Of(data, segments, glitches, []);
        var model = Train(quiver, options);
        Assert.Equal(3, Assert.Single(model.Rows).Counts.Vetoed);
        Assert.Equal([false, true, true, true, false], new OvlClassifier("ovl", options).Ranks(model, quiver).Select(r => r > 0));
    }

    [Fact]
    public void A_cancelled_training_stops()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            new OvlClassifier("ovl", RandomRun.Options()).Train(RandomRun.Make(1), null, cancelled.Token)
        );
    }

    [Fact]
    public void A_warm_start_without_a_previous_model_is_a_start_from_scratch()
    {
        var quiver = RandomRun.Make(5);
        var scratch = Samples.Bytes(Train(quiver, RandomRun.Options()));
        Assert.Equal(scratch, Samples.Bytes(Train(quiver, RandomRun.Options(mode: OvlMode.Incremental))));
    }

    [Fact]
    public void A_warm_start_keeps_what_still_works_and_finds_new_witnesses()
    {
        // Channel A explains the first stretch, B the second; the previous model knows A only.
        var span = Segment.FromSeconds(1000, 2000);
        var segments = SegmentList.Of(span);
        var builder = new EventTableBuilder(new ChannelDictionary(["A", "B"]), ["snr"]);
        var glitches = Enumerable.Range(0, 20).Select(i => GpsTime.FromSeconds(1010L + 40 * i).Nanoseconds).ToArray();
        foreach (var glitch in glitches[..10]) builder.Add(0, glitch, [50]);
        foreach (var glitch in glitches[10..]) builder.Add(1, glitch, [50]);
        var data = new ClassifierData(builder.Build(span, segments), segments);
        var first = SegmentList.Of(Segment.FromSeconds(1000, 1400));
        var options = RandomRun.Options(mode: OvlMode.Incremental);
        var previous = Train(Samples.Of(data.Restrict(first), first, glitches[..10], []), options);
        Assert.All(previous.Rows, r => Assert.Equal("A", r.Configuration.Channel));
        var next = Train(Samples.Of(data, segments, glitches, []), options, previous);
        Assert.Equal(["A", "B"], next.Importance.Select(i => i.Name).Order());
        Assert.Equal(20, next.Rows.Sum(r => r.Counts.Vetoed));
    }

    [Fact]
    public void Importance_adds_up_what_the_lines_of_a_channel_veto()
    {
        var model = Train(RandomRun.Make(21, 6, 30), RandomRun.Options());
        var total = model.Rows[0].Counts;
        foreach (var channel in model.Importance)
        {
            var rows = model.Rows.Where(r => r.Configuration.Channel == channel.Name).ToArray();
            Assert.Equal((double)rows.Sum(r => r.Counts.Vetoed) / total.Glitches, channel.Value, 1e-12);
            var details = channel.Details.ToDictionary(d => d.Key, d => d.Value);
            Assert.Equal(channel.Value, details["eff"]);
            Assert.Equal((double)rows.Sum(r => r.Counts.Deadtime) / total.Livetime, details["fap"], 1e-12);
            Assert.Equal(rows.Length, details["lines"]);
        }
        Assert.Equal(model.Importance.OrderByDescending(i => i.Value).Select(i => i.Value), model.Importance.Select(i => i.Value));
        Assert.True(model.Importance.Sum(i => i.Value) <= 1);
    }
}
