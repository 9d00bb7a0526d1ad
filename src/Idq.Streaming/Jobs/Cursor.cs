using System.Globalization;

namespace Idq.Streaming;

/// <summary>How far a job has come with one classifier, as the tracker store keeps it, in the same transaction as the products.</summary>
/// <param name="Next">Start of the next stride.</param>
/// <param name="State">
/// A number that the job needs to go on: new rows since the last model (train), the last sequence number read (calibrate).
/// </param>
/// <param name="Origin">
/// Where the strides are numbered from, so that a call without a start goes on in the same strides, with the same memory.
/// </param>
public readonly record struct Cursor(GpsTime Next, long State, GpsTime Origin)
{
    /// <summary>The name under which it is kept.</summary>
    public static string Name(string job, string nickname) => $"{job}/{nickname}";

    /// <summary>"next state origin", times in nanoseconds.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Next.Nanoseconds} {State} {Origin.Nanoseconds}");

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">The text is no cursor.</exception>
    public static Cursor Parse(string text)
    {
        var parts = text.Split(' ');
        static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
        return parts.Length == 3
            ? new(new GpsTime(Number(parts[0])), Number(parts[1]), new GpsTime(Number(parts[2])))
            : throw new FormatException($"'{text}' is no cursor");
    }
}
