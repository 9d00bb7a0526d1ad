namespace Idq.Benchmarks.Vectorising;

/// <summary>Triggers that come at random, the same on every machine.</summary>
static class Triggers
{
    /// <summary>
    /// The same number of triggers in every channel, with one column: a loudness of 5 and above that falls as its fourth power.
    /// </summary>
    public static EventTable Even(int channels, int perChannel, Segment span, string column = "snr")
    {
        var names = new ChannelDictionary(Enumerable.Range(0, channels).Select(c => $"H1:AUX_{c:D4}"));
        var (times, loudness, offsets) = (new long[channels * perChannel], new double[channels * perChannel], new int[channels + 1]);
        for (var c = 0; c < channels; c++)
        {
            var random = new CounterRandom(1, (ulong)c, 0);
            Spread(ref random, times.AsSpan(c * perChannel, perChannel), span);
            for (var i = 0; i < perChannel; i++) loudness[c * perChannel + i] = 5 * Math.Pow(1 - random.NextDouble(), -1.0 / 3);
            offsets[c + 1] = offsets[c] + perChannel;
        }
        return EventTable.FromRuns(span, SegmentList.Of(span), names, [column], times, [loudness], offsets);
    }

    /// <summary>Ascending instants, even in a span: Poisson gaps, scaled to fit.</summary>
    public static void Spread(ref CounterRandom random, Span<long> times, Segment span)
    {
        var gaps = new double[times.Length + 1];
        for (var i = 0; i < gaps.Length; i++) gaps[i] = random.NextExponential();
        var perGap = span.Duration / gaps.Sum();
        double at = 0;
        for (var i = 0; i < times.Length; i++)
        {
            at += gaps[i] * perGap;
            times[i] = Math.Min(span.Start.Nanoseconds + (long)at, span.End.Nanoseconds - 1);
        }
    }
}
