namespace Idq.Data;

/// <summary>Several flags as one: active where all included are and no excluded is; known where all of them are.</summary>
/// <remarks>Nothing included means all of time, so that flags can only be excluded.</remarks>
/// <param name="include">Flags that must be active.</param>
/// <param name="exclude">Flags that must not be.</param>
public sealed class FlagExpression(IReadOnlyList<ISegmentSource> include, IReadOnlyList<ISegmentSource> exclude) : ISegmentSource
{
    /// <inheritdoc/>
    public async ValueTask<SegmentQuery> QueryAsync(Segment span, CancellationToken cancellationToken)
    {
        var known = SegmentList.Of(span);
        var active = known;
        foreach (var source in include)
        {
            var answer = await source.QueryAsync(span, cancellationToken);
            known &= answer.Known;
            active &= answer.Active;
        }
        foreach (var source in exclude)
        {
            var answer = await source.QueryAsync(span, cancellationToken);
            known &= answer.Known;
            active -= answer.Active;
        }
        return new(known, active);
    }
}
