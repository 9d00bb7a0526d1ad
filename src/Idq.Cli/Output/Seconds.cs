namespace Idq.Cli;

/// <summary>A duration that is printed as seconds, exactly.</summary>
/// <param name="Nanoseconds">The duration; the greatest number means without end.</param>
readonly record struct Seconds(long Nanoseconds)
{
    /// <summary>False when it is without end.</summary>
    public bool IsFinite => Nanoseconds != long.MaxValue;

    /// <summary>Decimal seconds, or inf.</summary>
    public override string ToString() => IsFinite ? GpsSeconds.Format(Nanoseconds) : "inf";
}
