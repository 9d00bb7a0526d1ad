using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Mime;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Primitives;
using BadHttpRequestException = Microsoft.AspNetCore.Http.BadHttpRequestException;

namespace Idq.Tracking.Mlflow;

/// <summary>
/// A tracking server that MLflow's clients talk to, on a tracker store: experiments, runs, metrics and their histories, data sets,
/// artifacts, and a live stream of new points. What it answers is what the reference server answers, save where that one stores wrong data
/// or tells its SQL.
/// </summary>
/// <remarks>Every change is one durable transaction; requests that wait at the same time share one flush.</remarks>
/// <threadsafety>Safe.</threadsafety>
public sealed class MlflowServer : IAsyncDisposable
{
    // Requests block while the store writes, so that waiting ones are written together. The thread pool must start with enough threads.
    const int LeastThreads = 64;

    // The first size of the buffer of a body; it grows as needed.
    const int MostAtOnce = 64 << 10;

    readonly WebApplication application;
    readonly ServerRoom room;
    readonly CancellationTokenSource stopping;
    readonly PartitionedRateLimiter<HttpContext>? limiter;
    readonly HashSet<string> hosts;
    readonly bool checksHosts;

    MlflowServer(TrackerStore store, MlflowServerOptions options, IPEndPoint endPoint)
    {
        stopping = new CancellationTokenSource();
        room = new ServerRoom(
            store,
            options,
            new ServerStatistics(),
            new LiveHub(),
            options.ArtifactsFolder is { } folder ? new ArtifactFolder(folder) : null,
            new BodyMemory(options.BodyMemory),
            stopping.Token
        );
        hosts = new HashSet<string>(
            ["localhost", "127.0.0.1", "[::1]", "::1", endPoint.Address.ToString(), .. options.AllowedHosts],
            StringComparer.OrdinalIgnoreCase
        );
        // With TLS the certificate protects against foreign names for this address.
        checksHosts = options is { Access: null, Tls: null };
        if (options.RequestsPerSecond > 0)
        {
            limiter = PartitionedRateLimiter.Create<HttpContext, string>(context => RateLimitPartition.GetTokenBucketLimiter(
                context.Connection.RemoteIpAddress?.ToString() ?? "", _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = options.RequestsPerSecond * 2,
                    TokensPerPeriod = options.RequestsPerSecond,
                    ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                }));
        }

        HttpsConnectionAdapterOptions? tls = options.Tls?.Load();
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Drain);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(endPoint, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                var connections = new ConnectionRoom(options.MaxConnections, room.Statistics);
                listen.Use(next => connection => connections.ServeAsync(connection, next));
                if (tls is not null)
                    listen.UseHttps(tls);
            });
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.KeepAliveTimeout = options.KeepAlive;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(1000, TimeSpan.FromSeconds(10));
            kestrel.Limits.MaxRequestLineSize = 64 << 10;
        });
        application = builder.Build();
        application.Run(ServeAsync);
    }

    /// <summary>Where it listens, such as <c>http://127.0.0.1:5000</c>.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Starts a server on a store, which the caller keeps open while it runs.</summary>
    /// <param name="store">The store; the experiment with the number 0 is made when absent.</param>
    /// <param name="options">How it listens, whom it lets in and how much it takes.</param>
    /// <param name="cancellation">Gives up starting.</param>
    /// <exception cref="ArgumentException">The address cannot be listened on without authentication, or is none.</exception>
    /// <exception cref="IOException">The address is in use.</exception>
    public static async Task<MlflowServer> StartAsync(
        TrackerStore store,
        MlflowServerOptions options,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(options);
        IPEndPoint endPoint = options.EndPoint();
        store.EnsureDefaultExperiment();
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, LeastThreads), ports);
        var server = new MlflowServer(store, options, endPoint);
        try
        {
            await server.application.StartAsync(cancellation);
            server.Address = new Uri(
                server
                    .application.Services.GetRequiredService<IServer>()
                    .Features.GetRequiredFeature<IServerAddressesFeature>()
                    .Addresses.First()
            );
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops: takes no more requests, ends live streams, and waits for what is under way, at most for the time to drain.</summary>
    public async Task StopAsync(CancellationToken cancellation = default)
    {
        await stopping.CancelAsync();
        await application.StopAsync(cancellation);
    }

    /// <summary>Stops, if it has not been.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await application.DisposeAsync();
        if (limiter is not null)
            await limiter.DisposeAsync();
        stopping.Dispose();
    }

    async Task ServeAsync(HttpContext context)
    {
        var start = Stopwatch.GetTimestamp();
        room.Statistics.Begin();
        Route? route = null;
        using BodyMemory.Share share = room.Bodies.Open();
        try
        {
            // The path as the client sent it: an encoded slash or dot in an artifact's path is decoded here, once.
            var raw = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? context.Request.Path.Value ?? "/";
            var path = Uri.UnescapeDataString(raw.StartsWith('/') ? raw.Split('?')[0] : context.Request.Path.Value ?? "/");
            // Some clients are given an address that ends in a slash.
            if (path.StartsWith("//", StringComparison.Ordinal))
                path = $"/{path.TrimStart('/')}";
            route = Routes.Find(path);
            AccessList.User? user = Admit(context, route);
            if (route is null)
                throw new Refusal(RefusalCode.EndpointNotFound, $"There is no endpoint {context.Request.Method} {Shortened(path)}");
            if (HttpMethods.IsOptions(context.Request.Method))
            {
                // Without CORS headers in the answer, a browser blocks calls from pages of other origins.
                context.Response.Headers.Allow = route.Allowed;
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            }

            if (!route.Answers(context.Request.Method))
            {
                context.Response.Headers.Allow = route.Allowed;
                await SendAsync(
                    context,
                    StatusCodes.Status405MethodNotAllowed,
                    Refusal.ToJson(RefusalCode.EndpointNotFound, $"{route.Name} does not answer {context.Request.Method}")
                );
                return;
            }

            RequirePlainBody(context.Request);
            var limit = route.BodyBytes(room.Options.Limits);
            RequestFields fields =
                limit == 0 || context.Request.QueryString.HasValue && !HttpMethods.IsPost(context.Request.Method)
                    ? RequestFields.FromQuery(
                        context.Request.Query.Select(pair =>
                            KeyValuePair.Create(pair.Key, (IReadOnlyList<string>)[.. pair.Value.OfType<string>()])
                        )
                    )
                    : await ReadAsync(context, route, limit, share);
            // Until here the client may still take its time; one that waits for a place does not have to wait for it.
            using ConnectionRoom.Turn turn = ConnectionRoom.Begin(context.Features);
            var call = new Call(context, room, fields, user);
            if (await route.Work(call, context.RequestAborted) is { } answer)
                await SendAsync(context, StatusCodes.Status200OK, answer.Body, answer.ContentType);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, e);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client went away in the middle of its answer.
            context.Abort();
        }
        finally
        {
            room.Statistics.End(route?.Name ?? "unknown", context.Response.StatusCode, Stopwatch.GetElapsedTime(start));
        }
    }

    AccessList.User? Admit(HttpContext context, Route? route)
    {
        if (limiter is not null)
        {
            using RateLimitLease lease = limiter.AttemptAcquire(context);
            if (!lease.IsAcquired)
                throw new Refusal(
                    RefusalCode.RequestLimitExceeded,
                    $"More than {room.Options.RequestsPerSecond} requests per second; try again later"
                );
        }

        if (room.Options.Access is not { } access)
        {
            if (!checksHosts)
                return null;
            // Without logins, a web page must not be able to call a server on its reader's machine by a name of its own.
            if (!hosts.Contains(context.Request.Host.Host))
                throw new Refusal(
                    RefusalCode.PermissionDenied,
                    "Invalid Host header: name this server's host among those that are allowed"
                );
            return null;
        }

        if (route is not null && Routes.IsOpen(route))
            return null;
        if (access.Authenticate(context.Request.Headers.Authorization.ToString()) is { } user)
            return user;
        context.Response.Headers.WWWAuthenticate = new StringValues(["Basic realm=\"tracker\", charset=\"UTF-8\"", "Bearer"]);
        throw new Refusal(RefusalCode.Unauthenticated, "You are not authenticated: send a user's name and password, or a token");
    }

    static void RequirePlainBody(HttpRequest request)
    {
        var encoding = request.Headers.ContentEncoding.ToString();
        if (encoding.Length > 0 && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            throw Refusal.Invalid("Bad Request. Content-Encoding is not supported: send the body as it is, not compressed.");
    }

    async Task<RequestFields> ReadAsync(HttpContext context, Route route, int limit, BodyMemory.Share share)
    {
        HttpRequest request = context.Request;
        if (HttpMethods.IsPost(request.Method))
        {
            if (string.IsNullOrEmpty(request.ContentType))
                throw Refusal.Invalid("Bad Request. Content-Type header is missing.");
            if (
                !string.Equals(
                    request.ContentType.Split(';')[0].Trim(),
                    MediaTypeNames.Application.Json,
                    StringComparison.OrdinalIgnoreCase
                )
            )
                throw Refusal.Invalid("Bad Request. Content-Type must be one of ['application/json'].");
        }

        if (request.ContentLength > limit)
            throw TooLarge(context, route, limit, $"{request.ContentLength}");
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        timeout.CancelAfter(room.Options.RequestTimeout);
        // Memory is reserved for bytes that arrived, not for the length that was announced.
        var body = new ArrayBufferWriter<byte>((int)Math.Min(request.ContentLength ?? 1024, MostAtOnce) + 1);
        try
        {
            int count;
            while ((count = await request.Body.ReadAsync(body.GetMemory(1), timeout.Token)) > 0)
            {
                share.Take(count);
                body.Advance(count);
                if (body.WrittenCount > limit)
                    throw TooLarge(context, route, limit, $"more than {limit}");
            }
        }
        catch (OperationCanceledException e) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new BadHttpRequestException("The request's body came too slowly", StatusCodes.Status408RequestTimeout, e);
        }

        return RequestFields.FromJson(body.WrittenMemory);
    }

    static Refusal TooLarge(HttpContext context, Route route, int limit, string size)
    {
        // The rest of the body is not read: the connection is closed.
        context.Response.Headers.Connection = "close";
        return Refusal.Invalid(route.Name == "runs/log-batch"
            ? $"Batched logging API requests must be at most {limit} bytes, got a request of size {size}."
            : $"API requests must be at most {limit} bytes, got a request of size {size}.");
    }

    async Task RefuseAsync(HttpContext context, Exception failure)
    {
        switch (failure)
        {
            case Refusal refusal:
                if (refusal.Code.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
                    context.Response.Headers.RetryAfter = "1";
                await SendAsync(context, refusal.Code.Status, refusal.ToJson());
                return;
            case BadHttpRequestException bad:
                context.Response.Headers.Connection = "close";
                await SendAsync(context, bad.StatusCode, Refusal.ToJson(RefusalCode.BadRequest, bad.Message));
                return;
            case OperationCanceledException or IOException when context.RequestAborted.IsCancellationRequested:
                context.Abort();
                return;
            case TrackerException { IsTransient: true } or ObjectDisposedException:
                context.Response.Headers.RetryAfter = "1";
                await SendAsync(
                    context,
                    RefusalCode.TemporarilyUnavailable.Status,
                    Refusal.ToJson(RefusalCode.TemporarilyUnavailable, "The tracker store is not available now; try again later")
                );
                return;
            default:
                room.Options.OnFailure?.Invoke(failure);
                await SendAsync(
                    context,
                    RefusalCode.InternalError.Status,
                    Refusal.ToJson(RefusalCode.InternalError, "The server failed to do this; its log tells why")
                );
                return;
        }
    }

    static async Task SendAsync(
        HttpContext context,
        int status,
        ReadOnlyMemory<byte> body,
        string contentType = MediaTypeNames.Application.Json
    )
    {
        HttpResponse response = context.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(body, context.RequestAborted);
    }

    static string Shortened(string path) => path.Length <= 200 ? path : path[..200];
}
