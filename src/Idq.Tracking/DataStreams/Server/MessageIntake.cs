using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Idq.Tracking;

/// <summary>
/// Takes checked messages in groups: decides what is new and wanted, writes it to the log,
/// acknowledges it, and hands its rows over to be persisted.
/// </summary>
/// <threadsafety>One thread runs it.</threadsafety>
sealed partial class MessageIntake(
    ChannelReader<IncomingMessage> queue,
    MessageAdmission admission,
    ClientTable clients,
    KnownRuns runs,
    WriteAheadLog log,
    SequencePersister persister,
    ServerCounters counters,
    DataStreamOptions options,
    byte[] key,
    ILogger logger
)
{
    const int MaxGroup = 512;
    const long MaxGroupBytes = 8 << 20;
    static readonly TimeSpan DiskPause = TimeSpan.FromMilliseconds(100);

    readonly TaskCompletionSource received = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly byte[] answer = new byte[Acknowledgement.MaxBytes];

    // Of the group that is being considered.
    readonly List<IncomingMessage> group = [];
    readonly HashSet<(ulong Client, ulong Number)> numbers = [];
    readonly List<(ClientProgress Client, ulong Number, ulong Refused)> settled = [];
    readonly List<Accepted> accepted = [];
    readonly Dictionary<ulong, IMessageSender> heard = [];

    /// <summary>Completes when the first message has been accepted.</summary>
    public Task Received => received.Task;

    /// <summary>Runs until the queue is complete and empty.</summary>
    /// <exception cref="OperationCanceledException">There is no more time. What was acknowledged is in the log.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await queue.WaitToReadAsync(cancellationToken))
        {
            var isWritten = false;
            try
            {
                Gather();
                await ConsiderAllAsync(cancellationToken);
                isWritten = await TryWriteAsync(cancellationToken);
                if (isWritten) Acknowledge();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // A defect, and the server goes on. What is not written was not acknowledged either, and comes again.
                Interlocked.Increment(ref counters.Errors);
                LogFailed(logger, e);
                if (!isWritten) Forget();
            }

            await HandOverAsync(cancellationToken);
        }
    }

    void Gather()
    {
        var bytes = 0L;
        while (group.Count < MaxGroup && bytes < MaxGroupBytes && queue.TryRead(out var message))
        {
            group.Add(message);
            bytes += message.IsRefused ? 0 : message.Head.MessageLength;
        }

        Interlocked.Add(ref counters.Queued, -group.Count);
    }

    async ValueTask ConsiderAllAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < group.Count; i++)
        {
            var message = group[i];
            var client = clients.Hear(message.Head);
            if (client.Has(message.Head.Number) || !numbers.Add((message.Head.Client, message.Head.Number)))
                Interlocked.Increment(ref counters.DuplicateMessages);
            else if (!client.HasRoomFor(message.Head.Number))
                Interlocked.Increment(ref counters.Deferred);
            else if (message.IsRefused || admission.Records(message, UnpackedLimit(message)) is not { } batches)
                // It would be as wrong the next time: it counts as arrived, and its records as refused.
                settled.Add((client, message.Head.Number, message.Head.Count));
            else
                await ConsiderAsync(message, client, batches, cancellationToken);
        }
    }

    int UnpackedLimit(in IncomingMessage message) =>
        message.Head.MessageLength > options.DatagramLimit ? options.LimitStream : Message.MaxUnpackedDatagram;

    async ValueTask ConsiderAsync(
        IncomingMessage message,
        ClientProgress client,
        List<SequenceBatch> batches,
        CancellationToken cancellationToken
    )
    {
        long unknown = 0, rows = 0;
        try
        {
            for (var i = batches.Count - 1; i >= 0; i--)
            {
                if (await runs.KnowsAsync(batches[i].Run, cancellationToken))
                {
                    rows += batches[i].Rows.Count;
                    continue;
                }

                unknown += batches[i].Rows.Count;
                if (SparseLog.IsDue(Interlocked.Add(ref counters.UnknownRunRecords, batches[i].Rows.Count)))
                    LogUnknownRun(logger, batches[i].Run, batches[i].Sequence);
                batches.RemoveAt(i);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whether the run is there cannot be told now; the message comes again.
            var count = Interlocked.Increment(ref counters.Deferred);
            if (SparseLog.IsDue(count)) LogDeferred(logger, count, e);
            return;
        }

        if (unknown > 0) admission.SetAside(message);
        // Where it lies is told when it is written.
        if (rows > 0) accepted.Add(new Accepted(message, batches, rows));
        settled.Add((client, message.Head.Number, (ulong)unknown));
    }

    // False: nothing of the group counts, and all of it comes again.
    async ValueTask<bool> TryWriteAsync(CancellationToken cancellationToken)
    {
        var appended = 0;
        try
        {
            for (; appended < accepted.Count; appended++)
                accepted[appended] = accepted[appended] with { Position = log.Append(accepted[appended].Message) };
            if (appended > 0)
                log.Write();
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            var count = Interlocked.Add(ref counters.Deferred, group.Count);
            if (SparseLog.IsDue(count)) LogNotWritten(logger, group.Count, count, e);
            log.Abandon(appended);
            Forget();
        }

        await Task.Delay(DiskPause, cancellationToken);
        return false;
    }

    void Acknowledge()
    {
        foreach (var (client, number, refused) in settled) clients.Settle(client, number, refused);
        var rows = accepted.Sum(one => one.Rows);
        Interlocked.Add(ref counters.Records, rows);
        Interlocked.Add(ref counters.WaitingRecords, rows);
        foreach (var message in group) heard[message.Head.Client] = message.Sender;
        foreach (var (client, sender) in heard)
        {
            if (clients.Acknowledge(client) is { } acknowledgement) sender.Answer(answer.AsMemory(0, acknowledgement.Write(answer, key)));
        }

        if (rows > 0) received.TrySetResult();
    }

    void Forget()
    {
        settled.Clear();
        accepted.Clear();
    }

    async ValueTask HandOverAsync(CancellationToken cancellationToken)
    {
        foreach (var message in group) message.Done?.Invoke();
        group.Clear();
        numbers.Clear();
        heard.Clear();
        settled.Clear();
        foreach (var one in accepted) await persister.AddAsync(one, cancellationToken);
        accepted.Clear();
    }

    [LoggerMessage(5012, LogLevel.Error, "Invalid message: id_run='{Run:N}' field_name='{Sequence}'")]
    static partial void LogUnknownRun(ILogger logger, Guid run, string sequence);

    [LoggerMessage(5013, LogLevel.Warning, "The store cannot say whether a run is there; messages have to come again ({Count} so far)")]
    static partial void LogDeferred(ILogger logger, long count, Exception e);

    [LoggerMessage(5014, LogLevel.Error, "{Messages} messages could not be written to the log; they have to come again ({Count} so far)")]
    static partial void LogNotWritten(ILogger logger, int messages, long count, Exception e);

    [LoggerMessage(5024, LogLevel.Error, "Messages could not be taken: please report this")]
    static partial void LogFailed(ILogger logger, Exception e);
}
