namespace Idq.Data;

/// <summary>Segments from a file, read again when the file changes.</summary>
/// <threadsafety>Safe for concurrent queries.</threadsafety>
public sealed class FileSegmentSource : ISegmentSource
{
    readonly string path;
    readonly string? flag;
    readonly Lock reading = new();
    (DateTime Changed, long Length) state;
    SegmentQuery? segments;

    /// <summary>A file, and the flag in it when it holds several; see <see cref="SegmentFile.Read"/>.</summary>
    public FileSegmentSource(string path, string? flag = null) => (this.path, this.flag) = (path, flag);

    /// <inheritdoc/>
    public ValueTask<SegmentQuery> QueryAsync(Segment span, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (reading)
        {
            var file = new FileInfo(path);
            var now = file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
            if (segments is null || now != state)
            {
                segments = SegmentFile.Read(path, flag);
                state = now;
            }
            return new(segments.Clip(span));
        }
    }
}
