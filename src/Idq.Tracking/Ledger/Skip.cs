namespace Idq.Tracking;

/// <summary>A span that a job went past without a product, and why. Nothing is lost silently.</summary>
/// <param name="Id">Its number, in the order of commits.</param>
/// <param name="Job">The job that skipped.</param>
/// <param name="StartNs">Start of the span [start, end), GPS nanoseconds.</param>
/// <param name="EndNs">End of the span, GPS nanoseconds.</param>
/// <param name="Reason">Why, as a word that can be counted.</param>
/// <param name="Detail">Why, as a sentence.</param>
public sealed record Skip(long Id, string Job, long StartNs, long EndNs, string Reason, string? Detail);

/// <summary>A skip about to be recorded: a <see cref="Skip"/> without its number.</summary>
/// <param name="Job">The job that skips; not empty.</param>
/// <param name="StartNs">Start of the span [start, end), GPS nanoseconds.</param>
/// <param name="EndNs">End of the span, GPS nanoseconds; not before the start.</param>
/// <param name="Reason">Why, as a word that can be counted; not empty.</param>
/// <param name="Detail">Why, as a sentence.</param>
public sealed record SkipDraft(string Job, long StartNs, long EndNs, string Reason, string? Detail = null)
{
    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Job);
        ArgumentException.ThrowIfNullOrWhiteSpace(Reason);
        if (EndNs < StartNs)
            throw new ArgumentException($"a skip of {Job} ends at {EndNs} ns, before its start at {StartNs} ns");
    }
}
