using static Idq.Learning.Tests.Linear.LockLossRows;

namespace Idq.Learning.Tests.Linear;

/// <summary>Real data with known answers: single columns and the regression of another program (penalty 1, its default).</summary>
public sealed class LockLossTests
{
    static readonly (string Name, Func<double[]> Values)[] Quake =
    [
        ("magnitude", () => Column(Earthquake, "magnitude")),
        ("amplitude", () => Log(Column(Earthquake, "amplitude"))),
        ("distance", () => Column(Earthquake, "distance_km")),
        ("depth", () => Column(Earthquake, "depth_km")),
        ("azimuth", () => Column(Earthquake, "azimuth_deg")),
    ];

    static readonly (string Name, Func<double[]> Values)[] Peaks =
    [
        ("velocity", () => Log(Column(Velocity, "amplitude"))),
        ("acceleration", () => Log(Column(Acceleration, "amplitude"))),
        ("displacement", () => Log(Column(Displacement, "amplitude"))),
    ];

    [SharedFact]
    public void Single_columns_have_the_areas_of_the_reference()
    {
        var labels = LockLossRows.Samples().Labels;
        Assert.Equal((724, 199), (labels.Length, labels.Count(l => l == Label.Glitch)));
        Assert.Equal(0.6937, Area(Column(Earthquake, "magnitude")));
        Assert.Equal(0.6892, Area(Column(Earthquake, "amplitude")));
        Assert.Equal(0.7089, Area(Column(Velocity, "amplitude")));
        Assert.Equal(0.6735, Area(Column(Acceleration, "amplitude")));
        Assert.Equal(0.6480, Area(Column(Displacement, "amplitude")));

        double Area(double[] values) => Math.Round(Roc.SingleFeatureAuc(values, labels), 4);
    }

    [SharedFact]
    public void Earthquakes_are_at_the_sample_times_and_peaks_within_an_hour_and_a_quarter_on_either_side()
    {
        var (times, _) = LockLossRows.Samples();
        Assert.Equal(times, Triggers(Earthquake).Select(t => t.Time));
        foreach (var channel in new[] { Velocity, Acceleration, Displacement })
        {
            var offsets = Triggers(channel).Zip(times, (t, s) => (t.Time - s) / 1e9).ToArray();
            Assert.InRange(offsets.Min(), -4074, -3800);
            Assert.InRange(offsets.Max(), 3000, 3961);
        }
    }

    [SharedFact]
    public void The_vectoriser_at_the_sample_times_gives_the_earthquake_columns_without_a_miss()
    {
        var (times, labels) = LockLossRows.Samples();
        var span = new Segment(new GpsTime(times[0] - 1), new GpsTime(times[^1] + 1));
        var builder = new EventTableBuilder(new ChannelDictionary([Earthquake]), Columns);
        foreach (var (time, values) in Triggers(Earthquake)) builder.Add(0, time, values);
        var data = new ClassifierData(builder.Build(span, SegmentList.Of(span)), SegmentList.Of(span));
        // Two and a half thousand seconds is less than the least distance of two earthquakes.
        var definition = new FeatureDefinition(
            "amplitude",
            GpsTime.FromSeconds(2500).Nanoseconds,
            Selection.Loudest,
            [new(Earthquake, "magnitude"), new(Earthquake, "amplitude")]
        );
        var features = new QuiverFactory(definition).Vectorize(data, times);
        Assert.Equal(0.6937, Roc.SingleFeatureAuc(features.Column(0), labels), 0.00005);
        Assert.Equal(0.6892, Roc.SingleFeatureAuc(features.Column(1), labels), 0.00005);
    }

    [SharedFact]
    public void The_regression_on_the_first_half_ranks_the_second_as_the_reference_does()
    {
        Assert.Equal(0.6438, SecondHalf(new(), Quake));
        Assert.Equal(0.6722, SecondHalf(new(), [.. Quake, .. Peaks]));
    }

    [SharedFact]
    public void Without_a_penalty_the_regression_follows_the_noise_of_the_first_half()
    {
        Assert.InRange(SecondHalf(new(l2: 1e-8), Quake), 0.58, 0.61);
        Assert.InRange(SecondHalf(new(l2: 1e-8), [.. Quake, .. Peaks]), 0.63, 0.66);
    }

    static double SecondHalf(LinearOptions options, (string Name, Func<double[]> Values)[] features)
    {
        var labels = LockLossRows.Samples().Labels;
        var columns = features.Select(f => (f.Name, Values: f.Values())).ToArray();
        var half = labels.Length / 2;
        var first = Tests.Samples.Of(labels[..half], null, columns.Select(c => (c.Name, c.Values[..half])).ToArray());
        var second = Tests.Samples.Of(labels[half..], null, columns.Select(c => (c.Name, c.Values[half..])).ToArray());
        var model = LogisticRows.Fit(options, first);
        Assert.True(model.Converged);
        return Math.Round(Roc.SingleFeatureAuc(LogisticRows.Scores(model, second), labels.AsSpan(half)), 4);
    }

    static double[] Log(double[] values) => values.Select(Math.Log10).ToArray();
}
