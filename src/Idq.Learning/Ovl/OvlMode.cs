namespace Idq.Learning;

/// <summary>Where a training starts from.</summary>
public enum OvlMode
{
    /// <summary>From an independent measurement of every configuration.</summary>
    Scratch,

    /// <summary>
    /// From the previous model's list in its order, followed by the configurations that are not on it and pass on their own, so that
    /// new witnesses are found. Without a previous model as <see cref="Scratch"/>.
    /// </summary>
    Incremental,
}
