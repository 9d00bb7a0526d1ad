namespace Idq.Learning;

/// <summary>Run 0 of a training: every configuration measured on its own, against all glitches and all livetime.</summary>
static class IndependentPass
{
    /// <summary>The configurations that pass the minima, by channel name, threshold and window.</summary>
    public static List<Candidate> Run(
        ClassifierData data,
        OvlOptions options,
        Residual all,
        int maxParallelism,
        CancellationToken cancellationToken
    )
    {
        var column = TriggerColumn.Find(data, options.Significance);
        var table = data.Table;
        var channels = Enumerable.Range(0, data.Channels.Count).Where(c => options.MayUse(data.Channels[c])).ToArray();
        // One slot a channel, so that the order does not depend on the threads.
        var found = new List<Candidate>[channels.Length];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = maxParallelism, CancellationToken = cancellationToken };
        Parallel.For(0, channels.Length, parallel, () => new Scratch(), (i, _, scratch) =>
        {
            found[i] = Measure(table.Run(channels[i]), data.Channels[channels[i]], column, options, all, scratch);
            return scratch;
        }, _ => { });
        return found.SelectMany(f => f).ToList();
    }

    static List<Candidate> Measure(EventRun run, string channel, int column, OvlOptions options, Residual all, Scratch scratch)
    {
        var passed = new List<Candidate>();
        var count = run.Times.Length;
        var times = scratch.Times(count);
        var significance = scratch.Significance(count);
        run.Times.CopyTo(times);
        run.Column(column).CopyTo(significance);
        var windows = options.Windows.ToArray();
        var vetoed = new int[windows.Length];
        foreach (var threshold in options.Thresholds)
        {
            if (!options.MayUse(channel, threshold)) continue;
            // Thresholds ascend: the triggers of each are some of the triggers of the one before.
            count = TriggerColumn.Keep(times[..count], significance[..count], threshold);
            if (count == 0) break;
            var kept = times[..count];
            all.CountVetoed(kept, windows, vetoed);
            long[]? shared = null;
            for (var w = 0; w < windows.Length; w++)
                if (all.MeasureIfPassing(kept, windows[w], vetoed[w], options.Minima, scratch.Windows) is { } counts)
                    passed.Add(new(new(channel, threshold, windows[w]), shared ??= kept.ToArray(), counts));
        }
        return passed;
    }

    /// <summary>The buffers of one thread, which keeps them from channel to channel because large arrays are expensive to make.</summary>
    sealed class Scratch
    {
        long[] times = [];
        double[] significance = [];

        public WindowBuffer Windows { get; } = new();

        public Span<long> Times(int count) => Room(ref times, count);

        public Span<double> Significance(int count) => Room(ref significance, count);

        static Span<T> Room<T>(ref T[] array, int count)
        {
            if (array.Length < count) array = new T[count + count / 4];
            return array.AsSpan(0, count);
        }
    }
}
