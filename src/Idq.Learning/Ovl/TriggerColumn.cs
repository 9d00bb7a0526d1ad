namespace Idq.Learning;

/// <summary>The significance of triggers: which column it is, and the triggers at or above a threshold.</summary>
static class TriggerColumn
{
    /// <summary>The index of the column.</summary>
    /// <exception cref="DataException">The data has no such column.</exception>
    public static int Find(ClassifierData data, string name) =>
        data.FindColumn(name) is var column and >= 0
            ? column
            : throw new DataException(
                $"the triggers have no column \"{name}\", only {string.Join(", ", data.Columns)}; set the significance to one of these"
            );

    /// <summary>
    /// Moves the triggers at or above the threshold to the front, in order, and says how many they are. NaN is below every threshold.
    /// </summary>
    public static int Keep(Span<long> times, Span<double> significance, double threshold)
    {
        var kept = 0;
        for (var i = 0; i < times.Length; i++)
        {
            if (!(significance[i] >= threshold)) continue;
            (times[kept], significance[kept]) = (times[i], significance[i]);
            kept++;
        }
        return kept;
    }

    /// <summary>Times of the triggers at or above the threshold.</summary>
    public static long[] Times(EventRun run, int column, double threshold)
    {
        var times = run.Times;
        var significance = run.Column(column);
        var above = 0;
        foreach (var value in significance) above += value >= threshold ? 1 : 0;
        var kept = new long[above];
        for (int i = 0, at = 0; i < times.Length; i++)
            if (significance[i] >= threshold) kept[at++] = times[i];
        return kept;
    }
}
