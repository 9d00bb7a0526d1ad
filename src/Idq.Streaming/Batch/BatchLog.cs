using Microsoft.Extensions.Logging;

namespace Idq.Streaming;

/// <summary>What a batch says.</summary>
static partial class BatchLog
{
    [LoggerMessage(110, LogLevel.Information, "{Nickname} fold {Fold}: ranked {Glitches} glitches and {Cleans} clean times")]
    public static partial void Ranked(ILogger logger, string nickname, int fold, int glitches, int cleans);

    [LoggerMessage(111, LogLevel.Information, "{Job} is done already; this is what the ledger says of it")]
    public static partial void AlreadyDone(ILogger logger, string job);

    [LoggerMessage(210, LogLevel.Warning, "{Nickname} fold {Fold}: not trained: {Reason}")]
    public static partial void NotTrained(ILogger logger, string nickname, int fold, string reason);
}
