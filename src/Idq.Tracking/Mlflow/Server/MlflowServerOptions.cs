using System.Net;

namespace Idq.Tracking.Mlflow;

/// <summary>How a tracking server listens, whom it lets in and how much it takes.</summary>
public sealed record MlflowServerOptions
{
    /// <summary>
    /// Where to listen: host and port; port 0 picks a free one. Anything but loopback needs
    /// <see cref="Access"/>, or clients that show a certificate.
    /// </summary>
    /// <value>The default value is <c>127.0.0.1:5000</c>.</value>
    public string Listen { get; init; } = "127.0.0.1:5000";

    /// <summary>The folder that artifacts are kept in; null refuses artifacts.</summary>
    /// <value>The default value is null.</value>
    public string? ArtifactsFolder { get; init; }

    /// <summary>Who may do what; null lets everyone who reaches the server do everything.</summary>
    /// <value>The default value is null.</value>
    public AccessList? Access { get; init; }

    /// <summary>The certificates to talk TLS with; null talks in the clear.</summary>
    /// <value>The default value is null.</value>
    public ServerTls? Tls { get; init; }

    /// <summary>What one request may hold.</summary>
    /// <value>The default value is the protocol's limits.</value>
    public ServerLimits Limits { get; init; } = new();

    /// <summary>
    /// Connections open at once. When there are as many, the one that has been without a request longest is closed for a new one; when all
    /// have requests under way, the new one is.
    /// </summary>
    /// <value>The default value is 2000.</value>
    public int MaxConnections { get; init; } = 2000;

    /// <summary>
    /// Bytes that the bodies of all requests under way may hold together; further ones are told to come again. Artifacts are not held.
    /// </summary>
    /// <value>The default value is 512 MiB.</value>
    public long BodyMemory { get; init; } = 512L << 20;

    /// <summary>Requests per second of one client address, with bursts of twice as many; 0 for no limit.</summary>
    /// <value>The default value is 0.</value>
    public int RequestsPerSecond { get; init; }

    /// <summary>How long a client may take to send the body of a request other than an artifact.</summary>
    /// <value>The default value is 60 s.</value>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a connection without a request stays open.</summary>
    /// <value>The default value is 75 s.</value>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(75);

    /// <summary>How long stopping waits for requests under way.</summary>
    /// <value>The default value is 10 s.</value>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a live stream looks for points that did not come through this server.</summary>
    /// <value>The default value is 1 s.</value>
    public TimeSpan LivePoll { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Live streams open at once.</summary>
    /// <value>The default value is 256.</value>
    public int MaxLiveStreams { get; init; } = 256;

    /// <summary>
    /// Answers the greatest finite doubles for the infinities, for clients that know no others; the store keeps what was logged.
    /// </summary>
    /// <value>The default value is false: the texts Infinity and -Infinity.</value>
    public bool ClampInfinity { get; init; }

    /// <summary>
    /// Names that a request may call the server by, beside the address that it listens on and the names of loopback. Only looked at
    /// when there is neither <see cref="Access"/> nor <see cref="Tls"/>, where it keeps web
    /// pages from reaching a server on the reader's own machine.
    /// </summary>
    /// <value>The default value is none.</value>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>The version of the protocol that <c>/version</c> answers.</summary>
    /// <value>The default value is <c>3.17.2</c>.</value>
    public string ProtocolVersion { get; init; } = "3.17.2";

    /// <summary>Told of failures that clients only see as INTERNAL_ERROR; null drops them.</summary>
    /// <value>The default value is null.</value>
    public Action<Exception>? OnFailure { get; init; }

    /// <summary>The address to listen on.</summary>
    /// <exception cref="ArgumentException">It is not one, or it is not loopback and there is no access list.</exception>
    internal IPEndPoint EndPoint()
    {
        var colon = Listen.LastIndexOf(':');
        var host = colon > 0 ? Listen[..colon].Trim('[', ']') : "";
        IPAddress? address =
            host == "localhost" ? IPAddress.Loopback
            : host == "*" ? IPAddress.Any
            : IPAddress.TryParse(host, out IPAddress? parsed) ? parsed
            : null;
        if (address is null || !ushort.TryParse(Listen.AsSpan(colon + 1), out var port))
            throw new ArgumentException($"cannot listen on '{Listen}': expected an address and a port, such as 127.0.0.1:5000");
        if (!IPAddress.IsLoopback(address) && Access is null && Tls?.ClientAuthorityFile is null)
        {
            throw new ArgumentException(
                $"refusing to listen on '{Listen}' without authentication: give a file of users or an authority of client certificates, "
                    + "or listen on 127.0.0.1"
            );
        }

        return new IPEndPoint(address, port);
    }
}
