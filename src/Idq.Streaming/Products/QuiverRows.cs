namespace Idq.Streaming;

/// <summary>The columns of evaluated quivers that calibration and summaries read.</summary>
/// <param name="Times">GPS nanoseconds.</param>
/// <param name="Labels">1 for a glitch, 0 for clean.</param>
/// <param name="Weights">How many like it a row stands for.</param>
/// <param name="Ranks">In [0, 1].</param>
/// <param name="LogLikes">By the map of the time; NaN where there was none.</param>
/// <param name="Deviations">How well the map knew each of them: one standard deviation.</param>
public sealed record QuiverRows(long[] Times, byte[] Labels, double[] Weights, double[] Ranks, double[] LogLikes, double[] Deviations)
{
    /// <summary>Number of rows.</summary>
    public int Count => Times.Length;
}
