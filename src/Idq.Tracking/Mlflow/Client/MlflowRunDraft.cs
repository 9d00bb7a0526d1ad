namespace Idq.Tracking.Mlflow;

/// <summary>A run about to be made.</summary>
/// <param name="ExperimentId">The experiment that it will belong to.</param>
public sealed record MlflowRunDraft(string ExperimentId)
{
    /// <summary>The tag that carries <see cref="ClientKey"/>.</summary>
    public const string ClientKeyTag = "stream.client_key";

    /// <summary>Its name; the server makes one up when null.</summary>
    public string? Name { get; init; }

    /// <summary>Milliseconds since 1970; null leaves it to the server.</summary>
    public long? StartTime { get; init; }

    /// <summary>Who makes it.</summary>
    public string? UserId { get; init; }

    /// <summary>Its first tags.</summary>
    public IReadOnlyList<MlflowEntry> Tags { get; init; } = [];

    /// <summary>
    /// A text of letters and digits that no other run has. It becomes a tag, and whenever it is unknown whether an earlier attempt has made
    /// the run, the run is looked up by it first: so a run is made once, however often the request has to be sent. Null does without.
    /// </summary>
    public string? ClientKey { get; init; }
}
