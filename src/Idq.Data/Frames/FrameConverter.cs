namespace Idq.Data.Frames;

/// <summary>What a frame says of the converter of a channel (FrAdcData). The samples are counts: value = bias + slope · count.</summary>
/// <param name="Group">The group of channels.</param>
/// <param name="Number">The number in the group.</param>
/// <param name="Bits">The resolution.</param>
/// <param name="Bias">The value of no counts, in units of the channel.</param>
/// <param name="Slope">The value of one count, in units of the channel; 0 where nobody said it.</param>
/// <param name="Validity">0 for valid data.</param>
public sealed record FrameConverter(long Group = 0, long Number = 0, long Bits = 0, float Bias = 0, float Slope = 1, int Validity = 0);
