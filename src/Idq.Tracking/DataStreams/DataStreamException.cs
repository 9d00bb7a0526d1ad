namespace Idq.Tracking;

/// <summary>Why a data stream refused; sorted by who can put it right.</summary>
public enum DataStreamFailure
{
    /// <summary>A column has a reserved, empty, overlong or repeated name. The caller renames it.</summary>
    InvalidKey,

    /// <summary>A value is of a type that no record can hold. The caller converts it.</summary>
    UnsupportedType,

    /// <summary>
    /// A value of a supported type that cannot be kept exactly: text that is not Unicode, a time out of range, nesting too deep.
    /// </summary>
    InvalidValue,

    /// <summary>A record is larger than a message may be. The caller makes it smaller or allows the stream transport.</summary>
    TooBig,

    /// <summary>An option is out of its range or an address cannot be understood. The user corrects it.</summary>
    InvalidOption,

    /// <summary>The address is in use or may not be used. The user names another one, or stops the other server.</summary>
    AddressNotAvailable,

    /// <summary>Bytes are not what they should be: not a message, damaged, of another version.</summary>
    Malformed,

    /// <summary>A file of the stream, the write-ahead log or the spool, cannot be used.</summary>
    Unusable,
}

/// <summary>A failure of a data stream; the message names what was attempted and what to do. Nothing of the failed call was kept.</summary>
public sealed class DataStreamException : Exception
{
    public DataStreamException(DataStreamFailure failure, string message, Exception? inner = null)
        : base(message, inner) => Failure = failure;

    /// <summary>Why.</summary>
    public DataStreamFailure Failure { get; }
}
