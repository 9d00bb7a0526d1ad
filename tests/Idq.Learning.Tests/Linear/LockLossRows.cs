using System.Globalization;

namespace Idq.Learning.Tests.Linear;

/// <summary>
/// The earthquakes of shared/data/lockloss-h1-o1o2 that found the Hanford interferometer locked: which broke the lock, and how the ground
/// moved.
/// </summary>
/// <remarks>
/// Every channel has one trigger an earthquake. The earthquake's own is at the sample time; the peaks come up to 4074 s before and 3961 s
/// after, while earthquakes may be 2783 s apart, so that no window about a sample holds its own peaks and no others. In each channel the
/// k-th trigger in time order belongs to the k-th sample.
/// </remarks>
static class LockLossRows
{
    public const string Earthquake = "USGS:EARTHQUAKE";
    public const string Velocity = "H1:SEIS-GND_PEAK_VEL";
    public const string Acceleration = "H1:SEIS-GND_PEAK_ACC";
    public const string Displacement = "H1:SEIS-GND_PEAK_DISP";

    /// <summary>Times and labels of the samples, in time order.</summary>
    public static (long[] Times, byte[] Labels) Samples()
    {
        var rows = Read("samples.csv")
            .Select(f => (Time: Time(f[0]), Label: byte.Parse(f[1], CultureInfo.InvariantCulture)))
            .OrderBy(r => r.Time)
            .ToArray();
        return (rows.Select(r => r.Time).ToArray(), rows.Select(r => r.Label).ToArray());
    }

    /// <summary>Triggers of a channel in time order.</summary>
    public static (long Time, double[] Values)[] Triggers(string channel) => Read("triggers.csv")
        .Where(f => f[1] == channel)
        .Select(f => (Time(f[0]), f[2..].Select(v => double.Parse(v, CultureInfo.InvariantCulture)).ToArray()))
        .OrderBy(t => t.Item1)
        .ToArray();

    /// <summary>Columns of the triggers' values.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["amplitude", "magnitude", "distance_km", "depth_km", "azimuth_deg"];

    /// <summary>One column of one channel, a value a sample.</summary>
    public static double[] Column(string channel, string column) =>
        Triggers(channel).Select(t => t.Values[Columns.ToList().IndexOf(column)]).ToArray();

    static IEnumerable<string[]> Read(string file) =>
        File.ReadLines(SharedData.Path("lockloss-h1-o1o2", file)).Skip(1).Where(l => l.Length > 0).Select(l => l.Split(','));

    static long Time(string seconds) => GpsTime.FromSeconds(decimal.Parse(seconds, CultureInfo.InvariantCulture)).Nanoseconds;
}
