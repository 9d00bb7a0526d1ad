namespace Idq.Benchmarks;

/// <summary>How a figure stands to its goal.</summary>
public enum Verdict
{
    /// <summary>No goal was set for it.</summary>
    Informative,

    /// <summary>The goal is reached.</summary>
    Met,

    /// <summary>The goal is not reached.</summary>
    Missed,

    /// <summary>Something that the measurement needs is not there.</summary>
    NotMeasured,
}
