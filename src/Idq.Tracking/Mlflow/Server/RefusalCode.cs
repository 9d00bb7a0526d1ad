namespace Idq.Tracking.Mlflow;

/// <summary>One entry of the protocol's error catalogue: what a client can tell a failure by.</summary>
/// <param name="Name">The text in <c>error_code</c>, such as <c>RESOURCE_DOES_NOT_EXIST</c>.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="SqlState">The nearest class of the SQL standard, in <c>sqlstate</c>.</param>
public sealed record RefusalCode(string Name, int Status, string SqlState)
{
    public static readonly RefusalCode InternalError = new("INTERNAL_ERROR", 500, "XX000");
    public static readonly RefusalCode InvalidState = new("INVALID_STATE", 500, "55000");
    public static readonly RefusalCode DataLoss = new("DATA_LOSS", 500, "XX001");
    public static readonly RefusalCode NotImplemented = new("NOT_IMPLEMENTED", 501, "0A000");
    public static readonly RefusalCode TemporarilyUnavailable = new("TEMPORARILY_UNAVAILABLE", 503, "57P03");
    public static readonly RefusalCode DeadlineExceeded = new("DEADLINE_EXCEEDED", 504, "57014");
    public static readonly RefusalCode RequestLimitExceeded = new("REQUEST_LIMIT_EXCEEDED", 429, "53400");
    public static readonly RefusalCode ResourceExhausted = new("RESOURCE_EXHAUSTED", 429, "53000");
    public static readonly RefusalCode Cancelled = new("CANCELLED", 499, "57014");
    public static readonly RefusalCode Aborted = new("ABORTED", 409, "40000");
    public static readonly RefusalCode ResourceConflict = new("RESOURCE_CONFLICT", 409, "40001");
    public static readonly RefusalCode AlreadyExists = new("ALREADY_EXISTS", 409, "23505");
    public static readonly RefusalCode NotFound = new("NOT_FOUND", 404, "02000");
    public static readonly RefusalCode EndpointNotFound = new("ENDPOINT_NOT_FOUND", 404, "0A000");
    public static readonly RefusalCode ResourceDoesNotExist = new("RESOURCE_DOES_NOT_EXIST", 404, "02000");
    public static readonly RefusalCode PermissionDenied = new("PERMISSION_DENIED", 403, "42501");
    public static readonly RefusalCode CustomerUnauthorized = new("CUSTOMER_UNAUTHORIZED", 401, "28000");
    public static readonly RefusalCode Unauthenticated = new("UNAUTHENTICATED", 401, "28000");
    public static readonly RefusalCode BadRequest = new("BAD_REQUEST", 400, "22000");
    public static readonly RefusalCode ResourceAlreadyExists = new("RESOURCE_ALREADY_EXISTS", 400, "23505");
    public static readonly RefusalCode InvalidParameterValue = new("INVALID_PARAMETER_VALUE", 400, "22023");

    /// <summary>The whole catalogue.</summary>
    public static IReadOnlyList<RefusalCode> All { get; } =
    [
        InternalError, InvalidState, DataLoss, NotImplemented, TemporarilyUnavailable, DeadlineExceeded, RequestLimitExceeded,
        ResourceExhausted, Cancelled, Aborted, ResourceConflict, AlreadyExists, NotFound, EndpointNotFound, ResourceDoesNotExist,
        PermissionDenied, CustomerUnauthorized, Unauthenticated, BadRequest, ResourceAlreadyExists, InvalidParameterValue,
    ];

    /// <inheritdoc/>
    public override string ToString() => Name;
}
