namespace Idq;

/// <summary>Strides that were given up to get back to real time.</summary>
/// <param name="FirstIndex">The first of them.</param>
/// <param name="Count">How many.</param>
/// <param name="Segment">What they cover.</param>
public readonly record struct SkippedStrides(long FirstIndex, long Count, Segment Segment);
