using System.Net.Http.Headers;
using NodaTime;

namespace Idq.Tracking.Mlflow;

/// <summary>When a request is sent again, and after which pause.</summary>
/// <remarks>
/// The pause before retry n is 0 for n = 1 and factor × 2^(n−1) seconds plus jitter after that, as urllib3 (the HTTP layer of MLflow's
/// own client) has it; the server's Retry-After replaces it.
/// </remarks>
public sealed class RetryPolicy
{
    readonly MlflowSettings settings;
    readonly Func<double> uniform;

    internal RetryPolicy(MlflowSettings settings, Func<double> uniform)
    {
        this.settings = settings;
        this.uniform = uniform;
    }

    /// <summary>No pause is longer, whatever the back-off or the server says.</summary>
    public static TimeSpan LongestPause { get; } = TimeSpan.FromSeconds(120);

    /// <summary>Statuses after which the same request may succeed: 408, 429, 500, 502, 503, 504.</summary>
    public static bool IsTransient(int status) => status is 408 or 429 or 500 or 502 or 503 or 504;

    /// <summary>The pause before a retry.</summary>
    /// <param name="retry">1 for the first retry.</param>
    /// <param name="retryAfter">What the server asked for; null when it did not.</param>
    /// <param name="now">Now, for a Retry-After that is a date.</param>
    internal TimeSpan Pause(int retry, RetryConditionHeaderValue? retryAfter, Instant now)
    {
        if (settings.RespectRetryAfter && retryAfter is not null)
        {
            var asked = retryAfter.Delta ?? (retryAfter.Date is { } date ? date - now.ToDateTimeOffset() : TimeSpan.Zero);
            return Limited(asked.TotalSeconds);
        }

        return retry <= 1
            ? TimeSpan.Zero
            : Limited((settings.BackoffFactor * Math.Pow(2, retry - 1)) + (settings.BackoffJitter * uniform()));
    }

    static TimeSpan Limited(double seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, LongestPause.TotalSeconds));
}
