using System.Text;
using System.Text.Json;
using static Idq.Learning.Tests.Linear.LogisticRows;

namespace Idq.Learning.Tests.Linear;

public sealed class LinearClassifierTests
{
    [Fact]
    public void It_reads_features_and_calls_itself_linear()
    {
        var classifier = new LinearClassifier("lr", new());
        Assert.Equal(("lr", "linear", true), (classifier.Nickname, classifier.Flavor, classifier.UsesFeatures));
    }

    [Fact]
    public void Two_trainings_give_the_same_bytes()
    {
        var (labels, features) = Draw(1, 5000, 0, 1, -1, 0.2, 0.1);
        var first = Fit(new(), Samples.Of(labels, null, features));
        var second = Fit(new(), Samples.Of(labels, null, features));
        Assert.Equal(Samples.Bytes(first), Samples.Bytes(second));
        Assert.Equal(first.Hash, second.Hash);
    }

    [Fact]
    public void A_model_survives_its_file_bit_for_bit()
    {
        var (labels, features) = Draw(2, 300, 0, 1, -1);
        features[1].Values[7] = double.NaN;
        var quiver = Samples.Of(labels, null, features);
        var model = Fit(new(l2: 1e-8), quiver);
        var bytes = Samples.Bytes(model);
        var read = Assert.IsType<LinearModel>(ModelFile.Read(bytes).Model);
        Assert.Equal(bytes, Samples.Bytes(read));
        Assert.Equal(Ranks(model, quiver), Ranks(read, quiver));
        Assert.Equal(model.Terms, read.Terms);
        Assert.Equal((model.Converged, model.Iterations, model.Intercept), (read.Converged, read.Iterations, read.Intercept));
    }

    [Theory]
    [InlineData("\"scale\":", "0")]
    [InlineData("\"mean\":", "\"nan\"")]
    [InlineData("\"coefficient\":", "\"inf\"")]
    [InlineData("\"intercept\":", "\"-inf\"")]
    public void A_file_whose_ranks_would_be_no_numbers_is_refused(string property, string value)
    {
        var (labels, features) = Draw(2, 50, 0, 1);
        var text = Encoding.UTF8.GetString(Samples.Bytes(Fit(new(), Samples.Of(labels, null, features))));
        var from = text.IndexOf(property, StringComparison.Ordinal) + property.Length;
        var until = text.IndexOfAny([',', '}'], from);
        var error = Assert.Throws<DataException>(() => ModelFile.Read(Encoding.UTF8.GetBytes(text[..from] + value + text[until..])));
        Assert.Contains(property.Trim('"', ':'), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Importance_is_the_size_of_the_standardised_coefficient_largest_first()
    {
        var (labels, features) = Draw(3, 2000, 0, 0.3, -1.5, 0.8);
        var model = Fit(new(), Samples.Of(labels, null, features));
        Assert.Equal(["F1", "F2", "F0"], model.Importance.Select(i => i.Name));
        foreach (var importance in model.Importance)
        {
            var term = model.Terms.Single(t => t.Name == importance.Name);
            Assert.Equal(Math.Abs(term.Coefficient), importance.Value);
            Assert.Equal(
                [("coefficient", term.Coefficient), ("mean", term.Mean), ("scale", term.Scale)],
                importance.Details.Select(d => (d.Key, d.Value))
            );
        }
    }

    [Fact]
    public void The_body_names_every_term()
    {
        var model = Fit(new(), Samples.Of([1, 0, 1, 0], null, ("A-snr", [1, double.NaN, 3, 2])));
        var body = JsonDocument.Parse(Samples.Bytes(model)).RootElement.GetProperty("body");
        Assert.True(body.GetProperty("converged").GetBoolean());
        Assert.Equal(["A-snr", "A-snr"], body.GetProperty("terms").EnumerateArray().Select(t => t.GetProperty("feature").GetString()));
        Assert.Equal([false, true], body.GetProperty("terms").EnumerateArray().Select(t => t.GetProperty("is_missing").GetBoolean()));
    }

    [Theory]
    [InlineData(new byte[] { 1, 1 }, "no clean time")]
    [InlineData(new byte[] { 0, 0 }, "no glitch")]
    [InlineData(new byte[] { }, "no glitch")]
    public void One_class_alone_cannot_be_learned_from(byte[] labels, string reason)
    {
        var result = new LinearClassifier("lr", new()).Train(
            Samples.Of(labels, null, ("x", labels.Select((_, i) => (double)i).ToArray())),
            null,
            default
        );
        Assert.False(result.IsTrained);
        Assert.Contains(reason, result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Features_that_never_vary_cannot_be_learned_from()
    {
        var result = new LinearClassifier("lr", new()).Train(
            Samples.Of([1, 0], null, ("x", [3, 3]), ("y", [double.NaN, double.NaN])),
            null,
            default
        );
        Assert.Contains("none of its 2 features varies", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_training_stops()
    {
        var (labels, features) = Draw(4, 50, 0, 1);
        Assert.ThrowsAny<OperationCanceledException>(() =>
            new LinearClassifier("lr", new()).Train(Samples.Of(labels, null, features), null, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void A_model_of_another_flavour_and_ranks_of_another_length_are_refused()
    {
        var (labels, features) = Draw(4, 50, 0, 1);
        var quiver = Samples.Of(labels, null, features);
        var classifier = new LinearClassifier("lr", new());
        Assert.Throws<ArgumentException>(() => classifier.Evaluate(new RandomModel(ModelOrigin.Of(quiver), 1, 1), quiver, new double[50]));
        Assert.Throws<ArgumentException>(() => classifier.Evaluate(Fit(new(), quiver), quiver, new double[49]));
    }

    [Fact]
    public void The_origin_is_that_of_the_rows()
    {
        var (labels, features) = Draw(4, 50, 0, 1);
        var quiver = Samples.Of(labels, null, features);
        var model = Fit(new(), quiver);
        Assert.Equal((quiver.GlitchCount, quiver.CleanCount, quiver.Segments.Extent), (model.Glitches, model.Cleans, model.Span));
    }

    [Theory]
    [InlineData(0, 100, 1e-12, "l2")]
    [InlineData(-1, 100, 1e-12, "l2")]
    [InlineData(double.NaN, 100, 1e-12, "l2")]
    [InlineData(double.PositiveInfinity, 100, 1e-12, "l2")]
    [InlineData(1, 0, 1e-12, "max_iterations")]
    [InlineData(1, 100, 0, "tolerance")]
    [InlineData(1, 100, 1, "tolerance")]
    [InlineData(1, 100, double.NaN, "tolerance")]
    public void Options_that_make_no_sense_are_refused(double l2, int maxIterations, double tolerance, string name) =>
        Assert.Contains(
            name,
            Assert.Throws<ArgumentException>(() => new LinearOptions(l2, maxIterations: maxIterations, tolerance: tolerance)).Message,
            StringComparison.Ordinal
        );
}
