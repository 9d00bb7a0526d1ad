namespace Idq.Tracking.Mlflow;

/// <summary>Which experiments or runs a listing shows.</summary>
enum TrackedView
{
    Active,
    Deleted,
    All,
}

/// <summary>An experiment as clients of the protocol see it. Times are milliseconds since 1970.</summary>
sealed record TrackedExperiment(
    long Id,
    string Name,
    string? ArtifactLocation,
    bool IsActive,
    long Created,
    long Updated,
    IReadOnlyList<KeyValuePair<string, string>> Tags,
    string? Owner);

/// <summary>A run as clients of the protocol see it. Times are milliseconds since 1970.</summary>
sealed record TrackedRun(
    long Id,
    string Uid,
    long ExperimentId,
    string Name,
    RunStatus Status,
    long? Started,
    long? Ended,
    string? User,
    bool IsActive,
    string? ArtifactUri,
    IReadOnlyList<KeyValuePair<string, string>> Tags,
    IReadOnlyList<KeyValuePair<string, string>> Params)
{
    /// <summary>The latest point of every metric.</summary>
    public IReadOnlyList<TrackedPoint> Metrics { get; init; } = [];

    /// <summary>The data sets that it used.</summary>
    public IReadOnlyList<TrackedInput> Inputs { get; init; } = [];

    /// <summary>The logged models that it used and made.</summary>
    public TrackedModels Models { get; init; } = TrackedModels.None;
}

/// <summary>One value of a metric.</summary>
/// <param name="Key">The metric.</param>
/// <param name="Value">Any double; the sign of zero is not kept.</param>
/// <param name="Timestamp">Milliseconds since 1970; not negative.</param>
/// <param name="Step">Any whole number.</param>
/// <param name="Extras">What else the client said of it, such as the model and the data set: a JSON object, or null.</param>
sealed record TrackedPoint(string Key, double Value, long Timestamp, long Step, string? Extras = null);

/// <summary>A data set, and in what role a run used it.</summary>
sealed record TrackedInput(
    string Name,
    string Digest,
    string SourceType,
    string Source,
    string? Schema,
    string? Profile,
    IReadOnlyList<KeyValuePair<string, string>> Tags);

/// <summary>A logged model, by its id alone: models themselves are not kept here.</summary>
sealed record TrackedModel(string Id, long Step);

/// <summary>What one request logs; all of it or nothing is stored.</summary>
sealed record TrackedBatch(
    IReadOnlyList<TrackedPoint> Points,
    IReadOnlyList<KeyValuePair<string, string>> Params,
    IReadOnlyList<KeyValuePair<string, string>> Tags);

/// <summary>What a run is made of.</summary>
sealed record TrackedRunDraft(
    long ExperimentId,
    string? Name,
    string? User,
    long? Started,
    IReadOnlyList<KeyValuePair<string, string>> Tags);

/// <summary>One page of a listing.</summary>
/// <param name="Items">The rows.</param>
/// <param name="Next">Where the next page begins; null at the end.</param>
sealed record TrackedPage<T>(IReadOnlyList<T> Items, PageToken? Next);
