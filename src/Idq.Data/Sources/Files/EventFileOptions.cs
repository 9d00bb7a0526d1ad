namespace Idq.Data;

/// <summary>The options that all sources of files share.</summary>
/// <param name="Files">Files and folders.</param>
/// <param name="Span">What files cover that do not tell it themselves; null takes it from their events.</param>
sealed record EventFileOptions(IReadOnlyList<string> Files, Segment? Span)
{
    /// <summary>Reads <c>files</c>, <c>span_start</c> and <c>span_end</c>.</summary>
    public static EventFileOptions Read(IOptionReader options)
    {
        var files = options.ExistingFiles("files", "", "files, folders or patterns to read (all but mock)");
        var start = options.Time("span_start", "start of the data, where the files do not tell; default: the first event");
        var end = options.Time("span_end", "end of the data, where the files do not tell; default: just behind the last event");
        if (start is null != end is null)
            options.Problem(start is null ? "span_end" : "span_start", "span_start and span_end go together", "give both");
        if (start >= end)
            options.Problem("span_end", $"the span [{start}, {end}) is empty", "span_end must be after span_start");
        return new(files, start is { } from && end is { } to ? new Segment(from, to) : null);
    }

    /// <summary>Reads <c>columns</c>; null takes all numeric ones.</summary>
    public static IReadOnlyList<string>? ReadColumns(IOptionReader options) =>
        options.List(
            "columns", "", "the columns to read; default: all numeric ones; of Kafka snr, frequency, q, phase and duration")
            is { Count: > 0 } columns
            ? [.. columns.Distinct(StringComparer.Ordinal)] : null;

    /// <summary>Reports that a source has nothing to read.</summary>
    /// <param name="options">The section.</param>
    /// <param name="source">The source, as it is called in the message.</param>
    public void Require(IOptionReader options, string source)
    {
        if (options.IsGiven && Files.Count == 0 && !options.Gives("files"))
            options.Problem("flavor", $"a {source} source needs 'files'", "name files, folders or patterns");
    }
}
