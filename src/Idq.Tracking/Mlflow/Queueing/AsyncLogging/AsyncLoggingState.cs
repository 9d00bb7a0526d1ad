namespace Idq.Tracking.Mlflow;

/// <summary>What an <see cref="AsyncLoggingQueue"/> is doing.</summary>
public enum AsyncLoggingState
{
    /// <summary>Nothing is taken and nobody works; the first state.</summary>
    Idle,

    /// <summary>Batches are taken and sent.</summary>
    Active,

    /// <summary>No more batches are taken; those that were are still sent.</summary>
    TearDown,
}
