namespace Idq.Data.Frames;

/// <summary>The kinds of channels that frames hold.</summary>
public enum FrameChannelKind
{
    /// <summary>FrProcData: what was computed.</summary>
    Proc,

    /// <summary>FrAdcData: what a converter digitised.</summary>
    Adc,

    /// <summary>FrSimData: what was simulated.</summary>
    Sim,
}
