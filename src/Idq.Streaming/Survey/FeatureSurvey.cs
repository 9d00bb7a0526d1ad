using Idq.Learning;

namespace Idq.Streaming;

/// <summary>How well one feature separates the classes by itself.</summary>
/// <param name="Name">"channel-column".</param>
/// <param name="Auc">Area under the receiver operating characteristic when the feature is the rank; missing ranks lowest.</param>
/// <param name="Present">Rows in which it is not missing.</param>
/// <param name="Glitches">Rows labelled as glitches.</param>
/// <param name="Cleans">Rows labelled as clean.</param>
public sealed record FeatureQuality(string Name, double Auc, int Present, int Glitches, int Cleans);

/// <summary>Looks at single features over a range without training anything.</summary>
public static class FeatureSurvey
{
    /// <summary>Every feature of the configuration, the best first.</summary>
    /// <exception cref="DataException">There is no feature.</exception>
    public static async Task<IReadOnlyList<FeatureQuality>> RankAsync(
        Configuration configuration, Segment range, CancellationToken cancellationToken)
    {
        using var input = new SurveyInput(configuration, range);
        var definition = configuration.Features.Definition(input.Channels.Usable);
        if (definition.Columns.Count == 0)
            throw new DataException(
                "there are no features: "
                    + (input.Channels.Usable.Count == 0
                        ? "the source has no channel that may be used, beside the target and unsafe ones"
                        : "[features] features names none of the channels that may be used")
            );
        var data = await input.LoadAsync(cancellationToken);
        var quiver = new QuiverFactory(definition).Make(data.Data, input.Samples(data));
        var features = quiver.Features;
        return Enumerable
            .Range(0, features.Names.Count)
            .Select(f => new FeatureQuality(
                features.Names[f], Roc.SingleFeatureAuc(features.Column(f), quiver.Labels), Present(features.Column(f)), quiver.GlitchCount,
                quiver.CleanCount))
            .OrderByDescending(f => Math.Abs(f.Auc - 0.5))
            .ThenBy(f => f.Name, StringComparer.Ordinal)
            .ToArray();
    }

    static int Present(ReadOnlySpan<double> values)
    {
        var present = 0;
        foreach (var value in values) present += double.IsNaN(value) ? 0 : 1;
        return present;
    }
}
