using Idq.Data;

namespace Idq.Streaming.Tests;

/// <summary>A segment database in memory, of one flag.</summary>
sealed class FakeSegments(SegmentList known, SegmentList active) : ISegmentDatabase
{
    public SegmentList Known { get; set; } = known;

    public SegmentList Active { get; set; } = active;

    public Func<Exception?> Fails { get; set; } = () => null;

    public int Queries { get; private set; }

    public static implicit operator GoodTime(FakeSegments segments) => new(segments, [FlagName.Parse("H1:GOOD:1")], []);

    public ValueTask<SegmentQuery> QueryAsync(FlagName flag, Segment span, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Queries++;
        return Fails() is { } failure ? throw failure : new(new SegmentQuery(Known, Active).Clip(span));
    }
}
