using System.Net;
using System.Net.Sockets;
using Idq.Tracking.Mlflow;

namespace Idq.Tracking.Tests.Mlflow;

public sealed class ServerTlsTests() : ServerFixture(TestEngine.Sqlite)
{
    TestAuthority? authority;

    TestAuthority Authority => authority ??= new TestAuthority(InFolder(""));

    protected override MlflowServerOptions Options => base.Options with { Tls = With(null) };

    ServerTls With(string? clients)
    {
        (string certificate, string key) = Authority.Server();
        return new ServerTls(certificate, key, clients);
    }

    async Task<string> CallAsync(Uri server, Func<MlflowSettings, MlflowSettings> with)
    {
        using var client = new MlflowClient(
            with(
                new MlflowSettings
                {
                    TrackingUri = server,
                    MaxRetries = 0,
                    ServerCertPath = Authority.File,
                }
            ),
            Clock
        );
        return (await client.GetExperimentAsync("0")).Name;
    }

    Task Unreached(Uri server, Func<MlflowSettings, MlflowSettings> with) =>
        Assert.ThrowsAsync<MlflowException>(() => CallAsync(server, with));

    [Fact]
    public async Task Our_client_talks_tls_to_our_server()
    {
        Assert.Equal("https", Server.Address.Scheme);
        Assert.Equal("Default", await CallAsync(Server.Address, settings => settings));
        Assert.Equal(
            "Default",
            await CallAsync(
                new Uri($"https://localhost:{Server.Address.Port}"),
                settings => settings with { ServerCertPath = null, InsecureTls = true }
            )
        );
        await Unreached(Server.Address, settings => settings with { ServerCertPath = null });
        using var other = new TestAuthority(InFolder(""));
        await Unreached(Server.Address, settings => settings with { ServerCertPath = other.File });
        Assert.Empty(Failures);
    }

    [Fact]
    public async Task Only_clients_with_a_certificate_of_the_authority_are_heard()
    {
        using var other = new TestAuthority(InFolder(""));
        await using MlflowServer server = await MlflowServer.StartAsync(Store, base.Options with { Tls = With(Authority.File) });
        Assert.Equal("Default", await CallAsync(server.Address, settings => settings with { ClientCertPath = Authority.Client() }));
        await Unreached(server.Address, settings => settings);
        await Unreached(server.Address, settings => settings with { ClientCertPath = other.Client() });
        // A certificate for servers is none for clients.
        await Unreached(server.Address, settings => settings with { ClientCertPath = Authority.Client("1.3.6.1.5.5.7.3.1") });
        Assert.Equal("Default", await CallAsync(server.Address, settings => settings with { ClientCertPath = Authority.Client() }));
    }

    [Fact]
    public async Task Certificates_of_clients_are_an_authentication_but_tls_alone_is_none()
    {
        ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(() =>
            MlflowServer.StartAsync(Store, Options with { Listen = "0.0.0.0:0" })
        );
        Assert.Contains("without authentication", refused.Message, StringComparison.Ordinal);
        await using MlflowServer server = await MlflowServer.StartAsync(
            Store,
            base.Options with
            {
                Listen = "0.0.0.0:0",
                Tls = With(Authority.File),
            }
        );
        Assert.Equal(
            "Default",
            await CallAsync(
                new Uri($"https://127.0.0.1:{server.Address.Port}"),
                settings => settings with { ClientCertPath = Authority.Client() }
            )
        );
    }

    [Fact]
    public async Task Users_count_beside_certificates()
    {
        var access = AccessList.Parse("[user ann]\ntoken = t\nadmin = true");
        await using MlflowServer server = await MlflowServer.StartAsync(
            Store,
            base.Options with
            {
                Tls = With(Authority.File),
                Access = access,
            }
        );
        var own = Authority.Client();
        Assert.Equal("Default", await CallAsync(server.Address, settings => settings with { ClientCertPath = own, Token = "t" }));
        var refused = await Assert.ThrowsAsync<MlflowException>(() =>
            CallAsync(server.Address, settings => settings with { ClientCertPath = own })
        );
        Assert.Equal("UNAUTHENTICATED", refused.ErrorCode);
        await Unreached(server.Address, settings => settings with { Token = "t" });
    }

    [Fact]
    public async Task Whoever_talks_in_the_clear_or_never_ends_the_handshake_is_let_go()
    {
        var clients = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 20; i++)
            {
                var client = new TcpClient();
                clients.Add(client);
                await client.ConnectAsync(IPAddress.Loopback, Server.Address.Port);
                if (i % 2 == 0)
                    await client.GetStream().WriteAsync("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
            }

            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            var answer = new MemoryStream();
            try
            {
                await clients[0].GetStream().CopyToAsync(answer, patience.Token);
            }
            catch (IOException)
            {
                // Let go without a word.
            }

            Assert.DoesNotContain("OK", System.Text.Encoding.ASCII.GetString(answer.ToArray()), StringComparison.Ordinal);
            Assert.Equal("Default", await CallAsync(Server.Address, settings => settings));
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task A_file_that_is_no_certificate_is_named()
    {
        var nothing = InFolder("nothing.pem");
        await File.WriteAllTextAsync(nothing, "nothing");
        (string certificate, string key) = Authority.Server();
        foreach (
            (ServerTls tls, string told) in new[]
            {
                (new ServerTls(nothing, key), nothing),
                (new ServerTls(certificate, nothing), nothing),
                (new ServerTls(certificate), certificate),
                (new ServerTls(certificate, Authority.Server().Key), ""),
                (new ServerTls(certificate, key, nothing), nothing),
                (new ServerTls(InFolder("absent"), key), InFolder("absent")),
            }
        )
        {
            ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(() =>
                MlflowServer.StartAsync(Store, base.Options with { Tls = tls })
            );
            Assert.Contains(told, refused.Message, StringComparison.Ordinal);
            Assert.Contains("PEM", refused.Message, StringComparison.Ordinal);
        }
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Authority.Dispose();
    }
}
