using System.Text.Json;

namespace Idq.Learning;

/// <summary>The kind <c>linear</c>: <see cref="LinearClassifier"/>.</summary>
public sealed class LinearFlavor : ClassifierFlavor
{
    /// <inheritdoc/>
    public override string Name => "linear";

    /// <inheritdoc/>
    public override string ModelName => LinearModel.FlavorName;

    /// <inheritdoc/>
    public override ClassifierDefinition Read(string nickname, IOptionReader options)
    {
        var linear = new LinearOptions(
            options.Number(
                "l2",
                "1",
                "",
                "strength of the quadratic penalty on the coefficients of standardised features",
                double.Epsilon,
                1e9
            ),
            options.Flag("balance", "False", "gives both classes the same weight"),
            options.Flag("missing_indicators", "True", "adds a feature that says whether a value is missing"),
            (int)options.Integer("max_iterations", "100", "Newton steps before giving up", 1, 100_000),
            options.Number(
                "tolerance",
                "1e-12",
                "",
                "the fit has converged when its loss improves by less than this, relative",
                double.Epsilon,
                0.1
            )
        );
        var features = options.List(
            "features",
            "",
            "only these features, in which * stands for any characters; default: all",
            "features as channel-column"
        );
        return new(nickname, this, LinearClassifier.TraitsOfAll, _ => Create(nickname, linear, features));
    }

    /// <inheritdoc/>
    public override ClassifierModel ReadModel(ModelOrigin origin, JsonElement body) =>
        LinearModel.Read(origin, ExactJsonReader.OfBody(body));

    static SupervisedClassifier Create(string nickname, LinearOptions options, IReadOnlyList<string> features)
    {
        var classifier = new LinearClassifier(nickname, options);
        return features.Count == 0 ? classifier : new SelectedFeatures(classifier, features);
    }
}
