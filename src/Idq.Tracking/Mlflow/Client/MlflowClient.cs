using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using NodaTime;

namespace Idq.Tracking.Mlflow;

/// <summary>A client of MLflow's tracking REST API, version 2.0; it talks to any server that speaks it.</summary>
/// <remarks>
/// Every call sends one request and sends it again after a failure that may pass (see <see cref="RetryPolicy"/>). Safe to use from many
/// threads. All failures are <see cref="MlflowException"/>; a cancelled call throws <see cref="OperationCanceledException"/>.
/// </remarks>
public sealed partial class MlflowClient : IDisposable
{
    const int LongestErrorText = 500;
    static readonly string UserAgent = $"stream-tracking/{typeof(MlflowClient).Assembly.GetName().Version?.ToString(3)}";

    readonly HttpClient http;
    readonly MlflowSettings settings;
    readonly RetryPolicy retries;
    readonly IClock clock;
    readonly Func<TimeSpan, CancellationToken, Task> wait;
    readonly string root;
    readonly string shownRoot;

    /// <summary>A client of the server that the settings name. Connects with the first call.</summary>
    /// <param name="settings">Where, who and how patient.</param>
    /// <param name="clock">Reads a Retry-After that is a date.</param>
    /// <exception cref="ArgumentException">A setting is malformed, or a certificate cannot be read.</exception>
    public MlflowClient(MlflowSettings settings, IClock clock)
        : this(settings, clock, Task.Delay)
    {
    }

    internal MlflowClient(MlflowSettings settings, IClock clock, Func<TimeSpan, CancellationToken, Task> wait)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        this.settings = settings;
        this.clock = clock;
        this.wait = wait;
        retries = new RetryPolicy(settings, () => RandomNumberGenerator.GetInt32(1_000_000) / 1e6);
        shownRoot = MlflowSettings.ShownUri(settings.TrackingUri).TrimEnd('/');
        root = shownRoot + "/api/2.0/mlflow/";
        // The time limit is that of one attempt, set there.
        http = new HttpClient(MlflowTransport.Handler(settings)) { Timeout = System.Threading.Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", UserAgent);
        http.DefaultRequestHeaders.Authorization = settings.Authorization();
    }

    public void Dispose() => http.Dispose();

    Task PostAsync(string endpoint, Action<Utf8JsonWriter> body, CancellationToken cancellationToken) =>
        PostAsync(endpoint, body, static _ => true, cancellationToken);

    Task<T> PostAsync<T>(string endpoint, Action<Utf8JsonWriter> body, Func<JsonElement, T> read, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, endpoint, MlflowJson.Object(body), read, cancellationToken);

    Task<T> GetAsync<T>(
        string endpoint,
        Func<JsonElement, T> read,
        CancellationToken cancellationToken,
        params IEnumerable<(string Name, string? Value)> query
    )
    {
        var pairs = query.Where(pair => pair.Value is not null).Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value!)}");
        return SendAsync(HttpMethod.Get, $"{endpoint}?{string.Join('&', pairs)}", null, read, cancellationToken);
    }

    /// <param name="beforeRetry">Asked before the request is sent again; what it returns, unless null, is the result.</param>
    async Task<T> SendAsync<T>(
        HttpMethod method,
        string endpoint,
        byte[]? body,
        Func<JsonElement, T> read,
        CancellationToken cancellationToken,
        Func<CancellationToken, Task<T?>>? beforeRetry = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (result, failure, retryAfter) = await AttemptAsync(method, endpoint, body, read, attempt, cancellationToken);
            if (failure is null)
                return result!;
            if (!failure.IsTransient || attempt > settings.MaxRetries)
                throw failure;
            await wait(retries.Pause(attempt, retryAfter, clock.GetCurrentInstant()), cancellationToken);
            if (beforeRetry is not null && await beforeRetry(cancellationToken) is { } found)
                return found;
        }
    }

    async Task<(T? Result, MlflowException? Failure, RetryConditionHeaderValue? RetryAfter)> AttemptAsync<T>(
        HttpMethod method, string endpoint, byte[]? body, Func<JsonElement, T> read, int attempt, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(settings.Timeout);
        try
        {
            using var request = new HttpRequestMessage(method, root + endpoint);
            if (body is not null)
                request.Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } };
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var answer = await response.Content.ReadAsByteArrayAsync(limit.Token);
            return response.StatusCode == HttpStatusCode.OK
                ? (Read(answer, read, endpoint, attempt), null, null)
                : (default, Failure(response, answer, endpoint, attempt), response.Headers.RetryAfter);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            return (default, NoAnswer($"no answer within {settings.Timeout.TotalSeconds} s", endpoint, attempt, e), null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return (default, NoAnswer(e.GetBaseException().Message, endpoint, attempt, e), null);
        }
    }

    T Read<T>(byte[] answer, Func<JsonElement, T> read, string endpoint, int attempt)
    {
        try
        {
            using var json = JsonDocument.Parse(answer.Length == 0 ? "{}"u8.ToArray() : answer);
            return read(json.RootElement);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw new MlflowException(
                "BAD_ANSWER",
                $"{Where(endpoint)} answered, but not as an MLflow server does ({e.Message}); is this its address?",
                200,
                attempt,
                e
            );
        }
    }

    MlflowException Failure(HttpResponseMessage response, byte[] answer, string endpoint, int attempt)
    {
        var status = (int)response.StatusCode;
        if (TryReadError(answer) is var (code, message))
            return new MlflowException(code, message, status, attempt);
        if (status is >= 300 and < 400)
            return new MlflowException(
                "MOVED",
                $"{Where(endpoint)} is redirected to '{response.Headers.Location}': use that address",
                status,
                attempt
            );
        var text = System.Text.Encoding.UTF8.GetString(answer.AsSpan(0, Math.Min(answer.Length, LongestErrorText))).Trim();
        return new MlflowException(
            MlflowException.CodeOf(status),
            $"{Where(endpoint)} answered with status {status}{(text.Length > 0 ? ": " + text : "")}",
            status,
            attempt
        );
    }

    static (string Code, string Message)? TryReadError(byte[] answer)
    {
        try
        {
            using var json = JsonDocument.Parse(answer);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.OptionalText("error_code") is { Length: > 0 } code
                ? (code, json.RootElement.OptionalText("message") ?? "")
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    MlflowException NoAnswer(string what, string endpoint, int attempt, Exception cause) =>
        new("TEMPORARILY_UNAVAILABLE", $"{Where(endpoint)}: {what}", null, attempt, cause);

    string Where(string endpoint) => $"MLflow server {shownRoot}, {endpoint.Split('?')[0]}";
}
