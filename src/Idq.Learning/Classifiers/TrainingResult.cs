using System.Diagnostics.CodeAnalysis;

namespace Idq.Learning;

/// <summary>The outcome of a training: a model, or one clear sentence why there is none.</summary>
public sealed class TrainingResult
{
    TrainingResult(ClassifierModel? model, string? reason, string? remark, bool startedFromPrevious) =>
        (Model, Reason, Remark, StartedFromPrevious) = (model, reason, remark, startedFromPrevious);

    /// <summary>True when there is a model.</summary>
    [MemberNotNullWhen(true, nameof(Model))]
    [MemberNotNullWhen(false, nameof(Reason))]
    public bool IsTrained => Model is not null;

    /// <summary>The model, or null.</summary>
    public ClassifierModel? Model { get; }

    /// <summary>Why there is no model; null when there is one.</summary>
    public string? Reason { get; }

    /// <summary>
    /// What somebody should know about the model that was made (it did not converge, it vetoes nothing); null when all is well.
    /// </summary>
    public string? Remark { get; }

    /// <summary>True when the previous model had a part in this one, which makes it a parent.</summary>
    public bool StartedFromPrevious { get; }

    /// <summary>A model was made.</summary>
    public static TrainingResult Trained(ClassifierModel model, string? remark = null, bool startedFromPrevious = false) =>
        new(model, null, remark, startedFromPrevious);

    /// <summary>No model can be made of these rows.</summary>
    public static TrainingResult Untrained(string reason) => new(null, reason, null, false);
}
