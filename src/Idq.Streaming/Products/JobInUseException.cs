namespace Idq.Streaming;

/// <summary>The same job of the same analysis runs in another process.</summary>
/// <param name="message">Which, and what to do.</param>
/// <param name="cause">The refused lock.</param>
public sealed class JobInUseException(string message, Exception cause) : Exception(message, cause);
