using System.Globalization;

namespace Idq.Tracking;

/// <summary>The options as text: what is written on a command line, in a file, in the environment of a worker.</summary>
static class OptionNames
{
    const string Prefix = "datastream.";

    static readonly (string Name, Func<DataStreamOptions, string> Get, Func<DataStreamOptions, string, DataStreamOptions> Set)[] Options =
    [
        ("disable", o => o.Disable ? "true" : "false", (o, text) => o with { Disable = bool.Parse(text) }),
        ("kind", o => o.Kind == DataStreamKind.Unix ? "UNIX" : "INET", (o, text) => o with { Kind = Kind(text) }),
        ("srv_address", o => o.SrvAddress, (o, text) => o with { SrvAddress = text }),
        ("cli_address", o => o.CliAddress, (o, text) => o with { CliAddress = text }),
        ("cli_throttle_send", o => Seconds(o.CliThrottleSend), (o, text) => o with { CliThrottleSend = Time(text) }),
        ("srv_throttle_recv", o => Seconds(o.SrvThrottleRecv), (o, text) => o with { SrvThrottleRecv = Time(text) }),
        ("srv_throttle_persist", o => Seconds(o.SrvThrottlePersist), (o, text) => o with { SrvThrottlePersist = Time(text) }),
        ("limit_inet", o => Text(o.LimitInet), (o, text) => o with { LimitInet = Number(text) }),
        ("limit_unix", o => Text(o.LimitUnix), (o, text) => o with { LimitUnix = Number(text) }),
        ("stream", o => o.Stream ? "true" : "false", (o, text) => o with { Stream = bool.Parse(text) }),
        ("limit_stream", o => Text(o.LimitStream), (o, text) => o with { LimitStream = Number(text) }),
        ("compression", o => o.Compress ? "zlib" : "uncompressed", (o, text) => o with { Compress = Compression(text) }),
        ("key_file", o => o.KeyFile ?? "", (o, text) => o with { KeyFile = OrNull(text) }),
        ("cli_buffer", o => Text(o.CliBuffer), (o, text) => o with { CliBuffer = long.Parse(text, CultureInfo.InvariantCulture) }),
        ("cli_overflow", o => Overflow(o.CliOverflow), (o, text) => o with { CliOverflow = Overflow(text) }),
        ("cli_spool", o => o.CliSpool ?? "", (o, text) => o with { CliSpool = OrNull(text) }),
        (
            "cli_spool_limit",
            o => Text(o.CliSpoolLimit),
            (o, text) => o with { CliSpoolLimit = long.Parse(text, CultureInfo.InvariantCulture) }
        ),
        ("cli_close_timeout", o => Seconds(o.CliCloseTimeout), (o, text) => o with { CliCloseTimeout = Time(text) }),
        ("srv_wal", o => o.SrvWal, (o, text) => o with { SrvWal = text }),
        ("srv_quarantine", o => o.SrvQuarantine ?? "", (o, text) => o with { SrvQuarantine = OrNull(text) }),
        (
            "srv_quarantine_limit",
            o => Text(o.SrvQuarantineLimit),
            (o, text) => o with { SrvQuarantineLimit = long.Parse(text, CultureInfo.InvariantCulture) }
        ),
        ("srv_queue", o => Text(o.SrvQueue), (o, text) => o with { SrvQueue = Number(text) }),
        ("srv_stop_timeout", o => Seconds(o.SrvStopTimeout), (o, text) => o with { SrvStopTimeout = Time(text) }),
    ];

    public static DataStreamOptions Set(DataStreamOptions options, string name, string value)
    {
        var plain = name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;
        var index = Array.FindIndex(Options, option => option.Name == plain);
        if (index < 0)
        {
            throw new DataStreamException(
                DataStreamFailure.InvalidOption,
                $"there is no option '{name}': the options are {string.Join(", ", Options.Select(option => Prefix + option.Name))}"
            );
        }

        try
        {
            return Options[index].Set(options, value);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new DataStreamException(DataStreamFailure.InvalidOption, $"'{value}' is not a value of option {Prefix}{plain}", e);
        }
    }

    public static IReadOnlyDictionary<string, string> All(DataStreamOptions options) =>
        Options.ToDictionary(option => Prefix + option.Name, option => option.Get(options), StringComparer.Ordinal);

    public static string Variable(string name) => name.Replace('.', '_').ToUpperInvariant();

    static DataStreamKind Kind(string text) => text switch
    {
        "UNIX" => DataStreamKind.Unix,
        "INET" => DataStreamKind.Inet,
        _ => throw new FormatException(text),
    };

    static bool Compression(string text) => text switch { "uncompressed" => false, "zlib" => true, _ => throw new FormatException(text) };

    static string Overflow(StreamOverflow overflow) => overflow switch
    {
        StreamOverflow.DropOldest => "drop-oldest",
        StreamOverflow.DropNewest => "drop-newest",
        StreamOverflow.Sample => "sample",
        _ => "block",
    };

    static StreamOverflow Overflow(string text) => text switch
    {
        "drop-oldest" => StreamOverflow.DropOldest,
        "drop-newest" => StreamOverflow.DropNewest,
        "block" => StreamOverflow.Block,
        "sample" => StreamOverflow.Sample,
        _ => throw new FormatException(text),
    };

    static string? OrNull(string text) => text.Length == 0 ? null : text;

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("R", CultureInfo.InvariantCulture);

    static TimeSpan Time(string text) => TimeSpan.FromSeconds(double.Parse(text, CultureInfo.InvariantCulture));
}
