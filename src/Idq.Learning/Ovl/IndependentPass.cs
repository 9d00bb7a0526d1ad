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
        foreach (var threshold in options.Thresholds)
        {
            if (!options.MayUse(channel, threshold)) continue;
            // Thresholds ascend, so that each one's triggers are among the last one's.
            count = TriggerColumn.Keep(times.AsSpan(0, count), significance.AsSpan(0, count), threshold);
            if (count == 0) break;
            var kept = times.AsSpan(0, count);
            var inside = all.CountInside(kept);
            long[]? shared = null;
            foreach (var window in options.Windows)
            {
                var (deadtime, vetoed) = all.Measure(buffer.Merge(kept, window));
                var counts = new OvlCounts(all.Livetime, all.Glitches, deadtime, inside, vetoed);
                if (vetoed == 0 || !options.Minima.Pass(counts)) continue;
                passed.Add(new(new(channel, threshold, window), shared ??= kept.ToArray(), counts));
            }
        }
        return passed;
    }
}
