namespace Idq.Streaming.Tests.Survey;

public sealed class SurveyTests : IDisposable
{
    static readonly Segment Range = Gps.Seg(0, 240);

    readonly Analysis analysis = new(Analysis.WithSegments);

    [Fact]
    public async Task Samples_are_those_that_evaluate_draws_and_nothing_is_written()
    {
        var samples = await SampleSurvey.FindAsync(analysis.Configuration, Range, CancellationToken.None);
        Assert.False(File.Exists(analysis.Configuration.Tracker.Store));
        Assert.Equal((long)((240 - 6.5 - 3.25 - 2) * Gps.Second), samples.Segments.Livetime);
        Assert.True(samples.Candidates >= samples.Labels.Count(l => l == Label.Glitch));

        using var context = analysis.Context();
        using var processor = context.Processor(analysis.Configuration.Evaluate);
        var stride = await processor.LoadAsync(new Stride(0, Range), CancellationToken.None);
        Assert.Equal(context.Samples(stride, 1).Times, samples.Times);
    }

    [Fact]
    public async Task Labelled_times_are_restricted_to_good_time()
    {
        analysis.Write("labels.csv", "time,label\n1262304001,1\n1262304041,1\n1262304050,0\n1262304151,0\n");
        analysis.Reread([
            .. Analysis.WithSegments,
            "samples:target_channel=",
            "samples:target_bounds=",
            "samples:dirty_bounds=",
            "samples:labels=labels.csv",
        ]);
        var samples = await SampleSurvey.FindAsync(analysis.Configuration, Range, CancellationToken.None);
        Assert.Equal([Gps.At(1).Nanoseconds, Gps.At(50).Nanoseconds], samples.Times);
        Assert.Equal(2, samples.Candidates);
    }

    [Fact]
    public async Task Features_are_ordered_by_how_well_they_separate()
    {
        var features = await FeatureSurvey.RankAsync(analysis.Configuration, Range, CancellationToken.None);
        Assert.Equal(4 * 2, features.Count);
        Assert.StartsWith("H1:WITNESS-", features[0].Name, StringComparison.Ordinal);
        Assert.InRange(features.Single(f => f.Name == "H1:WITNESS-snr").Auc, 0.7, 1);
        Assert.Equal(features.Select(f => Math.Abs(f.Auc - 0.5)).OrderDescending(), features.Select(f => Math.Abs(f.Auc - 0.5)));
        Assert.All(features, f => Assert.InRange(f.Present, 0, f.Glitches + f.Cleans));
        Assert.DoesNotContain(features, f => f.Name.StartsWith("H1:TARGET", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("files=events.csv")]
    [InlineData("query=SELECT * FROM 'events.csv'")]
    public async Task The_last_event_of_a_table_belongs_to_what_it_covers(string table)
    {
        string[] rows = ["1262304010.25,H1:TARGET,9", "1262304020,H1:TARGET,9", "1262304020,H1:A,9", "1262304030.5,H1:TARGET,9"];
        analysis.Write("events.csv", $"time,channel,snr\n{string.Join('\n', rows)}\n");
        analysis.Reread("train data discovery:flavor=table", "train data discovery:" + table);
        var samples = await SampleSurvey.FindAsync(analysis.Configuration, Gps.Seg(0, 100), CancellationToken.None);
        Assert.Equal(SegmentList.Of(new Segment(Gps.At(10.25), Gps.At(30.5) + 1)), samples.Segments);
        Assert.Equal(
            [Gps.At(10.25).Nanoseconds, Gps.At(20).Nanoseconds, Gps.At(30.5).Nanoseconds],
            samples.Times.Where((_, i) => samples.Labels[i] == Label.Glitch));
    }

    [Fact]
    public async Task Without_a_feature_there_is_one_clear_sentence()
    {
        analysis.Reread("features:channels=H1:TARGET");
        var e = await Assert.ThrowsAsync<DataException>(
            () => FeatureSurvey.RankAsync(analysis.Configuration, Range, CancellationToken.None));
        Assert.StartsWith("there are no features: the source has no channel", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("parquet", "parquet", "table")]
    [InlineData("kw", "trg", "kw")]
    [InlineData("ligolw", "xml.gz", "ligolw")]
    public async Task A_simulation_on_disk_is_a_source_of_the_same_events(string format, string extension, string flavor)
    {
        var folder = Path.Combine(analysis.Folder, "simulated");
        var (files, events) = await Simulation.WriteAsync(
            analysis.Configuration,
            Gps.Seg(0, 100),
            folder,
            format,
            64 * Gps.Second,
            null,
            CancellationToken.None
        );
        Assert.Equal(
            [$"H1-MOCK_EVENTS-1262304000-64.{extension}", $"H1-MOCK_EVENTS-1262304064-36.{extension}"],
            files.Select(Path.GetFileName)
        );
        using var mock = EventSources.Open(analysis.Configuration.Train.Discovery, 3, null);
        var expected = await mock.ReadAsync(Gps.Seg(0, 100), CancellationToken.None);
        Assert.Equal(expected.Count, events);

        analysis.Reread(
            "train data discovery:flavor=" + flavor,
            "train data discovery:files=simulated",
            "train data discovery:span_start=1262304000",
            "train data discovery:span_end=1262304100"
        );
        using var source = EventSources.Open(analysis.Configuration.Train.Discovery, 3, null);
        var read = await source.ReadAsync(Gps.Seg(0, 100), CancellationToken.None);
        Assert.Equal(expected.Count, read.Count);
        var (target, same) = (expected.Channels.Find("H1:TARGET"), read.Channels.Find("H1:TARGET"));
        Assert.Equal(expected.Run(target).Times.ToArray(), read.Run(same).Times.ToArray());
    }

    public void Dispose() => analysis.Dispose();
}
