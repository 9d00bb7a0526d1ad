namespace Idq.Streaming;

/// <summary>One thing wrong with a configuration: where, what, and what to do.</summary>
/// <param name="Severity">How bad.</param>
/// <param name="File">The file, "environment" or "--set".</param>
/// <param name="Section">The section, if any.</param>
/// <param name="Key">The key, if any.</param>
/// <param name="Line">From 1; null when it is not about a line.</param>
/// <param name="Message">What is wrong, with the value.</param>
/// <param name="Suggestion">What was expected or what to do; may be empty.</param>
public sealed record ConfigurationProblem(
    Severity Severity, string File, string? Section, string? Key, int? Line, string Message, string Suggestion)
{
    /// <summary>
    /// True when data that the configuration names cannot be read, which is no fault of the configuration and may pass.
    /// </summary>
    public bool IsOfData { get; init; }

    /// <summary>One line: place, message, suggestion.</summary>
    public override string ToString()
    {
        var place = File + (Line is { } line ? $":{line}" : "") + (Section is null ? "" : $" [{Section}]") + (Key is null ? "" : $" {Key}");
        return $"{place}: {Message}{(Suggestion.Length == 0 ? "" : $"; {Suggestion}")}";
    }
}
