namespace Idq;

/// <summary>One step of a loop: a segment with its number, from which its ends are computed, so that no error adds up.</summary>
/// <param name="Index">Strides since the start of the cadence.</param>
/// <param name="Segment">What the stride covers; the last one may be cut at the maximum timestamp.</param>
public readonly record struct Stride(long Index, Segment Segment);
