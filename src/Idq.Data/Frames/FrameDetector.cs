namespace Idq.Data.Frames;

/// <summary>Where a detector stands and where its arms point (FrDetector).</summary>
/// <param name="Name">For example LHO_4k.</param>
/// <param name="Prefix">Two letters, with which its channels begin.</param>
/// <param name="Longitude">Of the vertex, in radians, positive to the east.</param>
/// <param name="Latitude">Of the vertex, in radians.</param>
/// <param name="Elevation">Of the vertex, in metres above the ellipsoid of WGS-84.</param>
/// <param name="XAzimuth">Of the x arm, in radians clockwise from north.</param>
/// <param name="YAzimuth">Of the y arm.</param>
/// <param name="XAltitude">Of the x arm, in radians above the horizon.</param>
/// <param name="YAltitude">Of the y arm.</param>
/// <param name="XMidpoint">Metres from the vertex to the middle of the x arm.</param>
/// <param name="YMidpoint">Metres from the vertex to the middle of the y arm.</param>
/// <remarks>
/// The figures of the known detectors are those of LIGO-T980044 and of the collaborations, as the field's libraries have them.
/// </remarks>
public sealed record FrameDetector(
    string Name, string Prefix, double Longitude, double Latitude, float Elevation, float XAzimuth, float YAzimuth,
    float XAltitude, float YAltitude, float XMidpoint, float YMidpoint)
{
    static readonly FrameDetector[] Known =
    [
        new("LHO_4k", "H1", -2.08405676917, 0.81079526383, 142.554f, 5.65487724844f, 4.08408092164f, -6.195e-4f, 1.25e-5f,
            1997.54199999999f, 1997.52199999999f),
        new("LLO_4k", "L1", -1.58430937078, 0.53342313506, -6.574f, 4.40317772346f, 2.83238139666f, -3.121e-4f, -6.107e-4f,
            1997.57499999999f, 1997.57499999999f),
        new("VIRGO", "V1", 0.18333805213, 0.76151183984, 51.884f, 0.33916285222f, 5.05155183261f, 0, 0, 1500, 1500),
        new("GEO_600", "G1", 0.17116780435, 0.91184982752, 114.425f, 1.19360100484f, 5.83039279401f, 0, 0, 300, 300),
    ];

    /// <summary>Seconds from UTC to the local time.</summary>
    public int LocalTime { get; init; }

    /// <summary>The detector of a prefix such as H1; null when its place is not known here.</summary>
    public static FrameDetector? Find(string prefix) => Array.Find(Known, d => d.Prefix == prefix);
}
