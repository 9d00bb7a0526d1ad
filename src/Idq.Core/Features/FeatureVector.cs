namespace Idq;

/// <summary>One row of a quiver: a time, its label, and its features.</summary>
/// <param name="Time">The sample's time.</param>
/// <param name="Label"><see cref="Idq.Label.Glitch"/> or <see cref="Idq.Label.Clean"/>.</param>
/// <param name="Weight">How many like it the row stands for: 1, more when a storm was thinned.</param>
/// <param name="Features">Values in the order of the quiver's feature names.</param>
public sealed record FeatureVector(GpsTime Time, byte Label, double Weight, IReadOnlyList<double> Features);
