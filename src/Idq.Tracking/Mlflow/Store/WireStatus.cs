namespace Idq.Tracking.Mlflow;

/// <summary>The five run states of the protocol, and how the store's 24 map to them.</summary>
static class WireStatus
{
    /// <summary>The tag that tells the store's own state when the protocol has no word for it.</summary>
    public const string RawTag = "slurm.status";

    /// <summary>The protocol's states, in the order of their numbers, from 1.</summary>
    public static readonly string[] All = ["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"];

    /// <summary>The protocol's text of a state.</summary>
    public static string Of(RunStatus status) =>
        status switch
        {
            RunStatus.Completed => "FINISHED",
            RunStatus.Failed
            or RunStatus.BootFail
            or RunStatus.NodeFail
            or RunStatus.OutOfMemory
            or RunStatus.Timeout
            or RunStatus.Deadline => "FAILED",
            RunStatus.Cancelled or RunStatus.Preempted or RunStatus.Revoked => "KILLED",
            RunStatus.Running
            or RunStatus.Resizing
            or RunStatus.Signaling
            or RunStatus.Completing
            or RunStatus.StageOut
            or RunStatus.Suspended
            or RunStatus.Stopped => "RUNNING",
            _ => "SCHEDULED",
        };

    /// <summary>The state that a protocol's text stands for, or null.</summary>
    public static RunStatus? Parse(string text) => text switch
    {
        "RUNNING" => RunStatus.Running,
        "SCHEDULED" => RunStatus.Pending,
        "FINISHED" => RunStatus.Completed,
        "FAILED" => RunStatus.Failed,
        "KILLED" => RunStatus.Cancelled,
        _ => null,
    };

    /// <summary>True when the protocol's text says all that the state says.</summary>
    public static bool IsExact(RunStatus status) => Parse(Of(status)) == status;
}
