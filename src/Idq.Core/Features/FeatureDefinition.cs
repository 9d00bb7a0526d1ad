namespace Idq;

/// <summary>Which trigger of a window stands for a channel.</summary>
public enum Selection
{
    /// <summary>The largest significance; the nearest in time, then the earliest, at a tie.</summary>
    Loudest,

    /// <summary>
    /// The smallest pointy statistic 1 − exp(−2λ|Δt|): the trigger least likely to be so near and so loud by chance; the louder, then
    /// the earlier, at a tie. λ is the rate of triggers at least as loud in the window itself, their number / 2w, so that the choice
    /// depends on nothing outside the window and never on how a range is cut.
    /// </summary>
    Pointy,
}

/// <summary>A change of scale applied to a column's value.</summary>
public enum ColumnTransform
{
    /// <summary>As it is.</summary>
    Identity,

    /// <summary>Decimal logarithm; NaN (missing) at zero and below.</summary>
    Log10,

    /// <summary>Natural logarithm; NaN (missing) at zero and below.</summary>
    Log,

    /// <summary>Square root; NaN (missing) below zero.</summary>
    Sqrt,

    /// <summary>Absolute value.</summary>
    Abs,
}

/// <summary>One feature: a column of one channel, or the time difference to its selected trigger.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Column">A column's name, or <see cref="DeltaTime"/>.</param>
/// <param name="Transform">Applied to the value.</param>
/// <param name="Missing">
/// The value when no trigger is in the window, or when the trigger's own value is NaN after the transform; NaN says missing.
/// </param>
public sealed record FeatureColumn(
    string Channel,
    string Column,
    ColumnTransform Transform = ColumnTransform.Identity,
    double Missing = double.NaN
)
{
    /// <summary>The name that stands for t(trigger) − t(sample) in seconds.</summary>
    public const string DeltaTime = "delta_time";

    /// <summary>"channel-column".</summary>
    public string Name => $"{Channel}-{Column}";
}

/// <summary>How rows are made for given times.</summary>
/// <param name="Significance">The column that says how loud a trigger is.</param>
/// <param name="Window">Nanoseconds on either side of a time, ends included, in which triggers are looked for. A trigger whose
/// significance is NaN is not seen.</param>
/// <param name="Selection">Which trigger of the window stands for the channel.</param>
/// <param name="Columns">The features in order; grouped by channel for speed.</param>
public sealed record FeatureDefinition(string Significance, long Window, Selection Selection, IReadOnlyList<FeatureColumn> Columns);
