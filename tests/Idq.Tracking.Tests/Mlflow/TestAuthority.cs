using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Idq.Tracking.Tests;

/// <summary>An authority of one test, which vouches for servers and clients.</summary>
public sealed class TestAuthority : IDisposable
{
    readonly string folder;
    readonly X509Certificate2 root;
    int count;

    public TestAuthority(string folder)
    {
        this.folder = folder;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=an authority of tests", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File = Write(root.ExportCertificatePem());
    }

    /// <summary>A PEM file with the authority's certificate.</summary>
    public string File { get; }

    /// <summary>PEM files of a certificate of a server on this machine, and of its key.</summary>
    public (string Certificate, string Key) Server()
    {
        var (certificate, key) = Issue("localhost", "1.3.6.1.5.5.7.3.1");
        return (Write(certificate), Write(key));
    }

    /// <summary>A PEM file with a client's certificate and its key.</summary>
    public string Client(string purpose = "1.3.6.1.5.5.7.3.2")
    {
        var (certificate, key) = Issue("a client", purpose);
        return Write($"{certificate}\n{key}");
    }

    public void Dispose() => root.Dispose();

    (string Certificate, string Key) Issue(string name, string purpose)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        using var certificate = request.Create(
            root,
            DateTimeOffset.UtcNow.AddHours(-1),
            DateTimeOffset.UtcNow.AddHours(20),
            RandomNumberGenerator.GetBytes(8)
        );
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    string Write(string text)
    {
        var path = Path.Combine(folder, $"{Guid.NewGuid():N}-{++count}.pem");
        System.IO.File.WriteAllText(path, text);
        return path;
    }
}
