namespace Idq.Learning;

/// <summary>Where a training starts from.</summary>
public enum OvlMode
{
    /// <summary>From an independent measurement of every configuration.</summary>
    Scratch,

    /// <summary>
    /// From the previous model's list in its order, without the lines that no longer pass on their own and followed by the configurations
    /// that newly do, so that new witnesses are found. Without a previous model as <see cref="Scratch"/>.
    /// </summary>
    Incremental,
}
