namespace Idq.Data;

/// <summary>What a file says of one flag, or of segments without a name.</summary>
/// <param name="Flag">The flag; null where the format has no names.</param>
/// <param name="Known">Where it was defined; null when the file does not say.</param>
/// <param name="Active">Where it was on.</param>
sealed record StatedSegments(FlagName? Flag, SegmentList? Known, SegmentList Active);
