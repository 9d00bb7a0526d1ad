using Idq.Learning.Tests.Catalogue;
using Idq.Learning.Tests.Ovl;
using Idq.Learning.Tests.Tally;

namespace Idq.Learning.Tests.Classifiers;

/// <summary>What holds for every classifier.</summary>
public sealed class ClassifierContractTests
{
    static readonly ClassifierCatalogue Catalogue = ClassifierCatalogue.BuiltIn.With(new TallyFlavor());

    // The options of RandomRun, where a kind has such.
    static readonly (string, string)[] Given =
    [
        ("thresholds", "20 30 40 50 60"), ("windows", "0.005 0.02 0.06 0.2"), ("min_eff_by_dt", "1"), ("max_poisson_probability", "0.5"),
        ("num_recalculate", "4"), ("seed", "5"),
    ];

    public static TheoryData<string> Flavors => [.. Catalogue.Flavors.Select(f => f.ModelName)];

    static ClassifierDefinition Define(string flavor, string nickname = "nick") =>
        Catalogue.Flavors.Single(f => f.ModelName == flavor).Read(nickname, new FakeOptions(Given));

    static SupervisedClassifier Make(string flavor, string nickname = "nick") =>
        Define(flavor, nickname).Create(new([.. Enumerable.Range(0, 5).Select(c => $"AUX{c}")], ["AUX9"]));

    // Triggers and a feature: the loudness of the nearest trigger of one channel, if it is near.
    static Quiver Rows(ulong seed)
    {
        var quiver = RandomRun.Make(seed);
        var run = quiver.Data.Triggers(quiver.Data.Channels.Count - 1);
        var values = new double[quiver.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = double.NaN;
            for (var t = 0; t < run.Count; t++)
                if (Math.Abs(run.Times[t] - quiver.Times[i]) < 100_000_000) values[i] = run.Column(0)[t];
        }
        return new Quiver(quiver.Data, quiver.Segments, quiver.CleanSegments, quiver.Times, quiver.Labels, quiver.Weights,
            () => new FeatureMatrix(["AUX-snr"], values.Length, values));
    }

    [Theory]
    [MemberData(nameof(Flavors))]
    public void The_model_says_who_made_it_and_from_what(string flavor)
    {
        var (classifier, quiver) = (Make(flavor), Rows(2));
        var model = classifier.Train(quiver, null, default).Model!;
        Assert.Equal(flavor, classifier.Flavor);
        Assert.Equal(flavor, model.Flavor);
        Assert.Equal(quiver.Segments, model.Segments);
        Assert.Equal(quiver.Segments.Extent, model.Span);
        Assert.Equal((quiver.GlitchCount, quiver.CleanCount), (model.Glitches, model.Cleans));
    }

    [Theory]
    [MemberData(nameof(Flavors))]
    public void Training_is_deterministic_and_ranks_are_between_zero_and_one(string flavor)
    {
        var (classifier, quiver) = (Make(flavor), Rows(2));
        var model = classifier.Train(quiver, null, default).Model!;
        Assert.Equal(Samples.Bytes(model), Samples.Bytes(Make(flavor).Train(Rows(2), null, default).Model!));
        Assert.All(classifier.Ranks(model, Rows(3)), r => Assert.InRange(r, 0, 1));
    }

    [Theory]
    [MemberData(nameof(Flavors))]
    public void A_model_from_its_file_ranks_as_the_model_itself(string flavor)
    {
        var (classifier, quiver) = (Make(flavor), Rows(2));
        var model = classifier.Train(quiver, null, default).Model!;
        var read = ModelFile.Read(Samples.Bytes(model), Catalogue).Model;
        Assert.Equal(classifier.Ranks(model, Rows(3)), classifier.Ranks(read, Rows(3)));
    }

    [Theory]
    [MemberData(nameof(Flavors))]
    public void A_series_has_inside_its_segments_the_ranks_of_the_rows(string flavor)
    {
        var (classifier, quiver) = (Make(flavor), Rows(2));
        var model = classifier.Train(quiver, null, default).Model!;
        var grid = Rows(3);
        var (ranks, series) = (classifier.Ranks(model, grid), new double[grid.Count]);
        classifier.Timeseries(model, grid, grid.Segments, series);
        for (var i = 0; i < series.Length; i++)
            if (grid.Segments.Contains(new GpsTime(grid.Times[i]))) Assert.Equal(ranks[i], series[i]);
    }

    [Theory]
    [MemberData(nameof(Flavors))]
    public void Features_are_made_only_for_a_classifier_that_reads_them(string flavor)
    {
        var made = 0;
        var rows = Rows(2);
        var quiver = new Quiver(rows.Data, rows.Segments, rows.CleanSegments, rows.Times, rows.Labels, rows.Weights, () =>
        {
            made++;
            return rows.Features;
        });
        var classifier = Make(flavor);
        var model = classifier.Train(quiver, null, default).Model!;
        classifier.Ranks(model, quiver);
        Assert.Equal(classifier.UsesFeatures ? 1 : 0, made);
    }

    [Theory]
    [MemberData(nameof(Flavors))]
    public void A_classifier_has_the_traits_of_its_definition(string flavor)
    {
        var (definition, classifier) = (Define(flavor), Make(flavor));
        Assert.Equal(definition.Traits, classifier.Traits);
        Assert.Equal(classifier is IncrementalSupervisedClassifier, classifier.Traits.IsIncremental);
        Assert.Equal(definition.Flavor.ModelName, classifier.Flavor);
        if (classifier.Traits.Significance is not null) Assert.True(classifier.Traits.UsesTriggers);
    }

    [Theory]
    [MemberData(nameof(Flavors))]
    public void Without_triggers_the_model_and_the_ranks_are_the_same_for_a_classifier_that_does_not_read_them(string flavor)
    {
        var classifier = Make(flavor);
        if (classifier.Traits.UsesTriggers) return;
        var rows = Rows(2);
        var empty = EventTable.Empty(rows.Data.Span, rows.Segments, rows.Data.Channels, rows.Data.Columns);
        var features = rows.Features;
        var data = new ClassifierData(empty, rows.Segments);
        var bare = new Quiver(data, rows.Segments, rows.CleanSegments, rows.Times, rows.Labels, rows.Weights, () => features);
        var model = classifier.Train(rows, null, default).Model!;
        Assert.Equal(Samples.Bytes(model), Samples.Bytes(classifier.Train(bare, null, default).Model!));
        Assert.Equal(classifier.Ranks(model, rows), classifier.Ranks(model, bare));
    }

    [Theory]
    [MemberData(nameof(Flavors))]
    public void Times_farther_away_than_the_window_do_not_change_a_rank(string flavor)
    {
        var classifier = Make(flavor);
        if (!classifier.Traits.UsesTriggers) return;
        var rows = Rows(2);
        var model = classifier.Train(rows, null, default).Model!;
        var ranks = classifier.Ranks(model, rows);
        for (var i = 0; i < rows.Count; i += 3)
        {
            var time = new GpsTime(rows.Times[i]);
            var span = new Segment(time - classifier.Traits.Window, time + classifier.Traits.Window + 1);
            if (!rows.Data.Span.Contains(span)) continue;
            var segments = SegmentList.Of(span);
            var near = Samples.Of(new ClassifierData(rows.Data.Table.Slice(span), segments), segments, [], [rows.Times[i]]);
            Assert.Equal(ranks[i], classifier.Ranks(model, near)[0]);
        }
    }

    [Theory]
    [MemberData(nameof(Flavors))]
    public void Importance_descends_and_its_details_have_the_same_names_in_every_row(string flavor)
    {
        var importance = Make(flavor).Train(Rows(2), null, default).Model!.Importance;
        Assert.Equal(importance.Select(i => i.Value).OrderDescending(), importance.Select(i => i.Value));
        Assert.True(importance.Select(i => string.Join(',', i.Details.Select(d => d.Key))).Distinct().Count() <= 1);
    }

    [Theory]
    [MemberData(nameof(Flavors))]
    public void Models_of_other_flavours_and_spans_of_other_lengths_are_refused(string flavor)
    {
        var (classifier, quiver) = (Make(flavor), Rows(2));
        var other = Make(flavor == "random" ? "ovl" : "random").Train(quiver, null, default).Model!;
        Assert.Contains("nick", Assert.Throws<ArgumentException>(() => classifier.Ranks(other, quiver)).Message);
        var model = classifier.Train(quiver, null, default).Model!;
        Assert.Throws<ArgumentException>(() => classifier.Evaluate(model, quiver, new double[quiver.Count + 1]));
    }

    [Theory]
    [MemberData(nameof(Flavors))]
    public void A_classifier_needs_a_nickname(string flavor) => Assert.ThrowsAny<ArgumentException>(() => Make(flavor, ""));

    [Fact]
    public void A_result_is_a_model_or_a_reason()
    {
        var model = new RandomModel(new(Segment.FromSeconds(0, 1), SegmentList.Empty, 0, 0), 0, 0);
        var (trained, remarked, untrained) = (
            TrainingResult.Trained(model),
            TrainingResult.Trained(model, "but"),
            TrainingResult.Untrained("why")
        );
        Assert.True(trained.IsTrained && remarked.IsTrained);
        Assert.Equal((null, null, "but"), (trained.Reason, trained.Remark, remarked.Remark));
        Assert.False(untrained.IsTrained);
        Assert.Equal((null, "why"), (untrained.Model, untrained.Reason));
    }

    [Fact]
    public void Origins_add_up()
    {
        var early = new ModelOrigin(Segment.FromSeconds(0, 10), SegmentList.Of(Segment.FromSeconds(1, 5)), 3, 4);
        var late = new ModelOrigin(Segment.FromSeconds(20, 30), SegmentList.Of(Segment.FromSeconds(21, 25)), 30, 40);
        var sum = early.Add(late);
        Assert.Equal(Segment.FromSeconds(0, 30), sum.Span);
        Assert.Equal(2, sum.Segments.Count);
        Assert.Equal((33, 44), (sum.Glitches, sum.Cleans));
    }

    [Fact]
    public void Without_segments_the_span_is_that_of_the_triggers()
    {
        var quiver = RandomRun.Make(1);
        Assert.Equal(quiver.Data.Span, ModelOrigin.Of(Samples.Of(quiver.Data, SegmentList.Empty, [], [])).Span);
    }
}
