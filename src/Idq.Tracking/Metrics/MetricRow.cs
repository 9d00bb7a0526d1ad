namespace Idq.Tracking;

/// <summary>Values of some metrics of a run at one point of its axes.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Step">The integer axis, such as the number of the stride.</param>
/// <param name="Progress">The other axis, a finite number; with run and step it identifies the row.</param>
/// <param name="GpsNs">The time that the values describe, GPS nanoseconds; null leaves what the row has.</param>
/// <param name="Values">The metrics, each once. A row without values is not written.</param>
public sealed record MetricRow(long RunId, long Step, double Progress, long? GpsNs, IReadOnlyList<KeyValuePair<string, MetricValue>> Values)
{
    /// <summary>The columns of the metrics table that are not metrics.</summary>
    internal static readonly string[] Axes = ["run_id", "step", "progress", "gps"];

    /// <summary>Throws when the row is malformed.</summary>
    /// <param name="likeness">A row that is well-formed: of names that both have only the values are looked at.</param>
    internal void Validate(MetricRow? likeness = null)
    {
        ArgumentNullException.ThrowIfNull(Values);
        if (!double.IsFinite(Progress))
            throw new ArgumentException($"progress {Progress} of run {RunId} must be finite: it identifies the row");
        if (likeness is null || !HasNamesOf(likeness))
            ValidateNames();
        foreach (var (name, value) in Values)
            if (value.AsText?.Contains('\0', StringComparison.Ordinal) == true)
                throw new ArgumentException($"metric '{name}' has a text with a zero character, which no database keeps");
    }

    /// <summary>True when the metrics are the same in the same order.</summary>
    internal bool HasNamesOf(MetricRow other)
    {
        if (Values.Count != other.Values.Count) return false;
        for (var i = 0; i < Values.Count; i++)
            if (Values[i].Key != other.Values[i].Key) return false;
        return true;
    }

    void ValidateNames()
    {
        var names = new HashSet<string>(Values.Count, StringComparer.Ordinal);
        foreach (var (name, _) in Values)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(name);
            if (name.Any(char.IsControl))
                throw new ArgumentException($"metric '{name}' must have no control characters");
            if (Axes.Contains(name, StringComparer.OrdinalIgnoreCase))
                throw new ArgumentException($"metric '{name}' has the name of an axis ({string.Join(", ", Axes)}): choose another");
            if (!names.Add(name))
                throw new ArgumentException($"metric '{name}' is given twice in one row");
        }
    }
}

/// <summary>One value of one metric.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Step">The integer axis.</param>
/// <param name="Progress">The other axis.</param>
/// <param name="GpsNs">The time that the value describes, GPS nanoseconds.</param>
/// <param name="Key">The metric.</param>
/// <param name="Value">Its value.</param>
public sealed record MetricPoint(long RunId, long Step, double Progress, long? GpsNs, string Key, MetricValue Value);
