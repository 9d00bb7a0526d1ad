using Idq.Tracking;
using Microsoft.Extensions.Logging;

namespace Idq.Streaming;

/// <summary>
/// Empties the outbox of the store while the jobs fill it: sends what was committed, in order, and removes what was delivered. A message
/// is delivered at least once: a crash between delivery and removal sends it again.
/// </summary>
sealed partial class OutboxSender : IAsyncDisposable
{
    const int MostAtOnce = 500;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan PauseAfterTrouble = TimeSpan.FromSeconds(1);

    readonly TrackerStore store;
    readonly IReadOnlyList<IMessageSender> senders;
    readonly ILogger log;
    readonly CancellationTokenSource ending = new();
    readonly Task loop;

    /// <summary>Starts to send. Without senders nothing is sent.</summary>
    public OutboxSender(TrackerStore store, IReadOnlyList<IMessageSender> senders, ILogger log)
    {
        (this.store, this.senders, this.log) = (store, senders, log);
        loop = senders.Count == 0 ? Task.CompletedTask : Task.Run(LoopAsync);
    }

    /// <summary>Sends what is left, as long as that succeeds at once, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await loop;
        ending.Dispose();
    }

    async Task LoopAsync()
    {
        var wasInTrouble = false;
        while (true)
        {
            var isLast = ending.IsCancellationRequested;
            var trouble = await SendAsync();
            if (trouble is not null && !wasInTrouble) Waiting(log, trouble);
            wasInTrouble = trouble is not null;
            if (isLast) return;
            var pause = Task.Delay(wasInTrouble ? PauseAfterTrouble : Pause, ending.Token);
            await pause.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    // Sends all that waits. A sender in trouble is left out for the rest of the round, so that its messages stay in order.
    async Task<string?> SendAsync()
    {
        var willing = senders.ToList();
        string? trouble = null;
        for (long after = 0; store.Outbox(after, MostAtOnce) is { Count: > 0 } waiting; after = waiting[^1].Seq)
        {
            foreach (var sender in willing.ToArray())
            {
                var own = waiting.Where(m => sender.Sends(m.Destination)).ToArray();
                if (own.Length == 0) continue;
                try
                {
                    await sender.SendAsync(own, CancellationToken.None);
                    store.Sent([.. own.Select(m => m.Seq)]);
                }
                catch (Exception e) when (e is DataException or IOException or TrackerException { IsTransient: true })
                {
                    trouble = e.Message;
                    willing.Remove(sender);
                }
            }
        }
        return trouble;
    }

    [LoggerMessage(303, LogLevel.Warning, "messages wait, which is tried again: {Message}")]
    internal static partial void Waiting(ILogger logger, string message);
}
