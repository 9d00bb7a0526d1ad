namespace Idq.Tracking.Mlflow;

/// <summary>What the directory of an <see cref="OfflineSpool"/> holds.</summary>
/// <param name="Waiting">The runs whose operations wait, in the order of their oldest one.</param>
/// <param name="Refused">What the target refused for good, oldest first.</param>
public sealed record SpoolContents(IReadOnlyList<SpooledRun> Waiting, IReadOnlyList<SpoolRefusal> Refused);

/// <summary>A run with operations that wait.</summary>
/// <param name="Run">The run's id, or the spool's own name of a run that it is to make.</param>
/// <param name="Operations">How many.</param>
public sealed record SpooledRun(string Run, int Operations);

/// <summary>An operation that was refused.</summary>
/// <param name="Run">The run's id, or the spool's own name of it.</param>
/// <param name="Reason">Why, in the target's words.</param>
public sealed record SpoolRefusal(string Run, string Reason);
