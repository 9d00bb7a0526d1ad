namespace Idq.Data;

/// <summary>A source of event files of one format.</summary>
/// <threadsafety>Safe for concurrent reads.</threadsafety>
public abstract class EventFileSource : IEventSource
{
    readonly EventFileSet files;

    private protected EventFileSource(EventFileSet files) => this.files = files;

    public ChannelDictionary Channels => files.Channels;

    public IReadOnlyList<string> Columns => files.Columns;

    public IReadOnlyList<string> Warnings => files.Warnings;

    public string? WhyMissing(string column) => files.WhyMissing(column);

    public ValueTask<EventTable> ReadAsync(Segment span, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(files.Read(span, cancellationToken));
    }

    public void Dispose() => GC.SuppressFinalize(this);
}
