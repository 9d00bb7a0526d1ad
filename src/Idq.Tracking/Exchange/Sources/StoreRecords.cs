using System.Threading.Channels;

namespace Idq.Tracking;

/// <summary>The records of another store, one after the other, while it is read on a thread of its own.</summary>
static class StoreRecords
{
    // How far the reading may be ahead.
    const int Ahead = 256;

    /// <summary>Its records, as they are at one moment.</summary>
    public static IEnumerable<ExchangeRecord> Of(TrackerStore store, ExportQuery query, CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<ExchangeRecord>(Ahead);
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = Task.Run(
            () =>
            {
                try
                {
                    store.Export(
                        query,
                        record =>
                        {
                            while (!channel.Writer.TryWrite(record))
                                if (!channel.Writer.WaitToWriteAsync(abandoned.Token).AsTask().GetAwaiter().GetResult()) return;
                        },
                        abandoned.Token);
                    channel.Writer.Complete();
                }
                catch (Exception e)
                {
                    // The reader of the channel gets the exception.
                    channel.Writer.Complete(e);
                }
            },
            CancellationToken.None);
        try
        {
            while (channel.Reader.WaitToReadAsync(cancellationToken).AsTask().GetAwaiter().GetResult())
                while (channel.Reader.TryRead(out var record)) yield return record;
        }
        finally
        {
            abandoned.Cancel();
            reading.GetAwaiter().GetResult();
        }
    }
}
