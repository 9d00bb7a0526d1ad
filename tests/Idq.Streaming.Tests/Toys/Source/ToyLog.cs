namespace Idq.Streaming.Tests.Toys.Source;

/// <summary>A message: all events of one group of channels over a span.</summary>
/// <param name="Span">What it covers.</param>
/// <param name="Channels">The channels of the group by now.</param>
/// <param name="Events">Channel, time in nanoseconds, and signal-to-noise ratio.</param>
sealed record ToyMessage(Segment Span, string[] Channels, (string Channel, long Time, double Snr)[] Events);

/// <summary>A message log in memory: one list of messages a group, numbered from 0. It outlives the processes that read it.</summary>
sealed class ToyLog(SortedList<string, List<ToyMessage>> groups)
{
    public const string Target = Triggers.Target, Witness = Triggers.Witness, Late = "H1:LATE";

    public IReadOnlyDictionary<string, List<ToyMessage>> Groups => groups;

    /// <summary>What sources of this log were resumed at, one line a source, and what each of them consumed.</summary>
    public List<ToySource> Sources { get; } = [];

    /// <summary>
    /// Messages of 4 s: group <c>a</c> has the target and a bystander, <c>b</c> a witness of every other glitch and, from the middle of the
    /// range on, one channel more.
    /// </summary>
    /// <param name="range">What the messages cover, in whole messages.</param>
    /// <param name="lost">Messages of b that never came, by their number.</param>
    public static ToyLog Random(Segment range, ulong seed = 5, params int[] lost)
    {
        var (a, b) = (new List<ToyMessage>(), new List<ToyMessage>());
        for (var k = 0; range.Start + 4 * k * Gps.Second < range.End; k++)
        {
            var span = new Segment(range.Start + 4 * k * Gps.Second, range.Start + 4 * (k + 1) * Gps.Second);
            var random = new CounterRandom(seed, 7, k);
            long Time() => span.Start.Nanoseconds + random.NextLong(3_900_000) * 1000;
            var glitches = Enumerable.Range(0, (int)random.NextLong(5)).Select(_ => (Time(), 9 + 9 * random.NextDouble())).ToArray();
            var noise = Enumerable.Range(0, 4).Select(_ => (Time(), 4 + 4 * random.NextDouble())).ToArray();
            var isLate = span.Start >= range.Start + range.Duration / 2;
            a.Add(new(span, [Target, "H1:AUX"], [.. Named(Target, glitches), .. Named("H1:AUX", noise)]));
            if (lost.Contains(k)) continue;
            var witnessed = glitches.Where((_, i) => i % 2 == 0).Select(g => (g.Item1 + 20_000_000, g.Item2));
            b.Add(new(span, isLate ? [Witness, Late] : [Witness], [.. Named(Witness, witnessed), .. Named(Late, isLate ? noise : [])]));
        }
        return new(new(StringComparer.Ordinal) { ["a"] = a, ["b"] = b });
    }

    static IEnumerable<(string, long, double)> Named(string channel, IEnumerable<(long Time, double Snr)> events) =>
        events.Select(e => (channel, e.Time, e.Snr));
}
