namespace Idq.Tracking;

/// <summary>Why messages are in quarantine, as text.</summary>
static class QuarantineReason
{
    /// <summary>Records of a run that the store does not know.</summary>
    public const string UnknownRun = "unknown-run";

    /// <summary>Rows that the store refuses for good.</summary>
    public const string Store = "store";

    public static string Of(MessageFailure failure) => failure switch
    {
        MessageFailure.NotAMessage => "not-a-message",
        MessageFailure.Version => "version",
        MessageFailure.Checksum => "checksum",
        MessageFailure.Signature => "signature",
        MessageFailure.Content => "content",
        MessageFailure.TooBig => "too-big",
        _ => "none",
    };
}
