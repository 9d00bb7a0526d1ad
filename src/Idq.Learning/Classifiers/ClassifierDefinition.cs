namespace Idq.Learning;

/// <summary>A classifier as a section of the configuration defines it, before its channels are known.</summary>
/// <param name="Nickname">The name by which configuration and products know it.</param>
/// <param name="Flavor">Its kind.</param>
/// <param name="Traits">What it needs; the classifier that <paramref name="Create"/> makes has the same.</param>
/// <param name="Create">Makes the classifier for the channels of the source.</param>
public sealed record ClassifierDefinition(
    string Nickname, ClassifierFlavor Flavor, ClassifierTraits Traits, Func<WitnessChannels, SupervisedClassifier> Create);
