using Idq.Learning;

namespace Idq.Streaming;

/// <summary>One classifier in one job, with its own cursor, so that a slow one does not delay the others.</summary>
/// <param name="job">The job.</param>
/// <param name="classifier">The classifier.</param>
/// <param name="definition">Its configuration.</param>
public sealed class Lane(string job, SupervisedClassifier classifier, ClassifierDefinition definition)
{
    readonly Lock moving = new();

    /// <summary>The classifier's nickname.</summary>
    public string Nickname => definition.Nickname;

    /// <summary>The classifier.</summary>
    public SupervisedClassifier Classifier => classifier;

    /// <summary>What it needs and gives.</summary>
    public ClassifierTraits Traits => definition.Traits;

    /// <summary>The name of its cursor in the store.</summary>
    public string CursorName => Cursor.Name(job, Nickname);

    /// <summary>The name under which the store keeps where the source must begin again for it.</summary>
    public string PositionName => $"position/{CursorName}";

    /// <summary>Where it is. Safe to read while the lane goes on.</summary>
    public Cursor Cursor
    {
        get
        {
            lock (moving) return field;
        }
        set
        {
            lock (moving) field = value;
        }
    }
}
