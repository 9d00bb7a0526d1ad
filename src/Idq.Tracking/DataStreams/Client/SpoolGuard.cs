using Microsoft.Extensions.Logging;

namespace Idq.Tracking;

/// <summary>
/// The spool of a client that may have none: what a disk does must neither end the program nor lose what memory can keep.
/// </summary>
/// <threadsafety>The caller's lock.</threadsafety>
sealed partial class SpoolGuard : IDisposable
{
    readonly Spool? spool;
    readonly ILogger logger;
    bool isBroken;

    /// <exception cref="DataStreamException">The spool cannot be used, or another client has it.</exception>
    public SpoolGuard(DataStreamOptions options, ILogger logger)
    {
        this.logger = logger;
        if (options.CliSpool is not null && !options.Disable) spool = new Spool(options.CliSpool, options.CliSpoolLimit);
    }

    /// <summary>Whether there is one.</summary>
    public bool IsThere => spool is not null;

    /// <summary>Whether it takes messages now; otherwise memory alone keeps them.</summary>
    public bool IsUsable => spool is not null && !isBroken;

    public bool IsFull => spool?.IsFull ?? false;

    /// <summary>How often the disk failed.</summary>
    public long Errors { get; private set; }

    /// <summary>The messages of the client that had the spool before.</summary>
    public IEnumerable<(LogPosition Position, PackedPayload Payload)> TakeOver() =>
        spool?.TakeOver().Select(one => (one.Position, new PackedPayload(one.Payload, one.Records, one.IsCompressed))) ?? [];

    /// <summary>Writes a message at the end; null when it lies in memory only.</summary>
    public LogPosition? Add(PackedPayload packed)
    {
        LogPosition? position = null;
        Try(log => position = log.Add(packed.Payload, packed.Records, packed.IsCompressed));
        return position;
    }

    /// <summary>The payload of a message that is not kept in memory; null: it cannot be read again.</summary>
    public byte[]? Read(LogPosition position)
    {
        try
        {
            return spool!.Read(position);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DataStreamException)
        {
            Errors++;
            LogFailed(logger, Errors, e);
            return null;
        }
    }

    /// <summary>Everything before a message is acknowledged or given up; null: everything.</summary>
    public void Release(OutgoingMessage? oldest)
    {
        // Where the oldest message is not in the spool, what lies before the next one that is cannot be told.
        if (oldest is not { SpoolPosition: null }) Try(log => log.Release(oldest?.SpoolPosition));
    }

    /// <summary>All are acknowledged: nothing stays behind.</summary>
    public void Clear() => Try(log => log.Clear());

    public void Dispose() => spool?.Dispose();

    void Try(Action<Spool> use)
    {
        if (spool is null) return;
        try
        {
            use(spool);
            isBroken = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Errors++;
            isBroken = true;
            if (SparseLog.IsDue(Errors)) LogFailed(logger, Errors, e);
        }
    }

    [LoggerMessage(5005, LogLevel.Error, "The spool cannot be used ({Count} failures so far): records wait in memory")]
    static partial void LogFailed(ILogger logger, long count, Exception e);
}
