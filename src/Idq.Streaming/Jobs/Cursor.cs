using System.Globalization;

namespace Idq.Streaming;

/// <summary>How far a job has come with one classifier, as the tracker store keeps it, in the same transaction as the products.</summary>
/// <param name="Next">Start of the next stride.</param>
/// <param name="State">A number that the job needs to go on: new rows since the last model (train), the last sequence number read (calibrate).</param>
public readonly record struct Cursor(GpsTime Next, long State)
{
    /// <summary>The name under which it is kept.</summary>
    public static string Name(string job, string nickname) => $"{job}/{nickname}";

    /// <summary>"nanoseconds state".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Next.Nanoseconds} {State}");

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">The text is no cursor.</exception>
    public static Cursor Parse(string text)
    {
        var parts = text.Split(' ');
        return parts.Length == 2
            ? new(new GpsTime(long.Parse(parts[0], CultureInfo.InvariantCulture)), long.Parse(parts[1], CultureInfo.InvariantCulture))
            : throw new FormatException($"'{text}' is no cursor");
    }
}
