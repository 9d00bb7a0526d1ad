namespace Idq.Tracking;

/// <summary>What the buckets of a series are spread over.</summary>
public enum SeriesAxis
{
    /// <summary>Time: UNIX milliseconds.</summary>
    Time,

    /// <summary>Steps.</summary>
    Step,
}

/// <summary>A part of a series.</summary>
public sealed record SeriesQuery
{
    /// <summary>The axis of <see cref="From"/>, <see cref="To"/> and of buckets.</summary>
    public SeriesAxis Axis { get; init; } = SeriesAxis.Time;

    /// <summary>From here on, this included; null from the first point on.</summary>
    public long? From { get; init; }

    /// <summary>Up to here, this not included; null up to the last point.</summary>
    public long? To { get; init; }

    /// <summary>How many buckets of one width the part is divided into.</summary>
    public int Buckets { get; init; } = 1000;
}

/// <summary>Points of a series that fall into one bucket. Their number, sum and extremes are exact, whatever was thinned before.</summary>
/// <param name="Start">Where the bucket begins on the axis.</param>
/// <param name="End">Where it ends, this not included.</param>
/// <param name="Count">How many ordinary points there are: those of less than 1e290 either way.</param>
/// <param name="Sum">Their sum, as exact as the engine adds doubles.</param>
/// <param name="Least">The least of them; NaN when there is none.</param>
/// <param name="Greatest">The greatest of them; NaN when there is none.</param>
/// <param name="Others">How many points there are that are no part of these: NaN, infinities, and what comes near them.</param>
public readonly record struct SeriesBucket(long Start, long End, long Count, double Sum, double Least, double Greatest, long Others)
{
    /// <summary>The mean of the ordinary points; NaN when there is none.</summary>
    public double Mean => Count == 0 ? double.NaN : Sum / Count;
}

/// <summary>A point of a series, or what became of several that were thinned.</summary>
/// <param name="FirstStep">The least step.</param>
/// <param name="LastStep">The greatest step.</param>
/// <param name="FirstMs">The earliest time, UNIX milliseconds.</param>
/// <param name="LastMs">The latest time.</param>
/// <param name="Count">How many points these are: 1 for one that was not thinned.</param>
/// <param name="Mean">Their mean, which is the value of a single one.</param>
/// <param name="Least">The least value.</param>
/// <param name="Greatest">The greatest value.</param>
public readonly record struct SeriesPoint(
    long FirstStep,
    long LastStep,
    long FirstMs,
    long LastMs,
    long Count,
    double Mean,
    double Least,
    double Greatest
);
