using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Idq.Tracking.Mlflow;

/// <summary>The connection's side of the settings: certificates, redirects, how long connections live.</summary>
static class MlflowTransport
{
    public static SocketsHttpHandler Handler(MlflowSettings settings)
    {
        var handler = new SocketsHttpHandler
        {
            // A redirected POST becomes a GET without a body; better to say where the server really is.
            AllowAutoRedirect = false,
            AutomaticDecompression = System.Net.DecompressionMethods.All,
            ConnectTimeout = settings.Timeout,
            // Names are resolved anew from time to time.
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            UseCookies = false,
        };
        handler.SslOptions = Tls(settings);
        return handler;
    }

    static SslClientAuthenticationOptions Tls(MlflowSettings settings)
    {
        var options = new SslClientAuthenticationOptions();
        if (settings.InsecureTls)
        {
#pragma warning disable CA5359, MA0039 // The user asked for exactly this, by name.
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359, MA0039
        }
        else if (settings.ServerCertPath is { } path)
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.AddRange(Roots(path));
            options.CertificateChainPolicy = policy;
        }

        if (settings.ClientCertPath is { } own)
            options.ClientCertificates = [OwnCertificate(own)];
        return options;
    }

    static X509Certificate2Collection Roots(string path)
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPemFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw Unreadable("MLFLOW_TRACKING_SERVER_CERT_PATH", path, "certificates", e);
        }

        return roots.Count > 0 ? roots : throw Unreadable("MLFLOW_TRACKING_SERVER_CERT_PATH", path, "certificates", null);
    }

    static X509Certificate2 OwnCertificate(string path)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw Unreadable("MLFLOW_TRACKING_CLIENT_CERT_PATH", path, "a certificate and its key", e);
        }
    }

    static ArgumentException Unreadable(string name, string path, string content, Exception? cause) =>
        new($"{name}: '{path}' cannot be read as a PEM file with {content}{(cause is null ? "" : ": " + cause.Message)}", cause);
}
