namespace Idq;

/// <summary>The surroundings of target triggers, in which no clean time is drawn.</summary>
public static class DirtySegments
{
    /// <summary>
    /// [t − window, t + window) about every target trigger inside <see cref="SampleDefinition.DirtyBounds"/>, coalesced, over the whole
    /// span of the data. A stretch is complete when the span reaches one dirty window beyond it on either side.
    /// </summary>
    /// <exception cref="ArgumentException">The source has no such target channel, or no column that a bound names.</exception>
    public static SegmentList Find(ClassifierData data, SampleDefinition definition)
    {
        var times = TargetTimes.Within(data, definition.TargetChannel, definition.DirtyBounds);
        return SegmentList.Coalesce(Array.ConvertAll(times, t => new Segment(new(t), new(t)).Protract(definition.DirtyWindow)).AsSpan());
    }
}
