using System.Text.Json;
using Idq.Tracking;
using Idq.Tracking.Mlflow;
using NodaTime;
using NodaTime.Text;

namespace Idq.Cli.Commands;

/// <summary>Values of a store or a server, as this program prints them.</summary>
static class TrackerValues
{
    public static string? Text(Instant? time) => time is { } t ? InstantPattern.ExtendedIso.Format(t) : null;

    /// <summary>A time of a server, in milliseconds since 1970, as text; null for none.</summary>
    public static string? Text(long? milliseconds) => milliseconds is { } t and > 0 ? Text(Instant.FromUnixTimeMilliseconds(t)) : null;

    public static string Lifecycle(bool isDeleted) => isDeleted ? "deleted" : "active";

    public static Members Of(IEnumerable<KeyValuePair<string, MetricValue>> metrics) =>
        new(metrics.Select(m => KeyValuePair.Create(m.Key, Exact(m.Value.Boxed))));

    public static Members Of(IEnumerable<MlflowMetric> metrics) => new(
        metrics.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => KeyValuePair.Create(m.Key, Exact(m.Value))));

    public static Members Of(IEnumerable<MlflowEntry> entries) => new(entries.Select(e => KeyValuePair.Create(e.Key, (object?)e.Value)));

    /// <summary>A value for the output, where null and an empty cell mean that there is no value: NaN is a value.</summary>
    public static object? Exact(object? value) => value is double.NaN ? "NaN" : value;

    /// <summary>A JSON object of the store, as one in the output.</summary>
    public static JsonElement Element(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
