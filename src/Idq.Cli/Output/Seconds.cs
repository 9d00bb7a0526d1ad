namespace Idq.Cli;

/// <summary>A duration that is printed as seconds, exactly.</summary>
/// <param name="Nanoseconds">The duration; the greatest number means without end.</param>
readonly record struct Seconds(long Nanoseconds)
{
    public bool IsFinite => Nanoseconds != long.MaxValue;

    public override string ToString() => IsFinite ? GpsSeconds.Format(Nanoseconds) : "inf";
}
