using Idq.Learning;

namespace Idq.Streaming;

/// <summary>One classifier in one job, with its own cursor, so that a slow one does not delay the others.</summary>
public sealed class Lane(string job, SupervisedClassifier classifier, ClassifierDefinition definition)
{
    readonly Lock moving = new();
    readonly HashSet<string> told = new(StringComparer.Ordinal);

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

    /// <summary>The name under which the store keeps what it fills in later.</summary>
    public string BacklogName => Backlog.Name(job, Nickname);

    /// <summary>What it fills in later.</summary>
    public Backlog Backlog { get; set; } = Backlog.Empty;

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

    /// <summary>True the first time that a problem is told.</summary>
    public bool IsNews(string problem) => told.Add(problem);

    /// <summary>Ranks rows.</summary>
    /// <exception cref="ClassifierException">The classifier failed, or gave a row something that is no rank.</exception>
    public double[] Evaluate(ClassifierModel model, Quiver rows)
    {
        var ranks = new double[rows.Count];
        Ask(() => classifier.Evaluate(model, rows, ranks));
        Check(rows.Times, ranks, SegmentList.All);
        return ranks;
    }

    /// <summary>Ranks a grid of times, of which only those inside the segments mean anything.</summary>
    /// <exception cref="ClassifierException">The classifier failed, or gave a time something that is no rank.</exception>
    public void Timeseries(ClassifierModel model, Quiver grid, SegmentList segments, double[] ranks)
    {
        Ask(() => classifier.Timeseries(model, grid, segments, ranks));
        Check(grid.Times, ranks, segments);
    }

    /// <summary>Makes a model of rows.</summary>
    /// <exception cref="ClassifierException">The classifier failed.</exception>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    public TrainingResult Train(Quiver rows, ClassifierModel? previous, CancellationToken cancellationToken)
    {
        TrainingResult? result = null;
        Ask(() => result = classifier.Train(rows, previous, cancellationToken));
        return result!;
    }

    // A classifier may fail in any way that its maker did not think of; what is out of memory or stopped is not its fault.
    void Ask(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            throw new ClassifierException($"{Nickname}: {e.Message}", e);
        }
    }

    void Check(ReadOnlySpan<long> times, ReadOnlySpan<double> ranks, SegmentList segments)
    {
        for (var i = 0; i < ranks.Length; i++)
            if (ranks[i] is not (>= 0 and <= 1) && segments.Contains(new GpsTime(times[i])))
                throw new ClassifierException($"{Nickname}: {ranks[i]} is no rank, at {new GpsTime(times[i])}");
    }
}
