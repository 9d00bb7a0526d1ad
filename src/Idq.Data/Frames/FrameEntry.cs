namespace Idq.Data.Frames;

/// <summary>A channel of a file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">The structure that holds it.</param>
public sealed record FrameEntry(string Name, FrameChannelKind Kind)
{
    /// <summary>Where it is in every frame; 0 where it is missing.</summary>
    internal long[] Positions { get; init; } = [];

    /// <summary>The class of its structures.</summary>
    internal string Class => ClassOf(Kind);

    internal static string ClassOf(FrameChannelKind kind) => kind switch
    {
        FrameChannelKind.Proc => "FrProcData",
        FrameChannelKind.Adc => "FrAdcData",
        _ => "FrSimData",
    };
}
