namespace Idq.Streaming;

/// <summary>How a range is cut for cross-validation: pieces of equal livetime, dealt to bins in turn.</summary>
/// <param name="Folds">What is evaluated, with what trains for it.</param>
public sealed record BatchPlan(IReadOnlyList<BatchFold> Folds)
{
    /// <summary>
    /// Round-robin: bins × segmentsPerBin pieces, piece i to bin i mod bins; every bin is evaluated by a model of all the others.
    /// Causal: every piece but the first is evaluated by a model of the pieces before it.
    /// </summary>
    /// <param name="good">The good time of the range.</param>
    /// <param name="cuts">Instants between which the pieces lie, ascending, one less than there are pieces.</param>
    /// <param name="bins">Number of bins.</param>
    /// <param name="causal">True to train on the past only.</param>
    public static BatchPlan Make(SegmentList good, IReadOnlyList<GpsTime> cuts, int bins, bool causal)
    {
        var edges = cuts.Prepend(GpsTime.MinValue).Append(GpsTime.MaxValue).ToArray();
        var pieces = Enumerable.Range(0, edges.Length - 1).Select(i => good.Clip(new Segment(edges[i], edges[i + 1]))).ToArray();
        return new(
            causal
                ? Enumerable
                    .Range(1, pieces.Length - 1)
                    .Select(i => new BatchFold(i, pieces[i], good.Clip(new Segment(GpsTime.MinValue, edges[i]))))
                    .ToArray()
                : Enumerable
                    .Range(0, bins)
                    .Select(b =>
                    {
                        var own = pieces.Where((_, i) => i % bins == b).Aggregate(SegmentList.Empty, (sum, p) => sum | p);
                        return new BatchFold(b, own, good - own);
                    })
                    .ToArray()
        );
    }

    /// <summary>The instants that cut segments into pieces of equal livetime, exact to the nanosecond.</summary>
    public static IReadOnlyList<GpsTime> EqualLivetime(SegmentList good, int pieces)
    {
        var cuts = new List<GpsTime>();
        long passed = 0;
        var next = 1;
        foreach (var segment in good)
        {
            while (next < pieces && (long)((Int128)good.Livetime * next / pieces) is var wanted && wanted < passed + segment.Duration)
            {
                cuts.Add(segment.Start + (wanted - passed));
                next++;
            }
            passed += segment.Duration;
        }
        return cuts;
    }

    /// <summary>The instants that cut sorted times into pieces of equal numbers: each is the first time of a piece.</summary>
    public static IReadOnlyList<GpsTime> EqualSamples(ReadOnlySpan<long> times, int pieces)
    {
        var cuts = new List<GpsTime>();
        for (var i = 1; i < pieces; i++)
            if (times.Length > 0) cuts.Add(new GpsTime(times[(int)((long)times.Length * i / pieces)]));
        return cuts;
    }
}

/// <summary>One model of a batch.</summary>
/// <param name="Number">The bin, or the piece in causal mode.</param>
/// <param name="Evaluated">What it is evaluated on.</param>
/// <param name="Trained">What it is trained on: nothing of <paramref name="Evaluated"/>.</param>
public sealed record BatchFold(int Number, SegmentList Evaluated, SegmentList Trained);
