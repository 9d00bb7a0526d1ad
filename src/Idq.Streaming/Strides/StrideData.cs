namespace Idq.Streaming;

/// <summary>What a stride came with.</summary>
/// <param name="Stride">The stride.</param>
/// <param name="Data">Its triggers, padded on either side by the widest window; its segments are the good time.</param>
/// <param name="Unknown">The part for which the segment database does not say whether it is good.</param>
/// <param name="Undelivered">The part that the source does not have, by group of channels; groups that lack nothing are left out.</param>
public sealed record StrideData(
    Stride Stride, ClassifierData Data, SegmentList Unknown, IReadOnlyList<KeyValuePair<string, SegmentList>> Undelivered)
{
    /// <summary>The good part of the stride: active ∩ known ∩ delivered.</summary>
    public SegmentList Segments => Data.Segments;

    /// <summary>Why the unknown part is unknown, when it is not the database's own answer; else null.</summary>
    public string? WhyUnknown { get; init; }

    /// <summary>
    /// The parts of the margins on either side that the source does not have, by group of channels: rows near the edge may lack triggers.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, SegmentList>> BlindMargins { get; init; } = [];

    /// <summary>Nanoseconds in which data of some channels is missing.</summary>
    public long UndeliveredLivetime => Undelivered.Aggregate(SegmentList.Empty, (sum, group) => sum | group.Value).Livetime;

    /// <summary>True when no sample can be drawn.</summary>
    public bool IsEmpty => Segments.IsEmpty;

    /// <summary>The same without its triggers, for those who need nothing but its times.</summary>
    public StrideData WithoutTriggers() =>
        this with { Data = new(EventTable.Empty(Data.Span, Data.Table.Delivery, Data.Channels, Data.Columns), Data.Segments) };
}
