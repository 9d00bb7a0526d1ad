using Microsoft.Extensions.Logging;

namespace Idq.Streaming;

/// <summary>Everything that the jobs say. Events 1xx are progress, 2xx losses, 3xx trouble.</summary>
static partial class LogMessages
{
    [LoggerMessage(100, LogLevel.Information, "over {Range}, stride {Stride} s, from {Next}")]
    public static partial void Started(ILogger logger, Segment range, string stride, GpsTime next);

    [LoggerMessage(101, LogLevel.Information, "{Stride} {Nickname}: {Note}")]
    public static partial void Step(ILogger logger, Segment stride, string nickname, string note);

    [LoggerMessage(103, LogLevel.Information, "stopped at {Next}")]
    public static partial void Stopped(ILogger logger, GpsTime next);

    [LoggerMessage(
        104,
        LogLevel.Warning,
        "nothing to do up to {End}: this analysis has come to {Next} already; to do a range again, give it another tag "
            + "(--set general:tag=NAME)"
    )]
    public static partial void AlreadyDone(ILogger logger, GpsTime end, GpsTime next);

    [LoggerMessage(200, LogLevel.Warning, "{Skipped} skipped: {Reason}")]
    public static partial void Skipped(ILogger logger, Segment skipped, string reason);

    [LoggerMessage(201, LogLevel.Warning, "{Stride} {Nickname}: too slow, {Waiting} strides wait; this one is skipped")]
    public static partial void LaneFull(ILogger logger, Segment stride, string nickname, int waiting);

    [LoggerMessage(202, LogLevel.Error, "{Stride} skipped: {Message}")]
    public static partial void Unreadable(ILogger logger, Segment stride, string message);

    [LoggerMessage(
        203,
        LogLevel.Warning,
        "{Nickname}: model {Seq} of the ledger is of flavour {Old} and the classifier is {New} now: it counts as untrained until the next "
            + "training"
    )]
    public static partial void OtherFlavor(ILogger logger, string nickname, long seq, string old, string @new);

    [LoggerMessage(204, LogLevel.Error, "{Stride} is lost for this classifier: {Message}")]
    public static partial void ClassifierFailed(ILogger logger, Exception cause, Segment stride, string message);

    [LoggerMessage(205, LogLevel.Error, "{Stride}: {Message}; the series goes on with OK = 0, and is filled in later")]
    public static partial void GoesOnWithout(ILogger logger, Segment stride, string message);

    [LoggerMessage(206, LogLevel.Information, "{Stride}: the input answers again")]
    public static partial void AnswersAgain(ILogger logger, Segment stride);

    [LoggerMessage(207, LogLevel.Information, "{Span} was missed; the series goes on at the present, and fills it in later")]
    public static partial void SetAside(ILogger logger, Segment span);

    [LoggerMessage(208, LogLevel.Error, "{Stride} {Nickname}: {Message}; until then the one before it is used")]
    public static partial void PassedOver(ILogger logger, Segment stride, string nickname, string message);

    [LoggerMessage(209, LogLevel.Error, "{Stride} {Nickname}: {Message}; until then its rows are left out")]
    public static partial void LeftOut(ILogger logger, Segment stride, string nickname, string message);

    [LoggerMessage(213, LogLevel.Error, "{Stride}: {Message}; it is waited for, and caught up afterwards")]
    public static partial void WaitsFor(ILogger logger, Segment stride, string message);

    [LoggerMessage(212, LogLevel.Error, "{Span}: {Message}; its time is read from the source again")]
    public static partial void ReadAgain(ILogger logger, Segment span, string message);

    [LoggerMessage(302, LogLevel.Warning, "the tracker store takes no sign of life at the moment, which is tried again: {Message}")]
    public static partial void NoSignOfLife(ILogger logger, string message);

    [LoggerMessage(301, LogLevel.Warning, "MLflow: {Message}")]
    public static partial void Mlflow(ILogger logger, string message);

    [LoggerMessage(300, LogLevel.Error, "{Stride}: {Message}; tried again in {Seconds} s")]
    public static partial void Retrying(ILogger logger, Segment stride, string message, double seconds);

    [LoggerMessage(
        210,
        LogLevel.Warning,
        "the source has new channels, which are not used until the program starts again; list them in [features] channels to have them "
            + "known from the start: {Channels}"
    )]
    public static partial void LateChannels(ILogger logger, string channels);

    [LoggerMessage(211, LogLevel.Warning, "{What}")]
    public static partial void PassedOver(ILogger logger, string what);
}
