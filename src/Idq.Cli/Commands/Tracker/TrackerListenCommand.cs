using System.CommandLine;
using Idq.Tracking;

namespace Idq.Cli.Commands;

static class TrackerListenCommand
{
    public static Command Create()
    {
        var command = new Command("listen", "Receives records of data streams into a store, until Ctrl-C or SIGTERM").WithExamples(
            "--store sqlite:tracker.sqlite --kind UNIX --address /run/stream/datastream.sock",
            "--store postgresql://idq@db.example/tracker --kind INET --address 127.0.0.1:9000 --key-file stream.key",
            "--store sqlite:tracker.sqlite --metrics 127.0.0.1:9100 --quarantine refused");
        var kind = command.AddChoice("--kind", "UNIX|INET", "UNIX (a socket file) or INET (UDP)", "UNIX");
        var address = command.AddText("--address", "A", "The socket's path, or HOST:PORT; port 0 picks a free one");
        var wal = command.AddText("--wal", "DIR",
            "The folder of the log that keeps what was acknowledged: STORE.streams beside a store in a file, else datastream.wal here");
        var keyFile = command.AddText("--key-file", "FILE", "The file with the key that records must be signed with");
        var quarantine = command.AddText(
            "--quarantine", "DIR", "The folder in which refused messages are kept; see stream tracker quarantine");
        var metrics = command.AddText(
            "--metrics", "HOST:PORT", "Answers GET /metrics (Prometheus) and /health here; a port alone means this machine only");
        var pairs = command.AddList("--option", "KEY=VALUE", "Another option of data streams, such as srv_throttle_persist=1");
        var list = command.AddFlag("--list-options", "Prints the options of data streams as they are in force here, and ends");
        var store = new StoreArgument(command);
        return command.Does(async (result, _) =>
        {
            var options = UsageException.Of(Options);
            if (result.Get(list))
            {
                Table.Of(options.Flatten(), ("option", o => o.Key), ("value", o => o.Value)).Print(result.Format);
                return ExitCode.Done;
            }
            using var signals = new StopSignals();
            using var loggers = LogLineFormatter.Loggers(GpsArgument.Clock, result.LeastSeverity());
            using var opened = store.Open(result);
            using var watch = new Heartbeat(opened, [], Heartbeat.Usual);
            // A log belongs to the store that it fills.
            if (options.SrvWal == DataStreamOptions.Default.SrvWal && File.Exists(opened.Location))
                options = options with { SrvWal = opened.Location + ".streams" };
            await using var server = await DataStreamServer.StartAsync(
                options, opened, GpsArgument.Clock, loggers.CreateLogger("stream.listen"), signals.Stopping);
            await using var endpoint = result.Get(metrics) is { } at
                ? await StreamMetricsEndpoint.StartAsync(at, () => server.Statistics, signals.Stopping)
                : null;
            if (endpoint is not null) Console.Error.WriteLine($"metrics on {endpoint.Address.GetLeftPart(UriPartial.Authority)}/metrics");
            Console.Error.WriteLine($"listening on {server.Address}");
            var outcome = await server.RunAsync(signals.Stopping);
            if (outcome.Unpersisted > 0)
                Console.Error.WriteLine(
                    $"stream: {outcome.Unpersisted} records are in the log and come to the store when listening starts again");
            return ExitCode.OfService(signals);

            DataStreamOptions Options()
            {
                var more = result.Get(pairs);
                var chosen = DataStreamOptions.Default.With(more.Select(pair => pair.Split('=', 2) is [var key, var value]
                    ? KeyValuePair.Create(key, value)
                    : throw new UsageException($"--option: '{pair}' is not KEY=VALUE")));
                var isUnix = result.Get(kind) == "UNIX";
                if (!isUnix && result.Get(address) is null && !more.Any(p => p.Contains("srv_address=", StringComparison.Ordinal)))
                    throw new UsageException("--kind INET needs an --address, such as 127.0.0.1:9000");
                chosen = chosen with
                {
                    Kind = isUnix ? DataStreamKind.Unix : DataStreamKind.Inet,
                    SrvAddress = result.Get(address) ?? chosen.SrvAddress,
                    SrvWal = result.Get(wal) ?? chosen.SrvWal,
                    KeyFile = result.Get(keyFile) ?? chosen.KeyFile,
                    SrvQuarantine = result.Get(quarantine) ?? chosen.SrvQuarantine,
                };
                chosen.Validate();
                return chosen;
            }
        });
    }
}
