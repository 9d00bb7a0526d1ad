using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Idq.Tracking.Mlflow;

/// <summary>The certificates of a server that talks TLS, as PEM files. They are read once, at the start.</summary>
/// <param name="CertificateFile">The server's certificate, and behind it those that vouch for it.</param>
/// <param name="KeyFile">The key of the certificate, not encrypted; null when it is in the same file.</param>
/// <param name="ClientAuthorityFile">
/// Clients must show a certificate that one of these vouches for; null lets clients without one in.
/// </param>
public sealed record ServerTls(string CertificateFile, string? KeyFile = null, string? ClientAuthorityFile = null)
{
    const string ForClients = "1.3.6.1.5.5.7.3.2";

    /// <summary>Reads the files.</summary>
    /// <exception cref="ArgumentException">A file cannot be read as what it should be; the message names it.</exception>
    internal HttpsConnectionAdapterOptions Load()
    {
        var options = new HttpsConnectionAdapterOptions
        {
            ServerCertificateChain = Certificates(CertificateFile),
            ServerCertificate = Read(
                KeyFile ?? CertificateFile,
                "a key for the certificate",
                () => X509Certificate2.CreateFromPemFile(CertificateFile, KeyFile)
            ),
        };
        if (ClientAuthorityFile is not { } file)
            return options;
        X509Certificate2Collection authorities = Certificates(file);
        options.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
        options.ClientCertificateValidation = (certificate, sent, _) => IsVouchedFor(certificate, sent, authorities);
        return options;
    }

    static bool IsVouchedFor(X509Certificate2 certificate, X509Chain? sent, X509Certificate2Collection authorities)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ForClients));
        if (sent is not null)
            chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        return chain.Build(certificate);
    }

    static X509Certificate2Collection Certificates(string file) => Read(file, "certificates", () =>
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPemFile(file);
        return certificates.Count > 0 ? certificates : throw new CryptographicException("there is none in it");
    });

    static T Read<T>(string file, string content, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new ArgumentException($"'{file}' cannot be read as a PEM file with {content}: {e.Message}", e);
        }
    }
}
