namespace Idq;

/// <summary>Data that exists but cannot be used: torn, malformed, or unreachable. The message says what, where, and what to do.</summary>
/// <param name="message">One clear sentence.</param>
/// <param name="isTransient">True when the same call may succeed later (a server that is down), false when somebody has to mend the
/// data.</param>
/// <param name="cause">The error underneath.</param>
public sealed class DataException(string message, bool isTransient = false, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>True when a retry can help.</summary>
    public bool IsTransient { get; } = isTransient;
}
