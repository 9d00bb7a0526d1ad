namespace Idq.Streaming;

/// <summary>What an offline run asks for.</summary>
/// <param name="Range">The range of GPS time.</param>
/// <param name="Bins">Number of bins.</param>
/// <param name="SegmentsPerBin">Pieces a bin.</param>
/// <param name="Causal">True to train on the past only.</param>
/// <param name="Fingerprint">Of the configuration: another configuration is another request.</param>
public sealed record BatchRequest(Segment Range, int Bins, int SegmentsPerBin, bool Causal, string Fingerprint)
{
    /// <summary>The name of the job: the same request has the same name, and its products the same paths.</summary>
    public string Job => $"batch_{Range.Start}_{Range.End}_{Bins}x{SegmentsPerBin}{(Causal ? "_causal" : "")}_{Fingerprint}";
}
