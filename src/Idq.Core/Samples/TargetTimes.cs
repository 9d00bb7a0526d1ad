namespace Idq;

/// <summary>The glitches: triggers of the target channel inside the target bounds.</summary>
public static class TargetTimes
{
    /// <summary>
    /// The times (GPS nanoseconds, ascending) of the target triggers inside <see cref="SampleDefinition.TargetBounds"/> over the whole
    /// span, before segments are applied. Two triggers at one instant are two times.
    /// </summary>
    /// <exception cref="ArgumentException">The source has no such target channel, or no column that a bound names.</exception>
    public static long[] Candidates(ClassifierData data, SampleDefinition definition) =>
        Within(data, definition.TargetChannel, definition.TargetBounds);

    /// <summary>The times of a channel's triggers whose columns all lie inside the bounds.</summary>
    /// <exception cref="ArgumentException">The source has no such channel, or no column that a bound names.</exception>
    internal static long[] Within(ClassifierData data, string channelName, IReadOnlyList<ColumnBounds> bounds)
    {
        var channel = data.Channels.Find(channelName);
        if (channel < 0)
            throw new ArgumentException($"the source has no channel '{channelName}' to take target triggers from", nameof(data));
        var columns = new int[bounds.Count];
        for (var b = 0; b < columns.Length; b++)
        {
            columns[b] = data.FindColumn(bounds[b].Column);
            if (columns[b] < 0)
                throw new ArgumentException(
                    $"bounds are given for column '{bounds[b].Column}', but the source has {string.Join(", ", data.Columns)}",
                    nameof(data)
                );
        }

        var run = data.Triggers(channel);
        var times = run.Times.ToArray();
        var count = times.Length;
        for (var b = 0; b < columns.Length && count > 0; b++)
        {
            // The first bound reads the run itself; later ones would need the surviving rows, so every bound marks instead of moving.
            var values = run.Column(columns[b]);
            for (var i = 0; i < values.Length; i++)
            {
                if (times[i] == Dropped || bounds[b].Contains(values[i])) continue;
                times[i] = Dropped;
                count--;
            }
        }
        return count == times.Length ? times : Array.FindAll(times, t => t != Dropped);
    }

    // No trigger is at the unbounded past.
    const long Dropped = long.MinValue;
}
