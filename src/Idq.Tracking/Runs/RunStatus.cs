namespace Idq.Tracking;

/// <summary>The state of a run, in Slurm's words (24 of them).</summary>
public enum RunStatus
{
    /// <summary>The node did not start.</summary>
    BootFail,

    /// <summary>Ended by its user.</summary>
    Cancelled,

    /// <summary>Resources are being made ready.</summary>
    Configuring,

    /// <summary>Ended well.</summary>
    Completed,

    /// <summary>About to end.</summary>
    Completing,

    /// <summary>Ended at its deadline.</summary>
    Deadline,

    /// <summary>Ended with an error.</summary>
    Failed,

    /// <summary>Its machine failed, or it fell silent.</summary>
    NodeFail,

    /// <summary>Ended for want of memory.</summary>
    OutOfMemory,

    /// <summary>Made but not started; the first state.</summary>
    Pending,

    /// <summary>Ended to make room.</summary>
    Preempted,

    /// <summary>Held: its reservation was deleted.</summary>
    ResvDelHold,

    /// <summary>Requeued by a federation.</summary>
    RequeueFed,

    /// <summary>Requeued and held.</summary>
    RequeueHold,

    /// <summary>To be run again.</summary>
    Requeued,

    /// <summary>Changing its size.</summary>
    Resizing,

    /// <summary>Removed because another cluster runs it.</summary>
    Revoked,

    /// <summary>At work.</summary>
    Running,

    /// <summary>Being signalled.</summary>
    Signaling,

    /// <summary>Requeued in a special state.</summary>
    SpecialExit,

    /// <summary>Writing its results out.</summary>
    StageOut,

    /// <summary>Stopped, its resources kept.</summary>
    Stopped,

    /// <summary>Suspended, its resources given up.</summary>
    Suspended,

    /// <summary>Ended at its time limit.</summary>
    Timeout,
}

/// <summary>The text of a <see cref="RunStatus"/> in the store: upper case with underscores.</summary>
public static class RunStatusText
{
    static readonly string[] Texts =
    [
        "BOOT_FAIL", "CANCELLED", "CONFIGURING", "COMPLETED", "COMPLETING", "DEADLINE",
        "FAILED", "NODE_FAIL", "OUT_OF_MEMORY", "PENDING", "PREEMPTED", "RESV_DEL_HOLD",
        "REQUEUE_FED", "REQUEUE_HOLD", "REQUEUED", "RESIZING", "REVOKED", "RUNNING",
        "SIGNALING", "SPECIAL_EXIT", "STAGE_OUT", "STOPPED", "SUSPENDED", "TIMEOUT",
    ];

    /// <summary>The status as text, such as <c>OUT_OF_MEMORY</c>.</summary>
    public static string ToText(this RunStatus status) => Texts[(int)status];

    /// <summary>The status that a text stands for; case matters.</summary>
    /// <exception cref="FormatException">It stands for none.</exception>
    public static RunStatus Parse(string text)
    {
        var index = Array.IndexOf(Texts, text);
        return index >= 0
            ? (RunStatus)index
            : throw new FormatException($"'{text}' is not a run status: expected one of {string.Join(", ", Texts)}");
    }

    /// <summary>True for the states in which a run does nothing more, unless it is started again.</summary>
    public static bool IsFinal(this RunStatus status) => status is
        RunStatus.BootFail
        or RunStatus.Cancelled
        or RunStatus.Completed
        or RunStatus.Deadline
        or RunStatus.Failed
        or RunStatus.NodeFail
        or RunStatus.OutOfMemory
        or RunStatus.Preempted
        or RunStatus.Revoked
        or RunStatus.Timeout;
}
