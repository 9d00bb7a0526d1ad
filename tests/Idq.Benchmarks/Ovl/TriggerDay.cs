using Idq.Benchmarks.Vectorising;

namespace Idq.Benchmarks.Ovl;

/// <summary>
/// Days of KleineWelle-like triggers, the same on every machine: 200 auxiliary channels with about 2 000 triggers a day each, every tenth
/// of which sees a third of the target's glitches.
/// </summary>
static class TriggerDay
{
    public const string Target = "L1_GW";
    public const int Channels = 200;
    public const int TriggersPerDay = 397_000;

    const int GlitchesPerDay = 2_000;
    const int WitnessEvery = 10;
    const double Day = 86_400;
    const long Jitter = 20_000_000;

    /// <summary>A training set with about the given number of auxiliary triggers.</summary>
    public static Quiver OfTriggers(int triggers)
    {
        var days = triggers / (double)TriggersPerDay;
        var span = new Segment(
            GpsTime.FromSeconds(1_126_000_000),
            GpsTime.FromSeconds(1_126_000_000) + (long)(days * Day * GpsTime.NanosecondsPerSecond)
        );
        var random = new CounterRandom(1, 0, 0);
        var glitches = new long[(int)(days * GlitchesPerDay)];
        Triggers.Spread(ref random, glitches, span);

        var channels = new ChannelDictionary(Enumerable.Range(0, Channels).Select(c => $"L1_AUX{c:D4}").Append(Target));
        var (times, significance, offsets) = (
            new List<long>(triggers + glitches.Length),
            new List<double>(triggers + glitches.Length),
            new int[channels.Count + 1]
        );
        for (var c = 0; c < channels.Count; c++)
        {
            random = new CounterRandom(2, CounterRandom.Hash(channels[c]), 0);
            var run = channels[c] == Target ? glitches : Auxiliary(ref random, c % WitnessEvery == 0, triggers / Channels, glitches, span);
            times.AddRange(run);
            for (var i = 0; i < run.Length; i++) significance.Add((channels[c] == Target ? 35 : 15) / (1 - random.NextDouble()));
            offsets[c + 1] = times.Count;
        }
        var segments = SegmentList.Of(span);
        var table = EventTable.FromRuns(span, segments, channels, ["significance"], [.. times], [[.. significance]], offsets);
        return Rows(new ClassifierData(table, segments), glitches);
    }

    /// <summary>Glitches as rows, without clean times: OVL looks at no others.</summary>
    public static Quiver Rows(ClassifierData data, long[] glitches)
    {
        var labels = new byte[glitches.Length];
        labels.AsSpan().Fill(Label.Glitch);
        var weights = new double[glitches.Length];
        weights.AsSpan().Fill(1);
        return new(data, data.Segments, data.Segments, glitches, labels, weights, () => new FeatureMatrix([], glitches.Length, []));
    }

    static long[] Auxiliary(ref CounterRandom random, bool isWitness, int count, long[] glitches, Segment span)
    {
        var seen = new List<long>();
        if (isWitness)
        {
            foreach (var glitch in glitches)
            {
                if (seen.Count >= count || random.NextDouble() > 1.0 / 3) continue;
                var time = glitch + random.NextLong(2 * Jitter) - Jitter;
                seen.Add(Math.Clamp(time, span.Start.Nanoseconds, span.End.Nanoseconds - 1));
            }
        }
        var noise = new long[count - seen.Count];
        Triggers.Spread(ref random, noise, span);
        long[] all = [.. seen, .. noise];
        Array.Sort(all);
        return all;
    }
}
