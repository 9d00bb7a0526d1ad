namespace Idq.Tracking;

/// <summary>Why a message was refused.</summary>
public enum MessageFailure
{
    /// <summary>It was not.</summary>
    None,

    /// <summary>
    /// Too short, without the mark that messages start with, of another length than it says, or with flags that mean nothing.
    /// </summary>
    NotAMessage,

    /// <summary>Of a version that this program does not know.</summary>
    Version,

    /// <summary>The checksum is wrong: damaged on the way.</summary>
    Checksum,

    /// <summary>A key is set and the message is not signed, or signed by another one.</summary>
    Signature,

    /// <summary>The checksum is right, but what it holds is not what it should be.</summary>
    Content,

    /// <summary>It, or what it unpacks to, is larger than allowed.</summary>
    TooBig,
}
