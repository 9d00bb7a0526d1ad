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

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Values);
        if (!double.IsFinite(Progress)) throw new ArgumentException($"progress {Progress} of run {RunId} must be finite: it identifies the row");
        for (var i = 0; i < Values.Count; i++)
        {
            var name = Values[i].Key;
            ArgumentException.ThrowIfNullOrWhiteSpace(name);
            if (name.Any(char.IsControl)) throw new ArgumentException($"metric '{name}' must have no control characters");
            if (Axes.Contains(name, StringComparer.OrdinalIgnoreCase)) throw new ArgumentException($"metric '{name}' has the name of an axis ({string.Join(", ", Axes)}): choose another");
            if (Values[i].Value.AsText?.Contains('\0', StringComparison.Ordinal) == true) throw new ArgumentException($"metric '{name}' has a text with a zero character, which no database keeps");
            for (var j = 0; j < i; j++)
                if (Values[j].Key == name) throw new ArgumentException($"metric '{name}' is given twice in one row");
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
