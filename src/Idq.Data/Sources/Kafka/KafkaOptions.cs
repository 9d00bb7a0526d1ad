namespace Idq.Data;

/// <summary>Which feature messages are read, and from where.</summary>
public sealed record KafkaOptions
{
    /// <summary>The columns that are read unless others are named.</summary>
    public static IReadOnlyList<string> DefaultColumns { get; } = ["snr", "frequency", "q", "phase", "duration"];

    /// <summary>The brokers, as host:port separated by commas.</summary>
    public required string BootstrapServers { get; init; }

    /// <summary>The topic, or the base of numbered topics BASE_0001, BASE_0002, ….</summary>
    public required string Topic { get; init; }

    /// <summary>The name by which the cluster knows this reader. Nothing depends on the offsets that the cluster keeps for it.</summary>
    public string Group { get; init; } = "idq";

    /// <summary>Nanoseconds that one look for messages lasts at the most.</summary>
    public long PollTimeout { get; init; } = GpsTime.NanosecondsPerSecond / 5;

    /// <summary>Nanoseconds after the end of a stretch of time at which its messages are waited for no more.</summary>
    public long Timeout { get; init; } = 5 * GpsTime.NanosecondsPerSecond;

    /// <summary>Slots of a channel in a second: a message with n slots covers n / rate seconds from its timestamp on.</summary>
    public double SampleRate { get; init; } = 16;

    /// <summary>The members of a row that become columns.</summary>
    public IReadOnlyList<string> Columns { get; init; } = DefaultColumns;

    /// <summary>Channels of other detectors ("L1:…" for H1) are left out; null to take all.</summary>
    public string? Instrument { get; init; }

    /// <summary>Further properties of librdkafka by their names.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();
}
