namespace Idq.Data;

/// <summary>A source of event files of one format.</summary>
/// <threadsafety>Safe for concurrent reads.</threadsafety>
public abstract class EventFileSource : IEventSource
{
    readonly EventFileSet files;

    private protected EventFileSource(EventFileSet files) => this.files = files;

    /// <inheritdoc/>
    public ChannelDictionary Channels => files.Channels;

    /// <inheritdoc/>
    public IReadOnlyList<string> Columns => files.Columns;

    /// <inheritdoc/>
    public string? WhyMissing(string column) => files.WhyMissing(column);

    /// <inheritdoc/>
    public ValueTask<EventTable> ReadAsync(Segment span, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(files.Read(span, cancellationToken));
    }

    /// <inheritdoc/>
    public void Dispose() => GC.SuppressFinalize(this);
}
