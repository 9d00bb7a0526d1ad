namespace Idq.Data.Frames;

/// <summary>What was done to the data of a frame (FrHistory).</summary>
/// <param name="Name">The program.</param>
/// <param name="Time">When, in whole GPS seconds.</param>
/// <param name="Comment">What.</param>
public sealed record FrameHistory(string Name, long Time, string Comment);
