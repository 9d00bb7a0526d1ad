using System.Threading.Channels;
using Idq.Tracking;
using Microsoft.Extensions.Logging;

namespace Idq.Streaming;

/// <summary>
/// Empties the outbox of the store while the jobs fill it: sends what was committed, in order, and removes what was delivered. A message
/// is delivered at least once: a crash between delivery and removal sends it again.
/// </summary>
/// <remarks>
/// Every destination has a loop of its own, which a commit wakes, so that one that does not answer delays no other. What waits for it is
/// bounded: beyond the limit of its route the oldest messages are given up, and a skip of the job "outbox" says how many.
/// </remarks>
sealed partial class OutboxSender : IAsyncDisposable
{
    const int MostAtOnce = 500;
    static readonly TimeSpan PauseAfterTrouble = TimeSpan.FromSeconds(1);

    readonly TrackerStore store;
    readonly IGpsClock clock;
    readonly ILogger log;
    readonly CancellationTokenSource ending = new();
    readonly Channel<bool>[] wakes;
    readonly Task[] loops;

    /// <summary>Starts to send. Without routes nothing is sent.</summary>
    /// <param name="store">The store with the outbox.</param>
    /// <param name="routes">Where messages go.</param>
    /// <param name="clock">Says when messages are given up.</param>
    /// <param name="log">Where trouble is told.</param>
    public OutboxSender(TrackerStore store, IEnumerable<OutboxRoute> routes, IGpsClock clock, ILogger log)
    {
        (this.store, this.clock, this.log) = (store, clock, log);
        var own = routes.DistinctBy(r => r.Sender.Destination, StringComparer.Ordinal).ToArray();
        var one = new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite };
        wakes = [.. own.Select(_ => Channel.CreateBounded<bool>(one))];
        store.MessagesStored += Wake;
        loops = [.. own.Zip(wakes).Select(w => Task.Run(() => LoopAsync(w.First, w.Second.Reader)))];
    }

    /// <summary>The routes of the writers that a configuration names.</summary>
    public static IEnumerable<OutboxRoute> Routes(JobContext context) =>
    [
        .. context.QuiverWriters.OfType<IMessageSender>().Select(s => new OutboxRoute(s, context.Configuration.Evaluate.OutboxLimit)),
        .. context.SeriesWriters.OfType<IMessageSender>().Select(s => new OutboxRoute(s, context.Configuration.Timeseries.OutboxLimit))];

    /// <summary>Sends what is left, as long as that succeeds at once, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        store.MessagesStored -= Wake;
        await ending.CancelAsync();
        await Task.WhenAll(loops);
        ending.Dispose();
    }

    void Wake(object? sender, EventArgs e)
    {
        foreach (var wake in wakes) wake.Writer.TryWrite(true);
    }

    async Task LoopAsync(OutboxRoute route, ChannelReader<bool> wake)
    {
        var wasInTrouble = false;
        while (true)
        {
            var isLast = ending.IsCancellationRequested;
            var trouble = await SendAsync(route);
            if (trouble is not null && !wasInTrouble) Waiting(log, trouble);
            wasInTrouble = trouble is not null;
            if (isLast) return;
            // More messages do not cure a destination: trouble is waited out.
            var pause = wasInTrouble ? Task.Delay(PauseAfterTrouble, ending.Token) : wake.ReadAsync(ending.Token).AsTask();
            await pause.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Sends all that waits. What hinders it; null when nothing is left.
    async Task<string?> SendAsync(OutboxRoute route)
    {
        var destination = route.Sender.Destination;
        try
        {
            while (store.Outbox(limit: MostAtOnce, destination: destination) is { Count: > 0 } waiting)
            {
                await route.Sender.SendAsync(waiting, CancellationToken.None);
                store.Sent([.. waiting.Select(m => m.Seq)]);
            }
            return null;
        }
        catch (Exception e) when (e is DataException or IOException or TrackerException { IsTransient: true })
        {
            GiveUp(destination, route.Limit, e.Message);
            return e.Message;
        }
    }

    void GiveUp(string destination, long limit, string trouble)
    {
        try
        {
            var now = clock.Now.Nanoseconds;
            var count = store.GiveUp(destination, limit, n => new(
                "outbox", now, now, "given_up", $"{n} messages to {destination}, beyond outbox_limit = {limit}: {trouble}"));
            if (count > 0) GivenUp(log, count, destination, limit);
        }
        catch (TrackerException e) when (e.IsTransient)
        {
            // The store is what is in trouble: nothing was given up, and the next round tries again.
            Waiting(log, e.Message);
        }
    }

    [LoggerMessage(303, LogLevel.Warning, "messages wait, which is tried again: {Message}")]
    internal static partial void Waiting(ILogger logger, string message);

    [LoggerMessage(304, LogLevel.Warning, "{Count} messages to {Destination} are given up: more than outbox_limit = {Limit} waited")]
    internal static partial void GivenUp(ILogger logger, int count, string destination, long limit);
}
