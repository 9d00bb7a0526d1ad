namespace Idq.Benchmarks;

/// <summary>A line of the table.</summary>
/// <param name="Goal">The goal that it belongs to: P1 to P12.</param>
/// <param name="Name">What was measured.</param>
public sealed record Row(string Goal, string Name)
{
    /// <summary>Our figure; null when it could not be measured.</summary>
    public Figure? Ours { get; init; }

    /// <summary>The figure of the reference; null when there is none.</summary>
    public Figure? Reference { get; init; }

    /// <summary>Whose figure the reference is.</summary>
    public string ReferenceName { get; init; } = "";

    /// <summary>
    /// How many times better we are than the reference (more work a second, or fewer seconds for the same work), or what the goal says it
    /// is.
    /// </summary>
    public double? Ratio { get; init; }

    /// <summary>The goal in words.</summary>
    public string Target { get; init; } = "";

    /// <summary>How the figure stands to it.</summary>
    public Verdict Verdict { get; init; }

    /// <summary>What a reader should know about the figure; null when there is nothing.</summary>
    public string? Note { get; init; }

    /// <summary>A measurement that cannot be made here.</summary>
    public static Row Missing(string goal, string name, string target, string reason) =>
        new(goal, name)
        {
            Target = target,
            Verdict = Verdict.NotMeasured,
            Note = reason,
        };
}
