using System.CommandLine;
using Idq.Tracking;
using Idq.Tracking.Mlflow;

namespace Idq.Cli.Commands;

static class TrackerServeCommand
{
    public static Command Create()
    {
        var command = new Command("serve", "Serves a store to clients of MLflow, until Ctrl-C or SIGTERM").WithExamples(
            "--store sqlite:tracker.sqlite --listen 127.0.0.1:5000 --artifacts artifacts",
            "--store postgresql://idq@db.example/tracker --listen 0.0.0.0:5000 "
            + "--users users.ini --tls-cert server.pem --tls-key server.key");
        var listen = command.AddValue("--listen", "HOST:PORT", "Address and port; port 0 picks a free one", "127.0.0.1:5000");
        var artifacts = command.AddText("--artifacts", "DIR", "The folder that artifacts are kept in; without it they are refused");
        var users = command.AddText("--users", "FILE", "The file of users, tokens and permissions; needed to listen beyond this machine");
        var certificate = command.AddText("--tls-cert", "FILE", "Talks TLS with the certificate in this PEM file");
        var key = command.AddText("--tls-key", "FILE", "The PEM file of the certificate's key, when it is not in the same file");
        var authority = command.AddText(
            "--client-ca", "FILE", "Clients must show a certificate that an authority in this PEM file vouches for");
        var hosts = command.AddList("--allowed-host", "NAME", "Another name that requests may call the server by");
        var rate = command.AddValue("--requests-per-second", "N", "The most requests of one client address; 0 for no limit", 0);
        var connections = command.AddValue(
            "--max-connections", "N", "The most connections at once; beyond, the longest idle one makes room", 2000);
        var clamp = command.AddFlag("--clamp-infinity", "Answers ±1.797e308 for infinities, for clients that know no others");
        var drain = command.AddValue("--drain", "S", "How long stopping waits for requests under way, in seconds", 10.0);
        var hash = command.AddFlag(
            "--hash-password", "Reads a password from standard input, prints what the file of users keeps of it, and ends");
        var store = new StoreArgument(command);
        return command.Does(async (result, cancellationToken) =>
        {
            if (result.Get(hash))
            {
                var password = await Console.In.ReadLineAsync(cancellationToken);
                if (password is null) throw new UsageException("there is no password on standard input");
                Console.Out.WriteLine(AccessList.HashPassword(password));
                return ExitCode.Done;
            }
            var patience = TimeSpan.FromSeconds(result.GetChecked(drain, s => s is >= 0 and <= 3600, "between 0 and 3600 seconds"));
            if (result.Get(certificate) is null && (result.Get(key) ?? result.Get(authority)) is not null)
                throw new UsageException("--tls-key and --client-ca need --tls-cert");
            var options = UsageException.Of(() => new MlflowServerOptions
            {
                Listen = result.Get(listen),
                ArtifactsFolder = result.Get(artifacts) is { } folder ? Path.GetFullPath(folder) : null,
                Access = result.Get(users) is { } file ? UsageException.Of(() => AccessList.Load(file), "--users: ") : null,
                Tls = result.Get(certificate) is { } pem ? new ServerTls(pem, result.Get(key), result.Get(authority)) : null,
                Limits = ServerLimits.FromEnvironment(),
                AllowedHosts = result.Get(hosts),
                RequestsPerSecond = result.Get(rate),
                MaxConnections = result.Get(connections),
                ClampInfinity = result.Get(clamp),
                Drain = patience,
                OnFailure = failure => Console.Error.WriteLine($"stream: a request failed: {failure.Message}"),
            });
            using var signals = new StopSignals();
            using var opened = store.Open(result);
            using var watch = new Heartbeat(opened, [], Heartbeat.Usual);
            await using var server = await UsageException.OfAsync(() => MlflowServer.StartAsync(opened, options, signals.Stopping));
            Console.Error.WriteLine($"listening on {server.Address.GetLeftPart(UriPartial.Authority)}");
            await Task.Delay(Timeout.InfiniteTimeSpan, signals.Stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await server.StopAsync(CancellationToken.None);
            return ExitCode.OfService(signals);
        });
    }
}
