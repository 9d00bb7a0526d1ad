namespace Idq.Tracking.Mlflow;

/// <summary>A piece of a list.</summary>
/// <param name="Items">What is on this page.</param>
/// <param name="NextPageToken">What asks for the next page; null on the last one.</param>
public sealed record MlflowPage<T>(IReadOnlyList<T> Items, string? NextPageToken);
