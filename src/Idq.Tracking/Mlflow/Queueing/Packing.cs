namespace Idq.Tracking.Mlflow;

/// <summary>Puts entries of one run into as few batches as the limits of a server allow, in their order.</summary>
static class Packing
{
    // {"key":"","value":-1.2345678901234567E-300,"timestamp":-9223372036854775808,"step":-9223372036854775808},
    const int MetricBytes = 120;
    const int EntryBytes = 24;
    const int FreshRoom = LogBatch.MaxBytes - 2048;
    const int MaxCreationTags = 1000;
    const int MaxInputs = 1000;

    /// <summary>
    /// Batches of up to 100 parameters, 100 tags, and metrics up to 1000 in all; then batches of 1000 metrics. None is longer than a
    /// million bytes of JSON, and none has one parameter twice.
    /// </summary>
    public static IEnumerable<LogBatch> Batches(
        IReadOnlyList<MlflowEntry> parameters,
        IReadOnlyList<MlflowEntry> tags,
        IReadOnlyList<MlflowMetric> metrics
    )
    {
        int p = 0, t = 0, m = 0;
        while (p < parameters.Count || t < tags.Count || m < metrics.Count)
        {
            var room = FreshRoom;
            var names = new HashSet<string>();
            var batch = new LogBatch
            {
                Params = Take(parameters, ref p, LogBatch.MaxParams, ref room, Bytes, entry => names.Add(entry.Key)),
                Tags = Take(tags, ref t, LogBatch.MaxTags, ref room, Bytes),
            };
            yield return batch with { Metrics = Take(metrics, ref m, LogBatch.MaxMetrics - batch.Count, ref room, Bytes) };
        }
    }

    /// <summary>How many of the first tags go with the creation of a run: 1000 at most, and not more than a million bytes.</summary>
    public static int CreationTags(IReadOnlyList<MlflowEntry> tags)
    {
        var (next, room) = (0, FreshRoom);
        return Take(tags, ref next, MaxCreationTags, ref room, Bytes).Count;
    }

    /// <summary>Data sets by the thousand, and not more than a million bytes in a request unless it is one alone.</summary>
    public static IEnumerable<IReadOnlyList<MlflowDatasetInput>> Inputs(IReadOnlyList<MlflowDatasetInput> inputs)
    {
        for (var next = 0; next < inputs.Count;)
        {
            var room = FreshRoom;
            yield return Take(inputs, ref next, MaxInputs, ref room, Bytes);
        }
    }

    /// <summary>What is longer than any request is sent alone all the same, so that there is always an end.</summary>
    static List<T> Take<T>(IReadOnlyList<T> items, ref int next, int most, ref int room, Func<T, int> bytes, Func<T, bool>? fits = null)
    {
        var taken = new List<T>(Math.Min(most, items.Count - next));
        while (taken.Count < most && next < items.Count)
        {
            var size = bytes(items[next]);
            var isFirst = room == FreshRoom;
            if ((size > room && !isFirst) || fits?.Invoke(items[next]) == false)
                break;
            room -= size;
            taken.Add(items[next++]);
        }

        return taken;
    }

    static int Bytes(MlflowEntry entry) => EntryBytes + Bytes(entry.Key) + Bytes(entry.Value);

    static int Bytes(MlflowMetric metric) =>
        MetricBytes + Bytes(metric.Key) + Optional(metric.DatasetName) + Optional(metric.DatasetDigest) + Optional(metric.ModelId);

    static int Bytes(MlflowDatasetInput input) =>
        MetricBytes
        + Bytes(input.Name)
        + Bytes(input.Digest)
        + Bytes(input.SourceType)
        + Bytes(input.Source)
        + Optional(input.Schema)
        + Optional(input.Profile)
        + input.Tags.Sum(Bytes);

    static int Optional(string? text) => text is null ? 0 : EntryBytes + Bytes(text);

    /// <summary>Never less than what the text takes as JSON.</summary>
    static int Bytes(string text)
    {
        var bytes = 0;
        foreach (var c in text)
            bytes += c is '"' or '\\' ? 2 : char.IsBetween(c, ' ', '~') ? 1 : 6;
        return bytes;
    }
}
