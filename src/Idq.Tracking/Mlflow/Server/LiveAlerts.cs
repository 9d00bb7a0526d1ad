using System.Diagnostics;

namespace Idq.Tracking.Mlflow;

/// <summary>
/// What one subscription wants to be warned of: values above or below a threshold, and metrics that say nothing for too long. An alert is
/// raised once, when it begins to hold, and cleared once, when it no longer does. NaN is on the wrong side of every threshold.
/// </summary>
sealed class LiveAlerts
{
    readonly double? above;
    readonly double? below;
    readonly TimeSpan? stale;
    readonly HashSet<(string Key, string Kind)> raised = [];

    // When a metric last had a point. Metrics that the subscription names count from its start.
    readonly Dictionary<string, long> heard;

    LiveAlerts(double? above, double? below, TimeSpan? stale, IEnumerable<string> expected)
    {
        (this.above, this.below, this.stale) = (above, below, stale);
        heard = expected.ToDictionary(key => key, _ => Stopwatch.GetTimestamp(), StringComparer.Ordinal);
    }

    /// <summary>An alert that is raised or cleared.</summary>
    /// <param name="Key">The metric.</param>
    /// <param name="Kind">above, below or stale.</param>
    /// <param name="IsRaised">False when it is over.</param>
    /// <param name="Limit">The threshold; for stale, seconds.</param>
    /// <param name="Point">The point that decided; null when it is the silence that did.</param>
    public readonly record struct Alert(string Key, string Kind, bool IsRaised, double Limit, TrackedPoint? Point);

    /// <summary>What a request asks for with <c>above</c>, <c>below</c> and <c>stale</c> (seconds).</summary>
    /// <exception cref="Refusal">One of them is no number, or no time that can pass.</exception>
    public static LiveAlerts Of(RequestFields fields, IReadOnlyList<string> expected)
    {
        double? Number(string name) => fields.Text(name) is not { Length: > 0 } text ? null
            : fields.RequiredDouble(name) is var number && double.IsFinite(number) ? number
            : throw Refusal.BadValue(name, text, "It must be a finite number");
        var stale = Number("stale");
        if (stale is <= 0 or > 86_400 * 365)
            throw Refusal.BadValue("stale", fields.Text("stale")!, "It must be a number of seconds, more than 0 and at most a year");
        return new LiveAlerts(
            Number("above"),
            Number("below"),
            stale is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            expected.Distinct(StringComparer.Ordinal)
        );
    }

    /// <summary>What the newest point of a metric changes.</summary>
    public IEnumerable<Alert> Seen(TrackedPoint point)
    {
        if (stale is not null)
        {
            heard[point.Key] = Stopwatch.GetTimestamp();
            if (raised.Remove((point.Key, "stale")))
                yield return new Alert(point.Key, "stale", false, stale.Value.TotalSeconds, point);
        }

        // Not "greater than": NaN is neither.
        if (above is { } high && Turns(point.Key, "above", !(point.Value <= high)) is { } isAbove)
            yield return new Alert(point.Key, "above", isAbove, high, point);
        if (below is { } low && Turns(point.Key, "below", !(point.Value >= low)) is { } isBelow)
            yield return new Alert(point.Key, "below", isBelow, low, point);
    }

    /// <summary>What the time that has passed changes.</summary>
    public IEnumerable<Alert> Passed()
    {
        if (stale is not { } patience)
            yield break;
        foreach ((var key, var last) in heard)
        {
            if (Stopwatch.GetElapsedTime(last) > patience && raised.Add((key, "stale")))
                yield return new Alert(key, "stale", true, patience.TotalSeconds, null);
        }
    }

    bool? Turns(string key, string kind, bool holds) => (holds ? raised.Add((key, kind)) : raised.Remove((key, kind))) ? holds : null;
}
