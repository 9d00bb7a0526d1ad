namespace Idq.Streaming;

/// <summary>[samples]: what is a glitch, and where clean times may be drawn.</summary>
public sealed class SampleOptions
{
    internal SampleOptions(SectionReader s)
    {
        Labels = s.ExistingFile("labels", "a table of labelled sample times (columns time, label) instead of target and random times");
        TargetChannel = s.Text("target_channel", "", "the channel whose triggers are the glitches");
        TargetBounds = s.Bounds("target_bounds", "", "a target trigger inside all of these is a glitch");
        DirtyBounds = s.Bounds(
            "dirty_bounds", "", "a target trigger inside all of these makes its surroundings dirty; default: target_bounds");
        DirtyWindow = s.Duration("dirty_window", "0.1", "no clean time is drawn this near to a dirty trigger");
        s.NotLongerThan("dirty_window", DirtyWindow, FeatureOptions.LongestWindow);
        if (s.IsGiven && Labels is null && TargetChannel.Length == 0)
            s.Problem(null, "[samples] needs 'target_channel' or 'labels'", "name the channel whose triggers are the glitches");
        if (Labels is not null && TargetChannel.Length > 0)
            s.Problem("labels", "[samples] has both 'labels' and 'target_channel'", "keep one of them");
        if (DirtyBounds.Count == 0) DirtyBounds = TargetBounds;
    }

    /// <summary>A table of labelled times, or null.</summary>
    public string? Labels { get; }

    /// <summary>The channel whose triggers are the glitches.</summary>
    public string TargetChannel { get; }

    /// <summary>What makes a target trigger a glitch.</summary>
    public IReadOnlyList<ColumnBounds> TargetBounds { get; }

    /// <summary>What makes a target trigger dirty.</summary>
    public IReadOnlyList<ColumnBounds> DirtyBounds { get; }

    /// <summary>Nanoseconds about a dirty trigger.</summary>
    public long DirtyWindow { get; }

    /// <summary>The definition of samples for a job.</summary>
    public SampleDefinition Definition(double randomRate, ulong seed) =>
        new(TargetChannel, TargetBounds, DirtyBounds, DirtyWindow, randomRate, seed);
}
