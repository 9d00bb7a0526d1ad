namespace Idq.Data.Frames;

/// <summary>What a vector (FrVect) says of its samples.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of the samples.</param>
/// <param name="Count">How many they are.</param>
/// <param name="Step">The distance between two of them, in <paramref name="UnitX"/>.</param>
/// <param name="Unit">The unit of the samples; empty for none.</param>
/// <param name="UnitX">The unit of the axis: "s" for a series in time.</param>
/// <param name="Dimensions">The number of axes.</param>
public sealed record FrameVectorHead(
    string Name, FrameValueType Type, long Count, double Step, string Unit, string UnitX = "s", int Dimensions = 1)
{
    /// <summary>The field "compress" of the file: the compression and the order of bytes.</summary>
    internal int Compress { get; init; }

    /// <summary>How the samples are kept in the file, in words.</summary>
    public string Compression => FrameEncoding.Name(Compress);
}
