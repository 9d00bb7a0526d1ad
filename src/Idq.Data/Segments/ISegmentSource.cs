namespace Idq.Data;

/// <summary>Where the good times come from: files, or a segment server.</summary>
public interface ISegmentSource
{
    /// <summary>What is known and active inside a span.</summary>
    /// <exception cref="DataException">The source cannot answer; <see cref="DataException.IsTransient"/> says whether a retry can help.</exception>
    ValueTask<SegmentQuery> QueryAsync(Segment span, CancellationToken cancellationToken);
}
