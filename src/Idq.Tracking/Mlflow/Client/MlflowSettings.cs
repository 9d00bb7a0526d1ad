using System.Globalization;

namespace Idq.Tracking.Mlflow;

/// <summary>
/// Where an MLflow server is, who we are there, and how patient we are. The names of the environment variables are MLflow's.
/// </summary>
public sealed record MlflowSettings
{
    /// <summary>The server: <c>http(s)://[user:password@]host[:port][/prefix]</c>; <c>MLFLOW_TRACKING_URI</c>.</summary>
    public required Uri TrackingUri { get; init; }

    /// <summary>User of the basic authentication; counts only together with a password. <c>MLFLOW_TRACKING_USERNAME</c>.</summary>
    public string? Username { get; init; }

    /// <summary>Password of the basic authentication. <c>MLFLOW_TRACKING_PASSWORD</c>.</summary>
    public string? Password { get; init; }

    /// <summary>Bearer token; used when there is no user with a password. <c>MLFLOW_TRACKING_TOKEN</c>.</summary>
    public string? Token { get; init; }

    /// <summary>Accept any certificate of the server. <c>MLFLOW_TRACKING_INSECURE_TLS</c>.</summary>
    /// <value>The default value is false; not together with <see cref="ServerCertPath"/>.</value>
    public bool InsecureTls { get; init; }

    /// <summary>PEM file with the certificates that the server's must descend from. <c>MLFLOW_TRACKING_SERVER_CERT_PATH</c>.</summary>
    public string? ServerCertPath { get; init; }

    /// <summary>PEM file with our certificate and its key. <c>MLFLOW_TRACKING_CLIENT_CERT_PATH</c>.</summary>
    public string? ClientCertPath { get; init; }

    /// <summary>How often a request is sent again after its first failure. <c>MLFLOW_HTTP_REQUEST_MAX_RETRIES</c>.</summary>
    /// <value>The default value is 7; at least 0.</value>
    public int MaxRetries { get; init; } = 7;

    /// <summary>
    /// Seconds that the pauses between attempts are made of, see <see cref="RetryPolicy"/>. <c>MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR</c>.
    /// </summary>
    /// <value>The default value is 2; at least 0.</value>
    public double BackoffFactor { get; init; } = 2;

    /// <summary>Seconds; up to so much is added to a pause at random. <c>MLFLOW_HTTP_REQUEST_BACKOFF_JITTER</c>.</summary>
    /// <value>The default value is 1; at least 0.</value>
    public double BackoffJitter { get; init; } = 1;

    /// <summary>How long one attempt may take. <c>MLFLOW_HTTP_REQUEST_TIMEOUT</c>, in seconds.</summary>
    /// <value>The default value is 120 s; more than zero.</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Whether the server's Retry-After replaces our own pause. <c>MLFLOW_HTTP_RESPECT_RETRY_AFTER_HEADER</c>.</summary>
    /// <value>The default value is true; no pause is longer than <see cref="RetryPolicy.LongestPause"/> whatever the server asks.</value>
    public bool RespectRetryAfter { get; init; } = true;

    /// <summary>Settings from the environment; what a caller sets with <c>with</c> afterwards goes before it.</summary>
    /// <param name="trackingUri">The server; goes before <c>MLFLOW_TRACKING_URI</c>. One of the two must be there.</param>
    /// <param name="variable">Where variables are read; the process's environment when null. An empty variable counts as absent.</param>
    /// <exception cref="ArgumentException">
    /// A variable cannot be understood, or no server is named; the message names the variable.
    /// </exception>
    public static MlflowSettings FromEnvironment(string? trackingUri = null, Func<string, string?>? variable = null)
    {
        var environment = new MlflowEnvironment(variable ?? Environment.GetEnvironmentVariable);
        var uri = trackingUri ?? environment.Text("MLFLOW_TRACKING_URI")
            ?? throw new ArgumentException("no MLflow server is named: set MLFLOW_TRACKING_URI or give its address");
        var settings = new MlflowSettings
        {
            TrackingUri = Uri.TryCreate(uri, UriKind.Absolute, out var parsed)
                ? parsed
                : throw new ArgumentException("the address of the MLflow server is not a URI like http://host:5000"),
            Username = environment.Text("MLFLOW_TRACKING_USERNAME"),
            Password = environment.Text("MLFLOW_TRACKING_PASSWORD"),
            Token = environment.Text("MLFLOW_TRACKING_TOKEN"),
            InsecureTls = environment.Flag("MLFLOW_TRACKING_INSECURE_TLS", false),
            ServerCertPath = environment.Text("MLFLOW_TRACKING_SERVER_CERT_PATH"),
            ClientCertPath = environment.Text("MLFLOW_TRACKING_CLIENT_CERT_PATH"),
            MaxRetries = environment.Count("MLFLOW_HTTP_REQUEST_MAX_RETRIES", 7),
            BackoffFactor = environment.Number("MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR", 2),
            BackoffJitter = environment.Number("MLFLOW_HTTP_REQUEST_BACKOFF_JITTER", 1),
            Timeout = TimeSpan.FromSeconds(environment.Number("MLFLOW_HTTP_REQUEST_TIMEOUT", 120)),
            RespectRetryAfter = environment.Flag("MLFLOW_HTTP_RESPECT_RETRY_AFTER_HEADER", true),
        };
        settings.Validate();
        return settings;
    }

    /// <summary>Everything but the secrets.</summary>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{ShownUri(TrackingUri)} ({(Authorization() is { } authorization ? authorization.Scheme : "no")} authentication, "
                + $"{MaxRetries} retries, {Timeout.TotalSeconds} s)"
        );

    internal void Validate()
    {
        if (TrackingUri is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
            throw new ArgumentException("the address of the MLflow server must begin with http:// or https://");
        if (InsecureTls && ServerCertPath is not null)
            throw new ArgumentException(
                "MLFLOW_TRACKING_INSECURE_TLS accepts every certificate, so MLFLOW_TRACKING_SERVER_CERT_PATH must not be set with it"
            );
        ArgumentOutOfRangeException.ThrowIfNegative(MaxRetries);
        if (!double.IsFinite(BackoffFactor) || BackoffFactor < 0)
            throw new ArgumentException("MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR must be a number of at least 0");
        if (!double.IsFinite(BackoffJitter) || BackoffJitter < 0)
            throw new ArgumentException("MLFLOW_HTTP_REQUEST_BACKOFF_JITTER must be a number of at least 0");
        if (Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromDays(20))
            throw new ArgumentException("MLFLOW_HTTP_REQUEST_TIMEOUT must be more than 0 seconds and less than 20 days");
    }

    /// <summary>What the user said in the address goes first, then user and password, then the token.</summary>
    internal System.Net.Http.Headers.AuthenticationHeaderValue? Authorization()
    {
        if (TrackingUri.UserInfo.Length > 0)
        {
            // A user without a password is one with an empty password.
            var user = Uri.UnescapeDataString(TrackingUri.UserInfo);
            return Basic(TrackingUri.UserInfo.Contains(':') ? user : user + ":");
        }

        if (Username is not null && Password is not null)
            return Basic($"{Username}:{Password}");
        return Token is null ? null : new("Bearer", Token);
    }

    internal static string ShownUri(Uri uri) =>
        uri.GetComponents(UriComponents.HttpRequestUrl & ~UriComponents.Query, UriFormat.UriEscaped);

    static System.Net.Http.Headers.AuthenticationHeaderValue Basic(string user) =>
        new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(user)));
}
