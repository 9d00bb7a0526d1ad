namespace Idq.Tracking.Mlflow;

/// <summary>A parameter or a tag: a name and a text.</summary>
public sealed record MlflowEntry(string Key, string Value);
