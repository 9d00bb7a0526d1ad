using NodaTime;

namespace Idq.Tracking;

/// <summary>A named group of runs.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">Its name; unique in a store.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Comment">A remark.</param>
/// <param name="Tags">A JSON object.</param>
public sealed record Experiment(long Id, string Name, Instant Created, string? Comment, string Tags);

/// <summary>A directed, named relation between two experiments or two runs; at most one of a kind between two.</summary>
/// <param name="FromId">Where it starts.</param>
/// <param name="Kind">What it means.</param>
/// <param name="ToId">Where it ends.</param>
public sealed record Link(long FromId, string Kind, long ToId);
