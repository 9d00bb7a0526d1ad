using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Idq.Tracking.Mlflow;

namespace Idq.Tracking.Tests.Mlflow;

public sealed class TlsTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("idq-tls-").FullName;
    readonly FakeClock clock = new(NodaTime.Instant.FromUnixTimeSeconds(0));

    static X509Certificate2 SelfSigned(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }

    string Pem(X509Certificate2 certificate, bool withKey = false)
    {
        var path = Path.Combine(folder, certificate.Thumbprint + ".pem");
        File.WriteAllText(
            path,
            certificate.ExportCertificatePem() + "\n" + (withKey ? certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem() : "")
        );
        return path;
    }

    async Task CallAsync(Uri uri, Func<MlflowSettings, MlflowSettings> with)
    {
        using var client = new MlflowClient(with(new MlflowSettings { TrackingUri = uri, MaxRetries = 0 }), clock);
        await client.SetTagAsync("r", "k", "v");
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused_unless_the_user_says_otherwise()
    {
        using var certificate = SelfSigned("localhost");
        using var other = SelfSigned("localhost");
        using var server = new ScriptedServer(_ => Answer.Ok(), certificate);

        var failure = await Assert.ThrowsAsync<MlflowException>(() => CallAsync(server.Uri, settings => settings));
        Assert.False(failure.IsRefusal);
        await Assert.ThrowsAsync<MlflowException>(() => CallAsync(server.Uri, settings => settings with { ServerCertPath = Pem(other) }));
        Assert.Empty(server.Requests);

        await CallAsync(server.Uri, settings => settings with { InsecureTls = true });
        await CallAsync(server.Uri, settings => settings with { ServerCertPath = Pem(certificate) });
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_trusted_certificate_of_another_host_is_refused()
    {
        using var certificate = SelfSigned("elsewhere.example");
        using var server = new ScriptedServer(_ => Answer.Ok(), certificate);
        await Assert.ThrowsAsync<MlflowException>(() =>
            CallAsync(server.Uri, settings => settings with { ServerCertPath = Pem(certificate) })
        );
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task The_clients_certificate_is_shown()
    {
        using var certificate = SelfSigned("localhost");
        using var own = SelfSigned("me");
        using var server = new ScriptedServer(_ => Answer.Ok(), certificate, wantsClientCertificate: true);
        await CallAsync(server.Uri, settings => settings with { InsecureTls = true, ClientCertPath = Pem(own, withKey: true) });
        Assert.Equal("CN=me", server.ClientCertificate);
    }

    [Fact]
    public void Files_that_are_no_certificates_are_named()
    {
        var empty = Path.Combine(folder, "empty.pem");
        File.WriteAllText(empty, "nothing");
        using var keyless = SelfSigned("me");
        foreach (var path in (string[])[empty, Path.Combine(folder, "absent.pem")])
        {
            Refused("MLFLOW_TRACKING_SERVER_CERT_PATH", path, settings => settings with { ServerCertPath = path });
            Refused("MLFLOW_TRACKING_CLIENT_CERT_PATH", path, settings => settings with { ClientCertPath = path });
        }

        Refused("MLFLOW_TRACKING_CLIENT_CERT_PATH", Pem(keyless), settings => settings with { ClientCertPath = Pem(keyless) });
    }

    void Refused(string variable, string path, Func<MlflowSettings, MlflowSettings> with)
    {
        var refusal = Assert.Throws<ArgumentException>(() =>
            new MlflowClient(with(new MlflowSettings { TrackingUri = new Uri("https://localhost") }), clock)
        );
        Assert.Contains(variable, refusal.Message);
        Assert.Contains(path, refusal.Message);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
