namespace Idq.Benchmarks.Vectorising;

/// <summary>P4: the loudest trigger in a window, for 5 000 times and 1 000 channels over a day with 4.3 million triggers.</summary>
sealed class VectorisingMeasurement() : Measurement("P4", "vectorising")
{
    const long Window = 100_000_000;
    static readonly Segment Day = Segment.FromSeconds(1_262_304_000, 1_262_390_400);

    public override Task<IReadOnlyList<Row>> MeasureAsync(Laboratory lab)
    {
        var (channels, perChannel, rows) = lab.IsQuick ? (200, 4_300, 5_000) : (1_000, 4_300, 5_000);
        var single = new ClassifierData(Triggers.Even(channels, perChannel, Day), SegmentList.Of(Day));
        var factory = Factory(single.Channels);
        var times = Rows(rows);

        var matrix = factory.Vectorize(single, times);
        using var numpy = PythonReference.Start("vectorise.py", new
        {
            times = lab.Save("times", single.Table.Times),
            significance = lab.Save("significance", single.Table.Column(0)),
            offsets = lab.Save("offsets", single.Table.Offsets),
            rows = lab.Save<long>("rows", times),
            window = Window,
        }, out var reason);
        var (ours, reference) = Rounds.Interleave(lab, 3, () => factory.Vectorize(single, times), numpy is null ? null : numpy.Run);
        var features = (double)channels * rows;
        const string Target = "at least 10x numpy";
        var name = $"vectorising {rows} times x {channels} channels, {single.Table.Count / 1e6:0.0} M triggers";
        var speed = numpy is null
            ? Row.Missing(Goal, name, Target, reason) with { Ours = new(features / ours, "features/s") }
            : new Row(Goal, name)
            {
                Ours = new(features / ours, "features/s"),
                Reference = new(features / reference!.Value, "features/s"),
                ReferenceName = numpy.Name,
                Ratio = reference / ours,
                Target = Target,
                Verdict = reference >= 10 * ours ? Verdict.Met : Verdict.Missed,
                Note = Agreement(matrix, numpy),
            };

        lab.Say("twice the triggers");
        var twice = new ClassifierData(Triggers.Even(channels, 2 * perChannel, Day), SegmentList.Of(Day));
        var (longer, _) = Rounds.Interleave(lab, 1, () => factory.Vectorize(twice, times), null);
        var (bytes, more) = (Allocated(() => factory.Vectorize(single, times)), Allocated(() => factory.Vectorize(twice, times)));
        var perEvent = Math.Max(0, more - bytes) / (double)single.Table.Count;
        return Task.FromResult<IReadOnlyList<Row>>(
        [
            speed,
            new(Goal, "time for twice the triggers, of the time for once")
            {
                Ours = new(longer / ours, "x"),
                Target = "linear: at most 2.2x",
                Verdict = longer <= 2.2 * ours ? Verdict.Met : Verdict.Missed,
            },
            new(Goal, "bytes allocated for each trigger more")
            {
                Ours = new(perEvent, "B"),
                Target = "less than 0.01 B",
                Verdict = perEvent < 0.01 ? Verdict.Met : Verdict.Missed,
            },
        ]);
    }

    static QuiverFactory Factory(ChannelDictionary channels) =>
        new(new FeatureDefinition("snr", Window, Selection.Loudest, channels.Names.Select(n => new FeatureColumn(n, "snr")).ToArray()));

    static long[] Rows(int count)
    {
        var random = new CounterRandom(2, 0, 0);
        var times = new long[count];
        Triggers.Spread(ref random, times, Day);
        return times;
    }

    static long Allocated(Action work)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    // Both must have found the same: a figure of something else means nothing.
    static string Agreement(FeatureMatrix matrix, PythonReference numpy)
    {
        long present = 0;
        double sum = 0;
        for (var f = 0; f < matrix.Names.Count; f++)
        {
            foreach (var value in matrix.Column(f))
            {
                if (double.IsNaN(value)) continue;
                present++;
                sum += value;
            }
        }
        var (theirs, total) = (numpy.Check.GetProperty("present").GetInt64(), numpy.Check.GetProperty("sum").GetDouble());
        if (present != theirs || Math.Abs(sum - total) > 1e-9 * sum)
            throw new InvalidOperationException($"numpy found {theirs} features of sum {total:R}, we {present} of sum {sum:R}");
        var missing = 1 - present / (matrix.Names.Count * (double)matrix.Rows);
        return $"both found the same {present} features; the other {missing:P1} have no trigger in the window";
    }
}
