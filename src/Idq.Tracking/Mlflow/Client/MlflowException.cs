namespace Idq.Tracking.Mlflow;

/// <summary>A request that an MLflow server refused or did not answer. The message is <c>CODE: what the server said</c>.</summary>
public sealed class MlflowException : Exception
{
    /// <param name="errorCode">MLflow's word for the failure.</param>
    /// <param name="detail">What happened, for people; carries no secrets.</param>
    /// <param name="statusCode">The status of the answer; null when there was none.</param>
    /// <param name="attempts">How often the request was sent.</param>
    /// <param name="inner">The cause.</param>
    public MlflowException(string errorCode, string detail, int? statusCode = null, int attempts = 1, Exception? inner = null)
        : base($"{errorCode}: {detail}", inner)
    {
        ErrorCode = errorCode;
        Detail = detail;
        StatusCode = statusCode;
        Attempts = attempts;
    }

    /// <summary>
    /// MLflow's word: RESOURCE_DOES_NOT_EXIST, INVALID_PARAMETER_VALUE, …; made from the status when the body has none.
    /// </summary>
    public string ErrorCode { get; }

    /// <summary>The server's sentence.</summary>
    public string Detail { get; }

    /// <summary>The status of the answer; null when no answer came or the request was never sent.</summary>
    public int? StatusCode { get; }

    /// <summary>How often the request was sent before this was the result; 0 when it never was.</summary>
    public int Attempts { get; }

    /// <summary>True when the same request may succeed later: no answer, or a status that says so (408, 429, 500, 502, 503, 504).</summary>
    public bool IsTransient => Attempts > 0 && (StatusCode is not { } status || RetryPolicy.IsTransient(status));

    /// <summary>
    /// True when the server looked at what was sent and does not want it: sending it again changes nothing. False for whatever somebody can
    /// put right outside of the data: the network, the address, the credentials.
    /// </summary>
    public bool IsRefusal =>
        Attempts == 0 || StatusCode is 400 or 409 or 413 or 422 || (StatusCode == 404 && ErrorCode != "ENDPOINT_NOT_FOUND");

    internal static string CodeOf(int status) => status switch
    {
        400 => "BAD_REQUEST",
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 => "ENDPOINT_NOT_FOUND",
        409 => "RESOURCE_CONFLICT",
        429 => "REQUEST_LIMIT_EXCEEDED",
        501 => "NOT_IMPLEMENTED",
        503 => "TEMPORARILY_UNAVAILABLE",
        504 => "DEADLINE_EXCEEDED",
        _ => "INTERNAL_ERROR",
    };
}
