using System.Text.Json;

namespace Idq.Learning.Tests.Tally;

/// <summary>The kind <c>tally</c>: what somebody writes who adds a classifier.</summary>
sealed class TallyFlavor : ClassifierFlavor
{
    public override string Name => "Tally";

    public override string ModelName => TallyModel.FlavorName;

    public override ClassifierDefinition Read(string nickname, IOptionReader options)
    {
        var threshold = options.Number("threshold", "0", "", "values above it are counted apart from the others");
        return new(
            nickname,
            this,
            TallyClassifier.TraitsOfAll with { IsIncremental = true },
            _ => new TallyClassifier(nickname, threshold)
        );
    }

    public override ClassifierModel ReadModel(ModelOrigin origin, JsonElement body) =>
        TallyModel.Read(origin, ExactJsonReader.OfBody(body));
}
