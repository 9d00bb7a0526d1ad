using System.CommandLine;
using Idq.Tracking;
using Idq.Tracking.Mlflow;

namespace Idq.Cli.Commands;

/// <summary>stream tracker serve: an MLflow-compatible server on a store.</summary>
static class TrackerServeCommand
{
    public static Command Create()
    {
        var listen = new Option<string>("--listen")
        {
            Description = "Address and port; port 0 picks a free one",
            HelpName = "HOST:PORT",
            DefaultValueFactory = _ => "127.0.0.1:5000",
        };
        var artifacts = new Option<string?>("--artifacts")
        {
            Description = "The folder that artifacts are kept in; without it they are refused",
            HelpName = "DIR",
        };
        var users = new Option<string?>("--users")
        {
            Description = "The file of users, tokens and permissions; needed to listen beyond this machine",
            HelpName = "FILE",
        };
        var certificate = new Option<string?>("--tls-cert")
        {
            Description = "Talks TLS with the certificate in this PEM file",
            HelpName = "FILE",
        };
        var key = new Option<string?>("--tls-key")
        {
            Description = "The PEM file of the certificate's key, when it is not in the same file",
            HelpName = "FILE",
        };
        var authority = new Option<string?>("--client-ca")
        {
            Description = "Clients must show a certificate that an authority in this PEM file vouches for",
            HelpName = "FILE",
        };
        var hosts = new Option<string[]>("--allowed-host")
        {
            Description = "Another name that requests may call the server by; repeatable",
            HelpName = "NAME",
            DefaultValueFactory = _ => [],
        };
        var rate = new Option<int>("--requests-per-second")
        {
            Description = "The most requests of one client address; 0 for no limit",
            HelpName = "N",
            DefaultValueFactory = _ => 0,
        };
        var connections = new Option<int>("--max-connections")
        {
            Description = "The most connections at once; beyond, the longest idle one makes room",
            HelpName = "N",
            DefaultValueFactory = _ => 2000,
        };
        var clamp = new Option<bool>("--clamp-infinity")
        {
            Description = "Answers ±1.797e308 for infinities, for clients that know no others",
        };
        var drain = new Option<double>("--drain")
        {
            Description = "How long stopping waits for requests under way, in seconds",
            HelpName = "S",
            DefaultValueFactory = _ => 10,
        };
        var hash = new Option<bool>("--hash-password")
        {
            Description = "Reads a password from standard input, prints what the file of users keeps of it, and ends",
        };
        var command = new Command("serve", "Serves a store to clients of MLflow, until Ctrl-C or SIGTERM")
        {
            listen,
            artifacts,
            users,
            certificate,
            key,
            authority,
            hosts,
            rate,
            connections,
            clamp,
            drain,
            hash,
        };
        var store = new StoreArgument(command);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                if (result.GetValue(hash))
                {
                    var password =
                        await Console.In.ReadLineAsync(cancellationToken)
                        ?? throw new UsageException("there is no password on standard input");
                    Console.Out.WriteLine(AccessList.HashPassword(password));
                    return ExitCode.Done;
                }
                if (result.GetValue(drain) is not (>= 0 and <= 3600))
                    throw new UsageException("--drain must be between 0 and 3600 seconds");
                if (result.GetValue(certificate) is null && (result.GetValue(key) ?? result.GetValue(authority)) is not null)
                    throw new UsageException("--tls-key and --client-ca need --tls-cert");
                using var signals = new StopSignals(cancellationToken);
                MlflowServerOptions options;
                try
                {
                    options = new MlflowServerOptions
                    {
                        Listen = result.GetValue(listen)!,
                        ArtifactsFolder = result.GetValue(artifacts) is { } folder ? Path.GetFullPath(folder) : null,
                        Access = result.GetValue(users) is { } file ? AccessList.Load(file) : null,
                        Tls = result.GetValue(certificate) is { } pem
                            ? new ServerTls(pem, result.GetValue(key), result.GetValue(authority))
                            : null,
                        Limits = ServerLimits.FromEnvironment(),
                        AllowedHosts = result.GetValue(hosts)!,
                        RequestsPerSecond = result.GetValue(rate),
                        MaxConnections = result.GetValue(connections),
                        ClampInfinity = result.GetValue(clamp),
                        Drain = TimeSpan.FromSeconds(result.GetValue(drain)),
                        OnFailure = failure => Console.Error.WriteLine($"stream: a request failed: {failure.Message}"),
                    };
                }
                catch (FormatException e)
                {
                    throw new UsageException($"--users: {e.Message}");
                }
                catch (ArgumentException e)
                {
                    throw new UsageException(e.Message);
                }
                using var opened = store.Open(result);
                using var watch = new Heartbeat(opened, [], Heartbeat.Usual);
                try
                {
                    await using var server = await MlflowServer.StartAsync(opened, options, signals.Stopping);
                    await Console.Error.WriteLineAsync($"listening on {server.Address.GetLeftPart(UriPartial.Authority)}");
                    await Task.Delay(Timeout.InfiniteTimeSpan, signals.Stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    await server.StopAsync(CancellationToken.None);
                }
                catch (ArgumentException e)
                {
                    throw new UsageException(e.Message);
                }
                return signals.ServiceExitCode;
            }
        );
        return command.WithExamples(
            "stream tracker serve --store sqlite:tracker.sqlite --listen 127.0.0.1:5000 --artifacts artifacts",
            "stream tracker serve --store postgresql://idq@db.example/tracker --listen 0.0.0.0:5000 --users users.ini --tls-cert server.pem --tls-key server.key"
        );
    }
}
