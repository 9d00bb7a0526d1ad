using System.Text.Json;

namespace Idq.Learning;

/// <summary>The kind <c>random</c>: <see cref="RandomClassifier"/>.</summary>
public sealed class RandomFlavor : ClassifierFlavor
{
    /// <inheritdoc/>
    public override string Name => "random";

    /// <inheritdoc/>
    public override string ModelName => RandomModel.FlavorName;

    /// <inheritdoc/>
    public override ClassifierDefinition Read(string nickname, IOptionReader options)
    {
        var random = new RandomOptions((ulong)options.Integer("seed", "0", "key of the ranks"));
        return new(nickname, this, RandomClassifier.TraitsOfAll, _ => new RandomClassifier(nickname, random));
    }

    /// <inheritdoc/>
    public override ClassifierModel ReadModel(ModelOrigin origin, JsonElement body) =>
        RandomModel.Read(origin, ExactJsonReader.OfBody(body));
}
