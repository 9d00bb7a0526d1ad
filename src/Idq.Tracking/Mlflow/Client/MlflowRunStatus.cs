namespace Idq.Tracking.Mlflow;

/// <summary>The state of a run, in MLflow's words.</summary>
public enum MlflowRunStatus
{
    /// <summary>At work.</summary>
    Running,

    /// <summary>Will be run.</summary>
    Scheduled,

    /// <summary>Ended well.</summary>
    Finished,

    /// <summary>Ended with an error.</summary>
    Failed,

    /// <summary>Ended by somebody.</summary>
    Killed,
}

/// <summary>What a state is in the store's words and on the wire.</summary>
public static class MlflowRunStatusText
{
    /// <summary>The store's word for it.</summary>
    public static RunStatus ToRunStatus(this MlflowRunStatus status) => WireStatus.Parse(status.Wire())!.Value;

    /// <summary>MLflow's word for a state of the store, which has more of them.</summary>
    public static MlflowRunStatus Of(RunStatus status) => Parse(WireStatus.Of(status))!.Value;

    internal static string Wire(this MlflowRunStatus status) => status switch
    {
        MlflowRunStatus.Running => "RUNNING",
        MlflowRunStatus.Scheduled => "SCHEDULED",
        MlflowRunStatus.Finished => "FINISHED",
        MlflowRunStatus.Failed => "FAILED",
        MlflowRunStatus.Killed => "KILLED",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };

    /// <summary>Also the numbers that servers before 1.0 send; null for a word that is unknown.</summary>
    internal static MlflowRunStatus? Parse(string wire) => wire switch
    {
        "RUNNING" or "1" => MlflowRunStatus.Running,
        "SCHEDULED" or "2" => MlflowRunStatus.Scheduled,
        "FINISHED" or "3" => MlflowRunStatus.Finished,
        "FAILED" or "4" => MlflowRunStatus.Failed,
        "KILLED" or "5" => MlflowRunStatus.Killed,
        _ => null,
    };
}
