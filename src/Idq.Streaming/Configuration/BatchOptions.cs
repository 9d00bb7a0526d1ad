namespace Idq.Streaming;

/// <summary>What the pieces of a batch have in common.</summary>
public enum BatchSplit
{
    /// <summary>Equal livetime.</summary>
    Livetime,

    /// <summary>Equal numbers of samples; for labelled sample times.</summary>
    Samples,
}

/// <summary>[batch]: how an offline run is cut.</summary>
public sealed class BatchOptions
{
    /// <summary>The most pieces, of all bins together.</summary>
    public const int Most = 10_000;

    internal BatchOptions(SectionReader s)
    {
        Bins = (int)s.Integer("num_bins", "4", "bins; each is evaluated by a model that never saw it", 2, Most);
        SegmentsPerBin = (int)s.Integer("num_segs_per_bin", "4", "pieces that are dealt to a bin in turn", 1, Most);
        if ((long)Bins * SegmentsPerBin > Most)
            s.Problem("num_segs_per_bin", $"{Bins} bins of {SegmentsPerBin} pieces are too many", $"at most {Most} pieces altogether");
        Causal = s.Flag("causal", "False", "train only on what ends before the piece that is evaluated");
        Split = s.Choice("split", BatchSplit.Livetime, "what the pieces have in equal amounts",
            ("livetime", BatchSplit.Livetime), ("samples", BatchSplit.Samples));
    }

    /// <summary>Number of bins.</summary>
    public int Bins { get; }

    /// <summary>Pieces a bin.</summary>
    public int SegmentsPerBin { get; }

    /// <summary>True when only earlier pieces train.</summary>
    public bool Causal { get; }

    /// <summary>What the pieces have in common.</summary>
    public BatchSplit Split { get; }
}
