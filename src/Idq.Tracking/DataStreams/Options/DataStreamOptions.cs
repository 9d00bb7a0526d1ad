namespace Idq.Tracking;

/// <summary>What kind of socket a data stream uses.</summary>
public enum DataStreamKind
{
    /// <summary>
    /// Sockets of the Unix domain: a path. Records that do not fit a datagram take a
    /// stream socket at the path with <c>.stream</c> after it.
    /// </summary>
    Unix,

    /// <summary>UDP: <c>host:port</c>. Records that do not fit a datagram take TCP at the same port.</summary>
    Inet,
}

/// <summary>What a client does with a record when its buffer is full.</summary>
public enum StreamOverflow
{
    /// <summary>The records that wait longest are given up and counted.</summary>
    DropOldest,

    /// <summary>The new record is given up and counted.</summary>
    DropNewest,

    /// <summary>The caller waits until there is room.</summary>
    Block,

    /// <summary>
    /// Of every sequence every second record that was never sent is given up and counted, and from then on every second record of those
    /// that come, every fourth when the buffer is full again, and so on: what is kept stays evenly spread over the time. When nothing waits
    /// any more, everything is taken again. A spool cannot be thinned: there the oldest go.
    /// </summary>
    Sample,
}

/// <summary>The options of both ends of a data stream, by the names that users of MLtraq know.</summary>
public sealed record DataStreamOptions
{
    static readonly AsyncLocal<DataStreamOptions?> Scoped = new();

    /// <summary>The options in force here: those of the innermost <see cref="Use"/>, or else the defaults.</summary>
    public static DataStreamOptions Current => Scoped.Value ?? Default;

    /// <summary>The options as they are when nobody says otherwise.</summary>
    public static DataStreamOptions Default { get; } = new();

    /// <summary>
    /// No streaming: clients made by <see cref="DataStreamClient.Connect"/> keep nothing and send nothing. <c>datastream.disable</c>
    /// </summary>
    /// <value>The default value is false.</value>
    public bool Disable { get; init; }

    /// <summary><c>datastream.kind</c>: UNIX or INET.</summary>
    /// <value>The default value is <see cref="DataStreamKind.Unix"/>.</value>
    public DataStreamKind Kind { get; init; } = DataStreamKind.Unix;

    /// <summary>Where the server listens: a path, or host:port (port 0: any free one). <c>datastream.srv_address</c></summary>
    /// <value>The default value is <c>datastream.sock</c>.</value>
    public string SrvAddress { get; init; } = "datastream.sock";

    /// <summary>Where the client sends: a path, or host:port. <c>datastream.cli_address</c></summary>
    /// <value>The default value is <c>datastream.sock</c>.</value>
    public string CliAddress { get; init; } = "datastream.sock";

    /// <summary>The least time between two messages of a client, on average. <c>datastream.cli_throttle_send</c>, seconds.</summary>
    /// <value>The default value is zero: no throttle.</value>
    public TimeSpan CliThrottleSend { get; init; }

    /// <summary>
    /// The least time between two messages that the server takes, on average. <c>datastream.srv_throttle_recv</c>, seconds.
    /// </summary>
    /// <value>The default value is zero: no throttle.</value>
    public TimeSpan SrvThrottleRecv { get; init; }

    /// <summary>
    /// How long accepted records are gathered before they are written to the store
    /// together. <c>datastream.srv_throttle_persist</c>, seconds.
    /// </summary>
    /// <value>The default value is zero: as soon as the store is free.</value>
    public TimeSpan SrvThrottlePersist { get; init; }

    /// <summary>The longest datagram of UDP, bytes without the headers of UDP and IP. <c>datastream.limit_inet</c></summary>
    /// <value>The default value is 1500; from 256 to 65507. To stay within an Ethernet frame, choose 1472 (IPv4) or 1452 (IPv6).</value>
    public int LimitInet { get; init; } = 1500;

    /// <summary>The longest datagram of the Unix domain, bytes. <c>datastream.limit_unix</c></summary>
    /// <value>The default value is 4096; from 256 to 131072.</value>
    public int LimitUnix { get; init; } = 4096;

    /// <summary>
    /// Whether records that do not fit a datagram travel over a stream socket; otherwise they are refused. <c>datastream.stream</c>
    /// </summary>
    /// <value>The default value is true.</value>
    public bool Stream { get; init; } = true;

    /// <summary>The longest message on a stream socket, bytes. <c>datastream.limit_stream</c></summary>
    /// <value>The default value is 16 MiB; from 64 KiB to 1 GiB.</value>
    public int LimitStream { get; init; } = 16 << 20;

    /// <summary>
    /// Whether messages are compressed (zlib) where that makes them shorter; either way is understood. <c>datastream.compression</c>:
    /// uncompressed or zlib.
    /// </summary>
    /// <value>The default value is false.</value>
    public bool Compress { get; init; }

    /// <summary>
    /// The key that messages are signed with (HMAC-SHA256). A server that has one refuses
    /// what is not signed with it. Empty: none. Never printed.
    /// </summary>
    /// <value>The default value is empty.</value>
    public ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>A file that holds the key, all of its bytes. <c>datastream.key_file</c></summary>
    /// <value>The default value is null: <see cref="Key"/> counts.</value>
    public string? KeyFile { get; init; }

    /// <summary>How much a client keeps of what is not acknowledged, bytes of memory. <c>datastream.cli_buffer</c></summary>
    /// <value>The default value is 64 MiB; at least 64 KiB.</value>
    public long CliBuffer { get; init; } = 64 << 20;

    /// <summary>What happens when the buffer is full. <c>datastream.cli_overflow</c>: drop-oldest, drop-newest, block or sample.</summary>
    /// <value>The default value is <see cref="StreamOverflow.DropOldest"/>.</value>
    public StreamOverflow CliOverflow { get; init; } = StreamOverflow.DropOldest;

    /// <summary>
    /// A file in which a client keeps what is not acknowledged, so that it survives the client's process and the buffer's limit; the next
    /// client with the same file sends what is in it. <c>datastream.cli_spool</c>
    /// </summary>
    /// <value>The default value is null: memory only.</value>
    public string? CliSpool { get; init; }

    /// <summary>How large the spool may grow, bytes; then <see cref="CliOverflow"/> counts. <c>datastream.cli_spool_limit</c></summary>
    /// <value>The default value is 1 GiB; at least 64 KiB.</value>
    public long CliSpoolLimit { get; init; } = 1L << 30;

    /// <summary>How long closing a client waits for acknowledgements. <c>datastream.cli_close_timeout</c>, seconds.</summary>
    /// <value>The default value is 10 s.</value>
    public TimeSpan CliCloseTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The folder of the server's write-ahead log; one server at a time. <c>datastream.srv_wal</c></summary>
    /// <value>The default value is <c>datastream.wal</c>.</value>
    public string SrvWal { get; init; } = "datastream.wal";

    /// <summary>
    /// The folder in which the server keeps messages that it refused, with their time, sender and reason; see
    /// <see cref="QuarantinedMessage.ReadFolder"/>. One server at a time. <c>datastream.srv_quarantine</c>
    /// </summary>
    /// <value>The default value is null: they are counted only.</value>
    public string? SrvQuarantine { get; init; }

    /// <summary>How large the quarantine may grow, bytes; then the oldest go. <c>datastream.srv_quarantine_limit</c></summary>
    /// <value>The default value is 64 MiB; at least 1 MiB.</value>
    public long SrvQuarantineLimit { get; init; } = 64 << 20;

    /// <summary>
    /// How many messages may wait between receiving and writing; more wait in the kernel, and then at the clients.
    /// <c>datastream.srv_queue</c>
    /// </summary>
    /// <value>The default value is 4096; at least 1.</value>
    public int SrvQueue { get; init; } = 4096;

    /// <summary>
    /// How long stopping a server may take; what is not in the store by then stays in the write-ahead log.
    /// <c>datastream.srv_stop_timeout</c>, seconds.
    /// </summary>
    /// <value>The default value is 30 s.</value>
    public TimeSpan SrvStopTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest datagram of the chosen kind.</summary>
    public int DatagramLimit => Kind == DataStreamKind.Unix ? LimitUnix : LimitInet;

    /// <summary>Puts options in force for the code that runs until the answer is disposed, and for what it starts.</summary>
    public static IDisposable Use(DataStreamOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var before = Scoped.Value;
        Scoped.Value = options;
        return new Scope(before);
    }

    /// <summary>The options with some of them set by name.</summary>
    /// <param name="pairs">Names with or without <c>datastream.</c> before them; times in seconds.</param>
    /// <exception cref="DataStreamException">There is no such option, or the value is wrong.</exception>
    public DataStreamOptions With(params IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var options = pairs.Aggregate(this, (so, pair) => OptionNames.Set(so, pair.Key, pair.Value));
        options.Validate();
        return options;
    }

    /// <summary>Every option by its name, as text that <see cref="With"/> takes; the key is left out.</summary>
    public IReadOnlyDictionary<string, string> Flatten() => OptionNames.All(this);

    /// <summary>
    /// The options as environment variables for a worker process, <c>DATASTREAM_KIND</c> and so on; the key is left out (name a file).
    /// </summary>
    public IReadOnlyDictionary<string, string> ToEnvironment() => Flatten().ToDictionary(
        pair => OptionNames.Variable(pair.Key), pair => pair.Value, StringComparer.Ordinal);

    /// <summary>The options with those set that have an environment variable, as <see cref="ToEnvironment"/> names them.</summary>
    /// <exception cref="DataStreamException">A value is wrong.</exception>
    public DataStreamOptions WithEnvironment(Func<string, string?>? variable = null)
    {
        variable ??= Environment.GetEnvironmentVariable;
        return With(
            Flatten()
                .Keys.Select(name => KeyValuePair.Create(name, variable(OptionNames.Variable(name))))
                .Where(pair => pair.Value is not null)!
        );
    }

    /// <exception cref="DataStreamException">An option is out of its range.</exception>
    public void Validate()
    {
        Check(Enum.IsDefined(Kind), "kind", "UNIX or INET");
        Check(!string.IsNullOrWhiteSpace(SrvAddress), "srv_address", "an address");
        Check(!string.IsNullOrWhiteSpace(CliAddress), "cli_address", "an address");
        Check(CliThrottleSend >= TimeSpan.Zero, "cli_throttle_send", "not negative");
        Check(SrvThrottleRecv >= TimeSpan.Zero, "srv_throttle_recv", "not negative");
        Check(SrvThrottlePersist >= TimeSpan.Zero, "srv_throttle_persist", "not negative");
        Check(LimitInet is >= 256 and <= 65507, "limit_inet", "from 256 to 65507");
        Check(LimitUnix is >= 256 and <= 131072, "limit_unix", "from 256 to 131072");
        Check(LimitStream is >= 1 << 16 and <= 1 << 30, "limit_stream", "from 65536 to 1073741824");
        Check(CliBuffer >= 1 << 16, "cli_buffer", "at least 65536");
        Check(CliSpoolLimit >= 1 << 16, "cli_spool_limit", "at least 65536");
        Check(Enum.IsDefined(CliOverflow), "cli_overflow", "drop-oldest, drop-newest, block or sample");
        Check(CliCloseTimeout >= TimeSpan.Zero, "cli_close_timeout", "not negative");
        Check(SrvStopTimeout >= TimeSpan.Zero, "srv_stop_timeout", "not negative");
        Check(!string.IsNullOrWhiteSpace(SrvWal), "srv_wal", "a folder");
        Check(SrvQuarantineLimit >= 1 << 20, "srv_quarantine_limit", "at least 1048576");
        Check(SrvQueue >= 1, "srv_queue", "at least 1");

        static void Check(bool isGood, string option, string expected)
        {
            if (!isGood) throw new DataStreamException(DataStreamFailure.InvalidOption, $"datastream.{option} must be {expected}");
        }
    }

    internal byte[] KeyBytes()
    {
        if (KeyFile is null) return Key.ToArray();
        try
        {
            var key = File.ReadAllBytes(KeyFile);
            return key.Length > 0
                ? key
                : throw new DataStreamException(DataStreamFailure.InvalidOption, $"the key file '{KeyFile}' is empty");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataStreamException(DataStreamFailure.InvalidOption, $"the key file '{KeyFile}' cannot be read: {e.Message}", e);
        }
    }

    sealed class Scope(DataStreamOptions? before) : IDisposable
    {
        public void Dispose() => Scoped.Value = before;
    }
}
