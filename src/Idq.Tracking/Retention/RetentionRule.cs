using System.Globalization;
using NodaTime;

namespace Idq.Tracking;

/// <summary>How far back the points of histories are kept one by one, and what becomes of older ones.</summary>
/// <param name="OlderThan">How old a point must be to be thinned.</param>
/// <param name="Bucket">
/// The time that one row stands for afterwards: whole milliseconds. Buckets begin at multiples of it since 1970.
/// </param>
public readonly record struct RetentionRule(Duration OlderThan, Duration Bucket)
{
    static readonly (char Unit, int Seconds)[] Units = [('w', 604_800), ('d', 86_400), ('h', 3600), ('m', 60), ('s', 1)];

    /// <summary>Reads AGE:BUCKET, such as 30d:1m.</summary>
    /// <exception cref="FormatException">The text is no rule.</exception>
    public static RetentionRule Parse(string text) => text?.Split(':') is [var age, var bucket]
        ? new RetentionRule(ParseAge(age), ParseAge(bucket))
        : throw new FormatException($"'{text}' is no rule: write AGE:BUCKET, such as 30d:1m");

    /// <summary>Reads a number with s, m, h, d or w, such as 30d.</summary>
    /// <exception cref="FormatException">The text is no age.</exception>
    public static Duration ParseAge(string text)
    {
        var length = text is { Length: > 1 } ? Units.FirstOrDefault(u => u.Unit == text[^1]).Seconds : 0;
        return length > 0
            && double.TryParse(text.AsSpan(..^1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number * length <= 3e9
                ? Duration.FromSeconds(number * length)
                : throw new FormatException($"'{text}' is no age: write a number with s, m, h, d or w, such as 30d");
    }

    /// <summary>An age as <see cref="ParseAge"/> reads it, in its largest unit below a week that divides it.</summary>
    public static string Text(Duration age)
    {
        var seconds = age.TotalSeconds;
        var (unit, length) = Units.First(u => u.Unit != 'w' && (u.Seconds == 1 || seconds % u.Seconds == 0));
        return string.Create(CultureInfo.InvariantCulture, $"{seconds / length}{unit}");
    }

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
