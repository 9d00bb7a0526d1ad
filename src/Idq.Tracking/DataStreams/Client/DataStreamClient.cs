using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Idq.Tracking;

/// <summary>
/// Streams records to a <see cref="DataStreamServer"/>. Appending never waits for the network: records are packed into messages, which are
/// kept until the server has acknowledged them and sent again when it misses them.
/// </summary>
/// <remarks>
/// The first record after a pause is sent at once; while messages are on their way, records gather to fill a datagram. Records of one
/// caller reach the server in messages of ascending numbers; what is repaired arrives later, the store orders by idx.
/// </remarks>
/// <threadsafety>All members may be used from any thread.</threadsafety>
public sealed partial class DataStreamClient : IAsyncDisposable
{
    [ThreadStatic]
    static ByteWriter? body;

    readonly DataStreamOptions options;
    readonly ILogger logger;
    readonly Outbox outbox;
    readonly Socket? socket;
    readonly StreamLane? lane;
    readonly DatagramSender? sender;
    readonly AnswerReceiver? receiver;
    readonly long started = Stopwatch.GetTimestamp();
    readonly Lock closeGate = new();
    Task<FlushOutcome>? closing;
    volatile bool isClosed;

    DataStreamClient(DataStreamOptions options, ILogger logger, ulong id)
    {
        options.Validate();
        (this.options, this.logger) = (options, logger);
        var key = options.KeyBytes();
        var endPoint = options.Disable ? null : StreamAddress.Resolve(options.Kind, options.CliAddress);
        outbox = new Outbox(options, Message.Overhead(key.Length > 0), logger);
        if (endPoint is null) return;
        socket = Bind(endPoint, id);
        receiver = new AnswerReceiver(outbox, socket, id, key);
        lane = new StreamLane(StreamAddress.StreamBeside(endPoint), receiver.Take, message => outbox.PutBack(message, null, pause: false));
        sender = new DatagramSender(outbox, socket, endPoint, lane, id, key, options.DatagramLimit);
        LogStreaming(logger, options.CliAddress);
        sender.Start();
        receiver.Start();
    }

    /// <summary>What the client has counted.</summary>
    public DataStreamClientStatistics Statistics => outbox.Statistics with { Elapsed = Stopwatch.GetElapsedTime(started) };

    /// <summary>Makes a client. No server need be there yet: records wait for it.</summary>
    /// <param name="options">Null: those in force, <see cref="DataStreamOptions.Current"/>.</param>
    /// <param name="logger">Told when streaming starts and ends, and, sparingly, what goes wrong.</param>
    /// <exception cref="DataStreamException">
    /// An option is wrong, the host is not known, the key file cannot be read, or another client has the spool.
    /// </exception>
    public static DataStreamClient Connect(DataStreamOptions? options = null, ILogger? logger = null)
    {
        Span<byte> id = stackalloc byte[8];
        RandomNumberGenerator.Fill(id);
        return new DataStreamClient(options ?? DataStreamOptions.Current, logger ?? NullLogger.Instance, BitConverter.ToUInt64(id));
    }

    /// <summary>Streams whatever is appended to these sequences until the answer is disposed.</summary>
    /// <exception cref="InvalidOperationException">One of them is linked to a client already.</exception>
    public IDisposable Link(params IReadOnlyList<Sequence> sequences)
    {
        var links = new SequenceLinks(this, sequences);
        foreach (var sequence in sequences) LogLinked(logger, sequence.Name);
        return links;
    }

    /// <summary>Takes a record to be sent.</summary>
    /// <returns>
    /// False when it was given up: the buffer is full and the policy is to drop the newest or to sample, or streaming is disabled.
    /// </returns>
    /// <exception cref="DataStreamException">
    /// The caller's mistake: the record does not fit a message
    /// (<see cref="DataStreamFailure.TooBig"/>), idx is negative, a text is not Unicode.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The client is closed.</exception>
    public bool Append(StreamRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return Append(record.Run, record.Sequence, record.Idx, record.TimestampUs, record.Values);
    }

    /// <summary>Takes a record to be sent.</summary>
    /// <returns>
    /// False when it was given up: the buffer is full and the policy is to drop the newest or to sample, or streaming is disabled.
    /// </returns>
    /// <exception cref="DataStreamException">As for a <see cref="StreamRecord"/>.</exception>
    /// <exception cref="ObjectDisposedException">The client is closed.</exception>
    public bool Append(Guid run, string sequence, long idx, long timestampUs, RecordValues values)
    {
        RecordValues.CheckName(sequence, "sequence");
        ArgumentNullException.ThrowIfNull(values);
        if (idx < 0)
            throw new DataStreamException(
                DataStreamFailure.InvalidValue,
                $"idx {idx} of sequence '{sequence}' is negative: rows are numbered from 0"
            );
        ObjectDisposedException.ThrowIf(isClosed, this);
        var encoded = body ??= new ByteWriter();
        encoded.Clear();
        foreach (ref readonly var value in values.Values) ValueCodec.Write(encoded, value);
        try
        {
            return sender is not null && outbox.Append(run, sequence, idx, timestampUs, values.NameArray, encoded.Written);
        }
        finally
        {
            // Frees the buffer after a large record.
            if (encoded.Buffer.Length > 1 << 20) body = null;
        }
    }

    /// <summary>Sends what waits, and waits until everything that was appended before the call is acknowledged.</summary>
    /// <param name="limit">How long at most; null: as long as it takes.</param>
    /// <param name="cancellationToken">Ends the wait with an exception.</param>
    public Task<FlushOutcome> FlushAsync(TimeSpan? limit = null, CancellationToken cancellationToken = default) =>
        outbox.FlushAsync(limit, cancellationToken);

    /// <summary>
    /// Accepts no more records, waits for acknowledgements, and ends. What is not
    /// acknowledged in time stays in the spool when there is one.
    /// </summary>
    /// <param name="limit">How long to wait; null: <see cref="DataStreamOptions.CliCloseTimeout"/>.</param>
    /// <returns>What was not acknowledged. The same for every call.</returns>
    public Task<FlushOutcome> CloseAsync(TimeSpan? limit = null)
    {
        lock (closeGate)
        {
            isClosed = true;
            outbox.Close();
            return closing ??= Task.Run(() => EndAsync(limit ?? options.CliCloseTimeout));
        }
    }

    /// <summary><see cref="CloseAsync"/>.</summary>
    public async ValueTask DisposeAsync() => await CloseAsync();

    async Task<FlushOutcome> EndAsync(TimeSpan limit)
    {
        if (socket is null) return default;
        var outcome = await FlushAsync(limit);
        outbox.Stop();
        sender!.Join();
        await lane!.DisposeAsync();
        receiver!.Stop();
        socket.Dispose();
        outbox.Dispose();
        var statistics = Statistics;
        LogEnded(logger, statistics.Messages, statistics.Rate, statistics.Errors, outcome.Unacknowledged);
        return outcome;
    }

    static Socket Bind(EndPoint endPoint, ulong id)
    {
        var socket = StreamAddress.Datagrams(endPoint);
        // The server answers to this address; the abstract name space leaves no file behind.
        socket.Bind(endPoint is UnixDomainSocketEndPoint
            ? new UnixDomainSocketEndPoint($"\0datastream-{id:x16}")
            : new IPEndPoint(endPoint.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0));
        socket.SendTimeout = 100;
        if (endPoint is IPEndPoint) socket.ReceiveBufferSize = 1 << 20;
        return socket;
    }

    [LoggerMessage(5001, LogLevel.Debug, "Streaming to '{Address}'")]
    static partial void LogStreaming(ILogger logger, string address);

    [LoggerMessage(5002, LogLevel.Debug, "Linking field '{Sequence}' to datastream")]
    static partial void LogLinked(ILogger logger, string sequence);

    [LoggerMessage(
        5003,
        LogLevel.Debug,
        "DataStreamClient: Stats: count_messages={Messages} rate={Rate:F2} messages/s count_errors={Errors} unacknowledged={Unacknowledged}"
    )]
    static partial void LogEnded(ILogger logger, long messages, double rate, long errors, long unacknowledged);
}
