namespace Idq.Learning;

/// <summary>How much one channel or feature contributes to a model.</summary>
/// <param name="Name">A channel (OVL) or a feature.</param>
/// <param name="Value">Comparable inside one model only; larger is more important.</param>
/// <param name="Details">
/// Named numbers behind the value, in the order in which a table shows them; the same names for every row of a model.
/// </param>
public sealed record FeatureImportance(string Name, double Value, IReadOnlyList<KeyValuePair<string, double>> Details);
