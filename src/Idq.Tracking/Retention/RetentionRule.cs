using NodaTime;

namespace Idq.Tracking;

/// <summary>How far back the points of histories are kept one by one, and what becomes of older ones.</summary>
/// <param name="OlderThan">How old a point must be to be thinned.</param>
/// <param name="Bucket">
/// The time that one row stands for afterwards: whole milliseconds. Buckets begin at multiples of it since 1970.
/// </param>
public readonly record struct RetentionRule(Duration OlderThan, Duration Bucket)
{
    internal long BucketMs => (long)Bucket.TotalMilliseconds;

    internal void Validate()
    {
        if (OlderThan < Duration.Zero)
            throw new ArgumentException("the age of points to thin must not be negative");
        if (Bucket < Duration.FromMilliseconds(1) || Bucket.ToInt64Nanoseconds() % 1_000_000 != 0)
            throw new ArgumentException("a bucket must be one or more whole milliseconds");
    }
}

/// <summary>What to thin.</summary>
/// <param name="Rules">Any number of steps, such as minutes after a month and hours after a year.</param>
public sealed record RetentionOptions(IReadOnlyList<RetentionRule> Rules)
{
    /// <summary>Only runs of this experiment.</summary>
    public string? Experiment { get; init; }

    /// <summary>Only this run.</summary>
    public long? RunId { get; init; }

    /// <summary>True to tell what would happen, and change nothing.</summary>
    public bool IsDryRun { get; init; }
}

/// <summary>What was done to one run, or would be.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Uid">Its uid.</param>
/// <param name="Rule">The rule that asked for it.</param>
/// <param name="Points">Points that went from its histories into buckets.</param>
/// <param name="Merged">Smaller buckets that went into wider ones.</param>
/// <param name="Rollups">How many buckets the run has afterwards.</param>
public sealed record ThinnedRun(long RunId, string Uid, RetentionRule Rule, long Points, long Merged, long Rollups);
