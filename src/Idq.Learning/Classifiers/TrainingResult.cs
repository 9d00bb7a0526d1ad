using System.Diagnostics.CodeAnalysis;

namespace Idq.Learning;

/// <summary>The outcome of a training: a model, or one clear sentence why there is none.</summary>
public sealed class TrainingResult
{
    TrainingResult(ClassifierModel? model, string? reason, string? remark) => (Model, Reason, Remark) = (model, reason, remark);

    /// <summary>True when there is a model.</summary>
    [MemberNotNullWhen(true, nameof(Model))]
    [MemberNotNullWhen(false, nameof(Reason))]
    public bool IsTrained => Model is not null;

    /// <summary>The model, or null.</summary>
    public ClassifierModel? Model { get; }

    /// <summary>Why there is no model; null when there is one.</summary>
    public string? Reason { get; }

    /// <summary>What somebody should know about the model that was made (it did not converge, it vetoes nothing); null when all is well.</summary>
    public string? Remark { get; }

    /// <summary>A model was made.</summary>
    public static TrainingResult Trained(ClassifierModel model, string? remark = null) => new(model, null, remark);

    /// <summary>No model can be made of these rows.</summary>
    public static TrainingResult Untrained(string reason) => new(null, reason, null);
}
