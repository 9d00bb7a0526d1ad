using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Idq.Tracking;

/// <summary>Accepts connections for messages that do not fit a datagram. Of too many, the one that was silent longest is closed.</summary>
/// <remarks>Nothing that comes ends it.</remarks>
sealed partial class StreamListener(
    Func<CancellationToken, ValueTask<Socket>> accept,
    Func<Socket, StreamConnection> connect,
    ServerCounters counters,
    ILogger logger
)
{
    /// <summary>How many connections may be open.</summary>
    public const int MaxConnections = 64;

    static readonly TimeSpan FailurePause = TimeSpan.FromMilliseconds(100);

    readonly List<(StreamConnection Connection, Task Done)> open = [];

    /// <summary>Runs until cancelled, and then until every connection has ended.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var socket = await accept(cancellationToken);
                open.RemoveAll(one => one.Done.IsCompleted);
                if (open.Count >= MaxConnections) await CloseSilentAsync();
                var connection = connect(socket);
                open.Add((connection, Task.Run(() => connection.RunAsync(cancellationToken), CancellationToken.None)));
            }
            catch (OperationCanceledException)
            {
                break;
            }
            catch (SocketException e)
            {
                // Out of descriptors, or a client that was gone before it was here: the next one may have more luck.
                var count = Interlocked.Increment(ref counters.Errors);
                if (SparseLog.IsDue(count)) LogAcceptFailed(logger, count, e);
                await Task.Delay(FailurePause, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await Task.WhenAll(open.Select(one => one.Done));
    }

    async Task CloseSilentAsync()
    {
        var silent = open.MinBy(one => one.Connection.LastHeard);
        silent.Connection.Close();
        await silent.Done;
        open.Remove(silent);
    }

    [LoggerMessage(5025, LogLevel.Warning, "A connection could not be accepted ({Count} failures of sockets so far)")]
    static partial void LogAcceptFailed(ILogger logger, long count, Exception e);
}
