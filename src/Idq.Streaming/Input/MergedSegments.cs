using Idq.Data;

namespace Idq.Streaming;

/// <summary>One flag whose segments are spread over several sources: known and active where any of them says so.</summary>
sealed class MergedSegments(IReadOnlyList<ISegmentSource> parts) : ISegmentSource
{
    public async ValueTask<SegmentQuery> QueryAsync(Segment span, CancellationToken cancellationToken)
    {
        var answers = new List<SegmentQuery>(parts.Count);
        foreach (var part in parts) answers.Add(await part.QueryAsync(span, cancellationToken));
        return SegmentQuery.Merge(answers);
    }
}
