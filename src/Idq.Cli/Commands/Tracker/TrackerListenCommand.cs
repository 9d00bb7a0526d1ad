using System.CommandLine;
using Idq.Tracking;
using Microsoft.Extensions.Logging;

namespace Idq.Cli.Commands;

/// <summary>stream tracker listen: receives data streams into a store.</summary>
static class TrackerListenCommand
{
    public static Command Create()
    {
        var kind = new Option<string>("--kind")
        {
            Description = "UNIX (a socket file) or INET (UDP)",
            HelpName = "UNIX|INET",
            DefaultValueFactory = _ => "UNIX",
        };
        kind.AcceptOnlyFromAmong("UNIX", "INET");
        var address = new Option<string?>("--address")
        {
            Description = "The socket's path, or HOST:PORT; port 0 picks a free one",
            HelpName = "A",
        };
        var wal = new Option<string?>("--wal")
        {
            Description =
                "The folder of the log that keeps what was acknowledged: STORE.streams beside a store in a file, else datastream.wal here",
            HelpName = "DIR",
        };
        var keyFile = new Option<string?>("--key-file")
        {
            Description = "The file with the key that records must be signed with",
            HelpName = "FILE",
        };
        var quarantine = new Option<string?>("--quarantine")
        {
            Description = "The folder in which refused messages are kept; see stream tracker quarantine",
            HelpName = "DIR",
        };
        var metrics = new Option<string?>("--metrics")
        {
            Description = "Answers GET /metrics (Prometheus) and /health here; a port alone means this machine only",
            HelpName = "HOST:PORT",
        };
        var options = new Option<string[]>("--option")
        {
            Description = "Another option of data streams, such as srv_throttle_persist=1; repeatable",
            HelpName = "KEY=VALUE",
            DefaultValueFactory = _ => [],
        };
        var list = new Option<bool>("--list-options")
        {
            Description = "Prints the options of data streams as they are in force here, and ends",
        };
        var command = new Command("listen", "Receives records of data streams into a store, until Ctrl-C or SIGTERM")
        {
            kind,
            address,
            wal,
            keyFile,
            quarantine,
            metrics,
            options,
            list,
        };
        var store = new StoreArgument(command);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                var chosen = Options(
                    result.GetValue(kind)!,
                    result.GetValue(address),
                    result.GetValue(wal),
                    result.GetValue(keyFile),
                    result.GetValue(quarantine),
                    result.GetValue(options)!
                );
                if (result.GetValue(list))
                {
                    var table = new Table("option", "value");
                    foreach (var (name, value) in chosen.Flatten())
                        table.Add(name, value);
                    table.Write(Console.Out, result.GetValue(GlobalOptions.Output));
                    return ExitCode.Done;
                }
                using var signals = new StopSignals(cancellationToken);
                using var loggers = LoggerFactory.Create(builder =>
                    builder
                        .SetMinimumLevel(result.GetValue(GlobalOptions.Quiet) ? LogLevel.Error : result.GetValue(GlobalOptions.Level))
                        .AddProvider(new LineLogger(Console.Error, GpsArgument.Clock, null))
                );
                using var opened = store.Open(result);
                using var watch = new Heartbeat(opened, [], Heartbeat.Usual);
                // A log belongs to the store that it fills.
                if (chosen.SrvWal == DataStreamOptions.Default.SrvWal && File.Exists(opened.Location))
                    chosen = chosen with { SrvWal = opened.Location + ".streams" };
                try
                {
                    await using var server = await DataStreamServer.StartAsync(
                        chosen,
                        opened,
                        GpsArgument.Clock,
                        loggers.CreateLogger("stream.listen"),
                        signals.Stopping
                    );
                    await using var endpoint = result.GetValue(metrics) is { } at
                        ? await StreamMetricsEndpoint.StartAsync(at, () => server.Statistics, signals.Stopping)
                        : null;
                    if (endpoint is not null)
                        await Console.Error.WriteLineAsync($"metrics on {endpoint.Address.GetLeftPart(UriPartial.Authority)}/metrics");
                    await Console.Error.WriteLineAsync($"listening on {server.Address}");
                    var outcome = await server.RunAsync(signals.Stopping);
                    if (outcome.Unpersisted > 0)
                        await Console.Error.WriteLineAsync(
                            $"stream: {outcome.Unpersisted} records are in the log and come to the store when listening starts again"
                        );
                    return signals.ServiceExitCode;
                }
                catch (DataStreamException e)
                {
                    throw new DataException(e.Message, cause: e);
                }
            }
        );
        return command.WithExamples(
            "stream tracker listen --store sqlite:tracker.sqlite --kind UNIX --address /run/stream/datastream.sock",
            "stream tracker listen --store postgresql://idq@db.example/tracker --kind INET --address 127.0.0.1:9000 --key-file stream.key",
            "stream tracker listen --store sqlite:tracker.sqlite --metrics 127.0.0.1:9100 --quarantine refused");
    }

    static DataStreamOptions Options(string kind, string? address, string? wal, string? keyFile, string? quarantine, string[] pairs)
    {
        try
        {
            var options = DataStreamOptions.Default.With(pairs.Select(pair => pair.Split('=', 2) is [var key, var value]
                ? KeyValuePair.Create(key, value)
                : throw new UsageException($"--option: '{pair}' is not KEY=VALUE")));
            options = options with { Kind = kind == "UNIX" ? DataStreamKind.Unix : DataStreamKind.Inet };
            if (kind == "INET" && address is null && !pairs.Any(pair => pair.Contains("srv_address=", StringComparison.Ordinal)))
                throw new UsageException("--kind INET needs an --address, such as 127.0.0.1:9000");
            if (address is not null) options = options with { SrvAddress = address };
            if (wal is not null) options = options with { SrvWal = wal };
            if (keyFile is not null) options = options with { KeyFile = keyFile };
            if (quarantine is not null) options = options with { SrvQuarantine = quarantine };
            options.Validate();
            return options;
        }
        catch (Exception e) when (e is DataStreamException or ArgumentException or FormatException)
        {
            throw new UsageException(e.Message);
        }
    }
}
