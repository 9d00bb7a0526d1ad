using System.Text;
using Idq.Tracking.Mlflow;

namespace Idq.Tracking.Tests.Mlflow;

public sealed class MlflowSettingsTests
{
    static MlflowSettings From(string? uri, params (string Name, string Value)[] variables) =>
        MlflowSettings.FromEnvironment(uri, name => variables.FirstOrDefault(variable => variable.Name == name).Value);

    static string? Header(MlflowSettings settings) =>
        settings.Authorization() is { } header
            ? $"{header.Scheme} "
                + $"{(header.Scheme == "Basic" ? Encoding.UTF8.GetString(Convert.FromBase64String(header.Parameter!)) : header.Parameter)}"
            : null;

    [Fact]
    public void Defaults_are_those_of_MLflow()
    {
        var settings = From("http://host:5000");
        Assert.Equal(
            (7, 2.0, 1.0, 120.0, true, false),
            (
                settings.MaxRetries,
                settings.BackoffFactor,
                settings.BackoffJitter,
                settings.Timeout.TotalSeconds,
                settings.RespectRetryAfter,
                settings.InsecureTls
            )
        );
        Assert.Null(Header(settings));
    }

    [Fact]
    public void Every_variable_is_read()
    {
        var settings = From(
            null,
            ("MLFLOW_TRACKING_URI", "https://host/mlflow"),
            ("MLFLOW_TRACKING_USERNAME", "user"),
            ("MLFLOW_TRACKING_PASSWORD", "pass"),
            ("MLFLOW_TRACKING_TOKEN", "token"),
            ("MLFLOW_TRACKING_SERVER_CERT_PATH", "ca.pem"),
            ("MLFLOW_TRACKING_CLIENT_CERT_PATH", "me.pem"),
            ("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "3"),
            ("MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR", "0.5"),
            ("MLFLOW_HTTP_REQUEST_BACKOFF_JITTER", "0"),
            ("MLFLOW_HTTP_REQUEST_TIMEOUT", "9.5"),
            ("MLFLOW_HTTP_RESPECT_RETRY_AFTER_HEADER", "false"));
        Assert.Equal(
            new MlflowSettings
            {
                TrackingUri = new Uri("https://host/mlflow"),
                Username = "user",
                Password = "pass",
                Token = "token",
                ServerCertPath = "ca.pem",
                ClientCertPath = "me.pem",
                MaxRetries = 3,
                BackoffFactor = 0.5,
                BackoffJitter = 0,
                Timeout = TimeSpan.FromSeconds(9.5),
                RespectRetryAfter = false,
            },
            settings);
        Assert.True(From("http://host", ("MLFLOW_TRACKING_INSECURE_TLS", "1")).InsecureTls);
    }

    [Fact]
    public void An_address_that_is_given_goes_before_the_environment()
    {
        Assert.Equal(new Uri("http://given"), From("http://given", ("MLFLOW_TRACKING_URI", "http://environment")).TrackingUri);
        Assert.Equal(new Uri("http://environment"), From(null, ("MLFLOW_TRACKING_URI", "http://environment")).TrackingUri);
        Assert.Contains("MLFLOW_TRACKING_URI", Assert.Throws<ArgumentException>(() => From(null)).Message);
        Assert.Contains("MLFLOW_TRACKING_URI", Assert.Throws<ArgumentException>(() => From(null, ("MLFLOW_TRACKING_URI", ""))).Message);
    }

    [Fact]
    public void The_address_goes_before_the_user_and_the_user_before_the_token()
    {
        (string, string)[] all =
        [
            ("MLFLOW_TRACKING_USERNAME", "user"),
            ("MLFLOW_TRACKING_PASSWORD", "päss"),
            ("MLFLOW_TRACKING_TOKEN", "token"),
        ];
        Assert.Equal("Basic me:a:b@", Header(From("http://me:a%3Ab%40@host", all)));
        Assert.Equal("Basic user:päss", Header(From("http://host", all)));
        Assert.Equal("Bearer token", Header(From("http://host", all[2])));
        // A user alone cannot log in: MLflow's client ignores it, too.
        Assert.Equal("Bearer token", Header(From("http://host", all[0], all[2])));
        Assert.Null(Header(From("http://host", all[0])));
    }

    [Theory]
    [InlineData("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "many")]
    [InlineData("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1.5")]
    [InlineData("MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR", "-1")]
    [InlineData("MLFLOW_HTTP_REQUEST_BACKOFF_JITTER", "NaN")]
    [InlineData("MLFLOW_HTTP_REQUEST_TIMEOUT", "0")]
    [InlineData("MLFLOW_HTTP_REQUEST_TIMEOUT", "soon")]
    [InlineData("MLFLOW_TRACKING_INSECURE_TLS", "maybe")]
    public void A_variable_that_cannot_be_understood_is_named(string name, string value) =>
        Assert.Contains(name, Assert.Throws<ArgumentException>(() => From("http://host", (name, value))).Message);

    [Theory]
    [InlineData("host:5000")]
    [InlineData("ftp://host")]
    [InlineData("/a/path")]
    public void Only_http_addresses_are_servers(string uri) => Assert.Throws<ArgumentException>(() => From(uri));

    [Fact]
    public void Trusting_everything_and_trusting_a_file_contradict_each_other() => Assert.Throws<ArgumentException>(
        () => From("https://host", ("MLFLOW_TRACKING_INSECURE_TLS", "true"), ("MLFLOW_TRACKING_SERVER_CERT_PATH", "ca.pem")));

    [Fact]
    public void Secrets_are_not_shown()
    {
        var settings = From(
            "http://secretuser:secretword@host/x",
            ("MLFLOW_TRACKING_TOKEN", "secrettoken"),
            ("MLFLOW_TRACKING_PASSWORD", "secretpass")
        );
        Assert.DoesNotContain("secret", settings.ToString());
        Assert.Contains("http://host/x", settings.ToString());
    }
}
