using Idq.Learning;

namespace Idq.Streaming;

/// <summary>A quiver with the ranks of one classifier: what evaluate persists and calibrate reads.</summary>
/// <param name="Nickname">The classifier.</param>
/// <param name="Span">The stride, or the bin of a batch.</param>
/// <param name="Quiver">The rows.</param>
/// <param name="Ranks">Parallel to the rows.</param>
/// <param name="WindowRanks">Parallel: ranks at an instant in the window of each glitch; of a clean time its own.</param>
/// <param name="WithFeatures">True when the features are written too.</param>
/// <param name="ModelHash">The model that ranked.</param>
/// <param name="Map">The map that judged, made of earlier rows only; null when there was none.</param>
public sealed record EvaluatedQuiver(
    string Nickname, Segment Span, Quiver Quiver, double[] Ranks, double[] WindowRanks, bool WithFeatures, string ModelHash,
    CalibrationDocument? Map);
