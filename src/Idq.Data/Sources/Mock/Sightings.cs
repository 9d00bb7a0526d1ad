namespace Idq.Data;

/// <summary>How one witness sees the events of one stream: which it sees, and with what errors.</summary>
/// <remarks>
/// Drawn for all events of a GPS second of the stream together, keyed by that second; the seen time may lie in a neighbouring second.
/// Every event takes the same number of random numbers whether it is seen or not.
/// </remarks>
sealed class Sightings
{
    // No deviation is larger: the normal quantile of the smallest uniform number, which has 52 bits, is −8.2.
    const double LargestDeviation = 9;

    readonly ulong seed, key;
    readonly double efficiency, timeJitter;
    readonly double[] columnJitters;

    public Sightings(ulong seed, string stream, MockWitness witness, int channel)
    {
        this.seed = seed;
        key = CounterRandom.Hash("sighting/" + stream + "/" + witness.Channel);
        (efficiency, timeJitter) = (witness.Efficiency, witness.TimeJitter * GpsTime.NanosecondsPerSecond);
        columnJitters = [.. witness.ColumnJitters];
        Channel = channel;
        Reach = (long)Math.Ceiling(LargestDeviation * timeJitter);
    }

    public int Channel { get; }

    /// <summary>No event is seen further from its true time than this many nanoseconds.</summary>
    public long Reach { get; }

    /// <summary>
    /// Appends what is seen, where data exists, of true events that are sorted and fill whole GPS seconds, in the order of the true events.
    /// </summary>
    public void Append(EventBuffer events, EventBuffer seen, SegmentList delivered)
    {
        var second = long.MinValue;
        var random = default(CounterRandom);
        for (var i = 0; i < events.Count; i++)
        {
            var time = new GpsTime(events.Times[i]);
            if (time.Seconds != second) random = new(seed, key, second = time.Seconds);
            var isSeen = random.NextDouble() < efficiency;
            var shift = (long)Math.Round(Jitter(ref random, timeJitter));
            var seenTime = time + shift;
            isSeen &= delivered.Contains(seenTime);
            seen.Reserve(1);
            seen.Times[seen.Count] = seenTime.Nanoseconds;
            for (var c = 0; c < columnJitters.Length; c++)
                seen.Columns[c][seen.Count] = events.Columns[c][i] * Math.Exp(Jitter(ref random, columnJitters[c]));
            if (isSeen) seen.Advance(1);
        }
    }

    static double Jitter(ref CounterRandom random, double deviation)
    {
        var u = OpenUniform.Next(ref random);
        return deviation == 0 ? 0 : deviation * StandardNormal.Quantile(u);
    }
}
