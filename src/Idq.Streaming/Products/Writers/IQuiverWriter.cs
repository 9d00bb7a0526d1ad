namespace Idq.Streaming;

/// <summary>Writes the evaluated rows of a stride in one format.</summary>
/// <threadsafety>Used by several classifiers at once.</threadsafety>
public interface IQuiverWriter
{
    /// <summary>Puts files and messages into the output. The same rows give the same bytes.</summary>
    /// <exception cref="IOException">The disk is full or fails; the stride is tried again.</exception>
    void Write(EvaluatedQuiver quiver, ProductOutput output);
}
