using Microsoft.Extensions.Logging;

namespace Idq.Tracking;

/// <summary>Brings what an earlier server left in the log into the store.</summary>
static partial class LogReplay
{
    const int RowsAtOnce = 50_000;

    /// <exception cref="TrackerException">The store cannot tell which runs it knows; the log stays as it is.</exception>
    public static async Task RunAsync(
        WriteAheadLog log,
        ClientTable clients,
        KnownRuns runs,
        SequencePersister persister,
        ServerCounters counters,
        string folder,
        ILogger logger,
        CancellationToken cancellationToken
    )
    {
        var batches = new List<SequenceBatch>();
        long rows = 0, total = 0;
        foreach (var (head, read) in log.ReadOld())
        {
            var client = clients.Hear(head);
            if (client.Has(head.Number)) continue;
            ulong refused = 0;
            foreach (var batch in read)
            {
                if (await runs.KnowsAsync(batch.Run, cancellationToken))
                {
                    batches.Add(batch);
                    rows += batch.Rows.Count;
                }
                else refused += (ulong)batch.Rows.Count;
            }

            clients.Settle(client, head.Number, refused);
            if (rows >= RowsAtOnce) await PersistAsync();
        }

        if (rows > 0) await PersistAsync();
        if (total > 0) LogReplayed(logger, total, folder);
        if (log.Damaged > 0) LogDamaged(logger, log.Damaged, folder);
        log.ReleaseOld();

        async Task PersistAsync()
        {
            await persister.PersistAsync(SequencePersister.Merge(batches), cancellationToken);
            Interlocked.Add(ref counters.ReplayedRecords, rows);
            total += rows;
            rows = 0;
            batches.Clear();
        }
    }

    [LoggerMessage(5015, LogLevel.Information, "Brought {Rows} rows of the log in '{Folder}' into the store")]
    static partial void LogReplayed(ILogger logger, long rows, string folder);

    [LoggerMessage(
        5016,
        LogLevel.Warning,
        "{Files} files of the log in '{Folder}' end in the middle of an entry, which was not acknowledged"
    )]
    static partial void LogDamaged(ILogger logger, int files, string folder);
}
