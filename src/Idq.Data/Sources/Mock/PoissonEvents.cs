using System.Runtime.Intrinsics;

namespace Idq.Data;

/// <summary>
/// Poisson events whose columns are independent: everything in one GPS second is a function of the seed, the name and the second.
/// </summary>
sealed class PoissonEvents
{
    const double Second = GpsTime.NanosecondsPerSecond;

    readonly ulong seed, timeKey;
    readonly ulong[] columnKeys;
    readonly double meanGap, quietBelow;
    readonly IReadOnlyList<Distribution> columns;

    public PoissonEvents(ulong seed, string name, double rate, IReadOnlyList<Distribution> columns, IReadOnlyList<string> columnNames)
    {
        (this.seed, this.columns) = (seed, columns);
        timeKey = CounterRandom.Hash(name + "/time");
        columnKeys = columns.Select((_, i) => CounterRandom.Hash(name + "/" + columnNames[i])).ToArray();
        meanGap = Second / rate;
        // When the first uniform number is below this, the first event lies after the end of the second, so that the second has none.
        quietBelow = Math.Exp(-rate) * (1 - 1e-12);
        Rate = rate;
    }

    public double Rate { get; }

    /// <summary>Appends the events of a segment, in order of time.</summary>
    public void Append(EventBuffer buffer, Segment segment)
    {
        if (Rate == 0 || segment.IsEmpty) return;
        var last = new GpsTime(segment.End.Nanoseconds - 1).Seconds;
        for (var second = segment.Start.Seconds; second <= last; second++)
        {
            var start = buffer.Count;
            AppendSecond(buffer, second);
            var begin = second * GpsTime.NanosecondsPerSecond;
            if (begin < segment.Start.Nanoseconds || segment.End.Nanoseconds - begin < GpsTime.NanosecondsPerSecond)
                buffer.Trim(start, segment);
        }
    }

    void AppendSecond(EventBuffer buffer, long second)
    {
        var random = new CounterRandom(seed, timeKey, second);
        var begin = second * GpsTime.NanosecondsPerSecond;
        var start = buffer.Count;
        var n = 0;
        var elapsed = 0.0;
        var u = OpenUniform.NextFour(ref random);
        if (u[0] < quietBelow) return;
        while (true)
        {
            var gaps = Vector256.Log(u) * -meanGap;
            buffer.Reserve(n + 4);
            var times = buffer.Times.AsSpan(start + n, 4);
            for (var i = 0; i < 4; i++)
            {
                elapsed += gaps[i];
                if (elapsed >= Second)
                {
                    buffer.Advance(n + i);
                    FillColumns(buffer, start, second);
                    return;
                }
                times[i] = begin + (long)elapsed;
            }
            n += 4;
            u = OpenUniform.NextFour(ref random);
        }
    }

    void FillColumns(EventBuffer buffer, int start, long second)
    {
        for (var c = 0; c < columns.Count; c++)
        {
            var random = new CounterRandom(seed, columnKeys[c], second);
            columns[c].Fill(ref random, buffer.Columns[c].AsSpan(start..buffer.Count));
        }
    }
}
