using Idq.Learning;

namespace Idq.Streaming;

/// <summary>One classifier in one job, with its own cursor, so that a slow one does not delay the others.</summary>
/// <param name="job">The job.</param>
/// <param name="classifier">The classifier.</param>
/// <param name="section">Its configuration.</param>
public sealed class Lane(string job, SupervisedClassifier classifier, ClassifierSection section)
{
    /// <summary>The classifier's nickname.</summary>
    public string Nickname => section.Nickname;

    /// <summary>The classifier.</summary>
    public SupervisedClassifier Classifier => classifier;

    /// <summary>Its configuration.</summary>
    public ClassifierSection Section => section;

    /// <summary>The name of its cursor in the store.</summary>
    public string CursorName => Cursor.Name(job, Nickname);

    /// <summary>Where it is.</summary>
    public Cursor Cursor { get; set; }
}
