using NodaTime;

namespace Idq.Tracking;

/// <summary>Something that was done to a run on purpose or for its silence.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Time">When.</param>
/// <param name="RunId">The run; null for what concerns the store.</param>
/// <param name="Action">truncate, silent, back, gc.</param>
/// <param name="Detail">A JSON object.</param>
public sealed record AuditEntry(long Id, Instant Time, long? RunId, string Action, string Detail);
