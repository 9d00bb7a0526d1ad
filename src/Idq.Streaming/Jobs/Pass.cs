namespace Idq.Streaming;

/// <summary>How a job goes past a stride. All but <see cref="Due"/> exist for series that must not wait.</summary>
public enum Pass
{
    /// <summary>In its turn, once.</summary>
    Due,

    /// <summary>In its turn with what is known by now; it is done again later.</summary>
    Provisional,

    /// <summary>Not now; it is done later.</summary>
    SetAside,

    /// <summary>Later, after it was set aside or done provisionally.</summary>
    FilledIn,
}
