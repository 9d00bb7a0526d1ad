using Idq.Data;

namespace Idq.Streaming.Tests;

/// <summary>A segment database in memory.</summary>
sealed class FakeSegments(SegmentList known, SegmentList active) : ISegmentSource
{
    public SegmentList Known { get; set; } = known;

    public SegmentList Active { get; set; } = active;

    public Func<Exception?> Fails { get; set; } = () => null;

    public int Queries { get; private set; }

    public ValueTask<SegmentQuery> QueryAsync(Segment span, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Queries++;
        return Fails() is { } failure ? throw failure : new(new SegmentQuery(Known, Active).Clip(span));
    }
}
