namespace Idq.Streaming;

/// <summary>A classifier failed at a stride, which costs this stride for this classifier and nothing else.</summary>
/// <param name="message">The classifier, and what it said.</param>
/// <param name="cause">What it threw.</param>
public sealed class ClassifierException(string message, Exception? cause = null) : Exception(message, cause);
