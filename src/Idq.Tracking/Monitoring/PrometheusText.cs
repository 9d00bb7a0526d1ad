using System.Globalization;
using System.Text;

namespace Idq.Tracking;

/// <summary>Writes numbers in the text format that Prometheus reads.</summary>
/// <param name="prefix">What every name begins with, such as <c>tracker_</c>.</param>
sealed class PrometheusText(string prefix)
{
    /// <summary>The media type of the text.</summary>
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    readonly StringBuilder text = new();

    /// <summary>A number that only grows, alone under its name.</summary>
    public PrometheusText Counter(string name, string help, double value) => Head(name, "counter", help).Line(name, value);

    /// <summary>A number that goes up and down, alone under its name.</summary>
    public PrometheusText Gauge(string name, string help, double value) => Head(name, "gauge", help).Line(name, value);

    /// <summary>What the lines that follow mean.</summary>
    /// <param name="name">The name without the prefix.</param>
    /// <param name="type">counter, gauge or histogram.</param>
    /// <param name="help">One line.</param>
    public PrometheusText Head(string name, string type, string help)
    {
        text.Append("# HELP ")
            .Append(prefix)
            .Append(name)
            .Append(' ')
            .Append(help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal));
        text.Append("\n# TYPE ").Append(prefix).Append(name).Append(' ').Append(type).Append('\n');
        return this;
    }

    /// <summary>One number.</summary>
    public PrometheusText Line(string name, double value, params ReadOnlySpan<(string Label, string Value)> labels)
    {
        text.Append(prefix).Append(name);
        for (var i = 0; i < labels.Length; i++)
        {
            var escaped = labels[i]
                .Value.Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("\"", "\\\"", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal);
            text.Append(i == 0 ? '{' : ',').Append(labels[i].Label).Append("=\"").Append(escaped).Append('"');
        }

        if (labels.Length > 0)
            text.Append('}');
        var number =
            double.IsPositiveInfinity(value) ? "+Inf"
            : double.IsNegativeInfinity(value) ? "-Inf"
            : value.ToString(CultureInfo.InvariantCulture);
        text.Append(' ').Append(number).Append('\n');
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => text.ToString();
}
