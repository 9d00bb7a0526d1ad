namespace Idq.Tracking;

/// <summary>One of the free-form JSON objects of a run.</summary>
public enum RunDocument
{
    /// <summary>Tags.</summary>
    Tags,

    /// <summary>What the run was called with.</summary>
    Args,

    /// <summary>What it ran in.</summary>
    Env,

    /// <summary>Anything else.</summary>
    Extras,
}
