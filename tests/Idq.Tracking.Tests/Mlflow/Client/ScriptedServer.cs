using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace Idq.Tracking.Tests.Mlflow;

/// <summary>What a client sent.</summary>
public sealed record Sent(string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>The last part of the path: "log-batch".</summary>
    public string Endpoint => Path[(Path.IndexOf("mlflow/", StringComparison.Ordinal) + 7)..];

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public IEnumerable<JsonElement> Array(string name) => Json.TryGetProperty(name, out var array) ? array.EnumerateArray() : [];

    public string? Header(string name) => Headers.GetValueOrDefault(name.ToLowerInvariant());
}

/// <summary>What is answered.</summary>
/// <param name="IsCut">The connection is closed instead of an answer.</param>
public sealed record Answer(int Status, string Body, string ExtraHeaders = "", bool IsCut = false)
{
    public static Answer Cut { get; } = new(0, "", IsCut: true);

    public static Answer Ok(string body = "{}") => new(200, body);

    public static Answer Error(int status, string code, string message) =>
        new(status, JsonSerializer.Serialize(new { error_code = code, message }));
}

/// <summary>A small HTTP server on a free loopback port whose answers a test decides. It can be killed and come back on its port.</summary>
public sealed class ScriptedServer : IDisposable
{
    readonly Func<Sent, Answer> answer;
    readonly X509Certificate2? certificate;
    readonly bool wantsClientCertificate;
    readonly ConcurrentDictionary<TcpClient, bool> connections = [];
    readonly List<Sent> requests = [];
    TcpListener listener;

    public ScriptedServer(Func<Sent, Answer> answer, X509Certificate2? certificate = null, bool wantsClientCertificate = false)
    {
        this.answer = answer;
        this.certificate = certificate;
        this.wantsClientCertificate = wantsClientCertificate;
        listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _ = AcceptAsync(listener);
    }

    public int Port { get; }

    public Uri Uri => new($"{(certificate is null ? "http" : "https")}://localhost:{Port}");

    public string? ClientCertificate { get; private set; }

    public IReadOnlyList<Sent> Requests
    {
        get
        {
            lock (requests)
                return [.. requests];
        }
    }

    /// <summary>Requests to an endpoint.</summary>
    public IReadOnlyList<Sent> To(string endpoint) => [.. Requests.Where(request => request.Endpoint == endpoint)];

    /// <summary>As kill -9: whatever is under way ends without an answer, and nobody listens.</summary>
    public void Kill()
    {
        listener.Stop();
        foreach (var connection in connections.Keys)
            connection.Close();
    }

    public void Restart()
    {
        listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Start();
        _ = AcceptAsync(listener);
    }

    public void Dispose() => Kill();

    async Task AcceptAsync(TcpListener accepting)
    {
        try
        {
            while (true)
            {
                var connection = await accepting.AcceptTcpClientAsync();
                connections.TryAdd(connection, true);
                _ = Task.Run(() => ServeAsync(connection));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Killed.
        }
    }

    async Task ServeAsync(TcpClient connection)
    {
        try
        {
            using var _ = connection;
            var stream = await OpenAsync(connection);
            while (await ReadAsync(stream) is { } request)
            {
                lock (requests)
                    requests.Add(request);
                var reply = answer(request);
                if (reply.IsCut)
                    break;
                var body = Encoding.UTF8.GetBytes(reply.Body);
                var head =
                    $"HTTP/1.1 {reply.Status} Status\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n"
                        + $"{reply.ExtraHeaders}\r\n";
                await stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. body]);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or AuthenticationException)
        {
            // The client or a test has closed the connection.
        }
        finally
        {
            connections.TryRemove(connection, out _);
        }
    }

    async Task<Stream> OpenAsync(TcpClient connection)
    {
        if (certificate is null)
            return connection.GetStream();
        var tls = new SslStream(connection.GetStream());
        await tls.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificate = certificate,
                ClientCertificateRequired = wantsClientCertificate,
                RemoteCertificateValidationCallback = (_, sent, _, _) =>
                    (ClientCertificate = sent?.Subject) is not null || !wantsClientCertificate,
            }
        );
        return tls;
    }

    static async Task<Sent?> ReadAsync(Stream stream)
    {
        var head = new MemoryStream();
        var one = new byte[1];
        while (!EndsHead(head))
        {
            if (await stream.ReadAsync(one) == 0)
                return null;
            head.Write(one);
        }

        var lines = Encoding.ASCII.GetString(head.ToArray()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0].ToLowerInvariant(), pair => pair[1]);
        var body = new byte[headers.TryGetValue("content-length", out var length) ? int.Parse(length) : 0];
        await stream.ReadExactlyAsync(body);
        var first = lines[0].Split(' ');
        var target = first[1].Split('?', 2);
        return new Sent(first[0], target[0], target.Length > 1 ? target[1] : "", headers, Encoding.UTF8.GetString(body));
    }

    static bool EndsHead(MemoryStream head) => head.Length >= 4 && head.GetBuffer().AsSpan(0, (int)head.Length).EndsWith("\r\n\r\n"u8);
}
