using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Idq.Tracking;

/// <summary>
/// Answers <c>GET /metrics</c> with the counters of a stream server, in the text format of Prometheus, and <c>GET /health</c> with OK.
/// </summary>
/// <remarks>It tells numbers only, and takes nothing: every other request is answered 404 or 405.</remarks>
/// <threadsafety>All members may be used from any thread.</threadsafety>
public sealed class StreamMetricsEndpoint : IAsyncDisposable
{
    const int MaxConnections = 64;

    readonly WebApplication application;

    StreamMetricsEndpoint(IPEndPoint at, Func<DataStreamServerStatistics> statistics)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
            kestrel.Listen(at);
        });
        application = builder.Build();
        application.Run(context => AnswerAsync(context, statistics));
    }

    /// <summary>Where it listens, such as <c>http://127.0.0.1:9100</c>.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Starts to answer.</summary>
    /// <param name="address">
    /// host:port, or a port alone: on this machine only. Port 0 picks a free one. A host beyond this machine must be named.
    /// </param>
    /// <param name="statistics">Asked for every answer.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="DataStreamException">The address is none, or is in use.</exception>
    public static async Task<StreamMetricsEndpoint> StartAsync(
        string address,
        Func<DataStreamServerStatistics> statistics,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(statistics);
        var endpoint = new StreamMetricsEndpoint(Parse(address), statistics);
        try
        {
            await endpoint.application.StartAsync(cancellationToken);
            endpoint.Address = new Uri(
                endpoint
                    .application.Services.GetRequiredService<IServer>()
                    .Features.GetRequiredFeature<IServerAddressesFeature>()
                    .Addresses.First()
            );
            return endpoint;
        }
        catch (IOException e)
        {
            await endpoint.DisposeAsync();
            throw new DataStreamException(DataStreamFailure.AddressNotAvailable, $"Address '{address}' not available", e);
        }
    }

    /// <summary>Answers no more.</summary>
    public async ValueTask DisposeAsync() => await application.DisposeAsync();

    static IPEndPoint Parse(string address)
    {
        var colon = address.LastIndexOf(':');
        var host = colon < 0 ? "" : address[..colon].Trim('[', ']');
        var ip = host is "" or "localhost" ? IPAddress.Loopback : IPAddress.TryParse(host, out var parsed) ? parsed : null;
        return ip is not null && ushort.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? new IPEndPoint(ip, port)
            : throw new DataStreamException(
                DataStreamFailure.InvalidOption,
                $"cannot listen on '{address}': expected an address and a port, such as 127.0.0.1:9100"
            );
    }

    static Task AnswerAsync(HttpContext context, Func<DataStreamServerStatistics> statistics)
    {
        var isRead = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        var (status, type, text) = (context.Request.Path.Value, isRead) switch
        {
            ("/metrics", true) => (StatusCodes.Status200OK, PrometheusText.MediaType, StreamMetricsText.Of(statistics())),
            ("/health", true) => (StatusCodes.Status200OK, "text/plain; charset=utf-8", "OK"),
            ("/metrics" or "/health", false) => (
                StatusCodes.Status405MethodNotAllowed,
                "text/plain; charset=utf-8",
                "only GET is answered here\n"
            ),
            _ => (StatusCodes.Status404NotFound, "text/plain; charset=utf-8", "there is /metrics and /health\n"),
        };
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.WriteAsync(text, context.RequestAborted);
    }
}
