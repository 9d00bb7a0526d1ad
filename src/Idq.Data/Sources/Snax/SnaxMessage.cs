namespace Idq.Data;

/// <summary>The events of one feature message, in columns, in the order of the message.</summary>
/// <param name="Start">The timestamp of the message: where the stretch of time that it covers begins.</param>
/// <param name="Slots">The most slots that a channel has; the stretch is as many sampling intervals long.</param>
/// <param name="Times">GPS nanoseconds.</param>
/// <param name="Channels">Parallel to <paramref name="Times"/>: ids of the <see cref="SnaxDecoder"/>.</param>
/// <param name="Values">One array a column, parallel to <paramref name="Times"/>; NaN where a row lacks it.</param>
/// <param name="Losses">What the message holds that became no event.</param>
sealed record SnaxMessage(GpsTime Start, int Slots, long[] Times, int[] Channels, double[][] Values, SnaxLosses Losses)
{
    /// <summary>Number of events.</summary>
    public int Count => Times.Length;
}

/// <summary>What a feature message holds that became no event, or not whole.</summary>
/// <param name="Nulls">Slots without a row.</param>
/// <param name="NotNumbers">Values of wanted columns that are NaN, infinite, null or missing.</param>
/// <param name="Timeless">Rows without a usable time.</param>
/// <param name="Foreign">Channels of another detector.</param>
readonly record struct SnaxLosses(int Nulls, int NotNumbers, int Timeless, int Foreign);
