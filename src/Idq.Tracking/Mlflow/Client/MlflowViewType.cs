namespace Idq.Tracking.Mlflow;

/// <summary>Which experiments or runs a search sees.</summary>
public enum MlflowViewType
{
    /// <summary>Those that were not deleted.</summary>
    ActiveOnly,

    /// <summary>Those that were deleted.</summary>
    DeletedOnly,

    /// <summary>All.</summary>
    All,
}

static class MlflowViewTypeText
{
    public static string Wire(this MlflowViewType view) => view switch
    {
        MlflowViewType.ActiveOnly => "ACTIVE_ONLY",
        MlflowViewType.DeletedOnly => "DELETED_ONLY",
        MlflowViewType.All => "ALL",
        _ => throw new ArgumentOutOfRangeException(nameof(view)),
    };
}
