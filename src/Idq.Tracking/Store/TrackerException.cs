namespace Idq.Tracking;

/// <summary>Why the tracker store refused; sorted by who can put it right.</summary>
public enum TrackerFailure
{
    /// <summary>The location names no store that this program can open: wrong scheme, empty path. The user corrects it.</summary>
    BadLocation,

    /// <summary>There is no store there yet; one that only reads does not create it.</summary>
    Missing,

    /// <summary>The file is there but is not a tracker store; it is left untouched.</summary>
    NotAStore,

    /// <summary>The store was written by a newer program; it is left untouched. The user updates the program.</summary>
    NewerSchema,

    /// <summary>The store was written by an older program and one that only reads does not migrate it.</summary>
    OlderSchema,

    /// <summary>Another process held the write lock for longer than the waiting time. A retry can help.</summary>
    Busy,

    /// <summary>The database server cannot be reached. A retry can help.</summary>
    Unreachable,

    /// <summary>The disk is full. A retry can help once there is room.</summary>
    Full,

    /// <summary>A product with this path is in the ledger already.</summary>
    DuplicateProduct,

    /// <summary>A product, experiment or run that was referred to does not exist.</summary>
    UnknownReference,

    /// <summary>Two things that were named together do not belong together, or a name is taken.</summary>
    Conflict,

    /// <summary>A cursor was not where the caller expected it: another process does the same job.</summary>
    CursorMoved,

    /// <summary>
    /// An export, or the database of another tracker, cannot be read: it is damaged, cut short, of a newer version, or something else.
    /// </summary>
    BadExchange,

    /// <summary>The store cannot be used: permissions, damage, input/output error, a violated constraint.</summary>
    Unusable,
}

/// <summary>
/// A failure of the tracker store. The message names what was attempted, on which store, and what to do. Nothing of the failed
/// operation has been written.
/// </summary>
public sealed class TrackerException : Exception
{
    public TrackerException(TrackerFailure failure, string message, Exception? inner = null)
        : base(message, inner) => Failure = failure;

    /// <summary>Why.</summary>
    public TrackerFailure Failure { get; }

    /// <summary>True when the same call may succeed later without anybody's help.</summary>
    public bool IsTransient => Failure is TrackerFailure.Busy or TrackerFailure.Full or TrackerFailure.Unreachable;
}
