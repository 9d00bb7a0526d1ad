namespace Idq.Streaming;

/// <summary>Writes the time series of a stride in one format.</summary>
/// <threadsafety>Used by several classifiers at once.</threadsafety>
public interface ISeriesWriter
{
    /// <summary>Puts files and messages into the output. The same series gives the same bytes.</summary>
    /// <exception cref="IOException">The disk is full or fails; the stride is tried again.</exception>
    void Write(PublishedSeries series, ProductOutput output);
}
