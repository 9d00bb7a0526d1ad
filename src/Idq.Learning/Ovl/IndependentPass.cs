namespace Idq.Learning;

/// <summary>Run 0 of a training: every configuration measured on its own, against all glitches and all livetime.</summary>
static class IndependentPass
{
    /// <summary>The configurations that pass the minima, by channel name, threshold and window.</summary>
    public static List<Candidate> Run(ClassifierData data, OvlOptions options, Residual all, int maxParallelism, CancellationToken cancellationToken)
    {
        var column = TriggerColumn.Find(data, options.Significance);
        var table = data.Table;
        var channels = Enumerable.Range(0, data.Channels.Count).Where(c => options.MayUse(data.Channels[c])).ToArray();
        // One slot a channel: what a thread does never shows in the order.
        var found = new List<Candidate>[channels.Length];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = maxParallelism, CancellationToken = cancellationToken };
        Parallel.For(0, channels.Length, parallel, () => new WindowBuffer(), (i, _, buffer) =>
        {
            found[i] = Measure(table.Run(channels[i]), data.Channels[channels[i]], column, options, all, buffer);
            return buffer;
        }, _ => { });
        return found.SelectMany(f => f).ToList();
    }

    static List<Candidate> Measure(EventRun run, string channel, int column, OvlOptions options, Residual all, WindowBuffer buffer)
    {
        var passed = new List<Candidate>();
        var times = run.Times.ToArray();
        var significance = run.Column(column).ToArray();
        var count = times.Length;
        var windows = options.Windows.ToArray();
        var vetoed = new int[windows.Length];
        foreach (var threshold in options.Thresholds)
        {
            if (!options.MayUse(channel, threshold)) continue;
            // Thresholds ascend, so that each one's triggers are among the last one's.
            count = TriggerColumn.Keep(times.AsSpan(0, count), significance.AsSpan(0, count), threshold);
            if (count == 0) break;
            var kept = times.AsSpan(0, count);
            all.CountVetoed(kept, windows, vetoed);
            long[]? shared = null;
            for (var w = 0; w < windows.Length; w++)
                if (all.MeasureIfPassing(kept, windows[w], vetoed[w], options.Minima, buffer) is { } counts)
                    passed.Add(new(new(channel, threshold, windows[w]), shared ??= kept.ToArray(), counts));
        }
        return passed;
    }
}
