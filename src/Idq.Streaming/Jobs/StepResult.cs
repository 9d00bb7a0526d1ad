using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>
/// What one stride of one lane came to: products on the stage, messages, losses, and numbers, none of them committed yet.
/// </summary>
public sealed record StepResult
{
    /// <summary>Products under temporary names.</summary>
    public IReadOnlyList<StagedProduct> Products { get; init; } = [];

    /// <summary>Messages for the outbox.</summary>
    public IReadOnlyList<OutboxMessage> Messages { get; init; } = [];

    /// <summary>
    /// What this classifier lost, and why. What the stride lost before any classifier looked at it is in <see cref="StrideWork"/>.
    /// </summary>
    public IReadOnlyList<SkipDraft> Skips { get; init; } = [];

    /// <summary>Metrics of the stride for this classifier.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> Metrics { get; init; } = [];

    /// <summary>The state of the cursor after the stride.</summary>
    public long State { get; init; }

    /// <summary>One line for the log, or null.</summary>
    public string? Note { get; init; }

    /// <summary>What the writers of a product made.</summary>
    public static StepResult Of(ProductOutput output) => new() { Products = output.Files, Messages = output.Messages };
}
