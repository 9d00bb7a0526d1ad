using FsCheck;
using FsCheck.Fluent;

namespace Idq.Data.Tests.Mock;

public sealed class MockSourceTests
{
    const long Second = GpsTime.NanosecondsPerSecond;
    const long Start = 1_000_000_000;

    const string Definition = """
        [mock]
        outages = 1000000020.25 1000000022.5
        [stream thump]
        rate = 0.5
        frequency distribution = loguniform 16 128
        snr distribution = pareto 3 0 8
        witnesses =
            H1:TARGET
            H1:GOOD efficiency=0.9 jitter_time=0.3 jitter_frequency=0.1 jitter_snr=0.1
            H1:BAD efficiency=0.1 jitter_time=2
        [stream hum]
        rate = 3
        frequency distribution = norm 60 1
        snr distribution = gamma 2 5
        witnesses = H1:GOOD H1:TARGET efficiency=0.5
        [channel H1:TARGET]
        rate = 0.1
        frequency distribution = loguniform 16 2048
        snr distribution = pareto 4 0 5
        [channel H1:GOOD]
        rate = 2
        frequency distribution = loguniform 16 2048
        snr distribution = lognorm 0.5 0 6
        [channel H1:BAD]
        rate = 0
        [channels H1:AUX-{0}]
        count = 3
        rate = 16
        frequency distribution = beta 2 2 16 2000
        snr distribution = pareto 4 0 5
        """;

    static MockSource Source(ulong seed = 1, Func<GpsTime>? now = null, string text = Definition) =>
        new(MockDefinition.Read(IniDocument.Parse(text, "mock.ini")).Definition!, seed, now);

    static Segment Span(double from, double to) => new(new(Start * Second + (long)(from * 1e9)), new(Start * Second + (long)(to * 1e9)));

    [Fact]
    public void The_same_events_come_however_the_span_is_cut_and_in_whatever_order_it_is_read()
    {
        using var source = Source();
        var whole = Events.Of(Events.Read(source, Span(0, 40))).Order(StringComparer.Ordinal).ToList();
        var cuts = Gen.Choose(1, 39_999).ListOf().Where(l => l.Count > 0);
        Prop.ForAll(cuts.ToArbitrary(), milliseconds =>
        {
            var edges = milliseconds.Distinct().Order().Select(m => m / 1000.0).Prepend(0).Append(40).ToArray();
            var pieces = edges.Zip(edges.Skip(1)).Reverse().SelectMany(p => Events.Of(Events.Read(source, Span(p.First, p.Second))));
            return pieces.Order(StringComparer.Ordinal).SequenceEqual(whole);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Two_sources_of_one_seed_agree_and_two_seeds_do_not()
    {
        var first = Events.Of(Events.Read(Source(5), Span(0, 20)));
        Assert.Equal(first, Events.Of(Events.Read(Source(5), Span(0, 20))));
        Assert.Empty(first.Intersect(Events.Of(Events.Read(Source(6), Span(0, 20)))));
    }

    [Fact]
    public void The_events_of_a_channel_do_not_depend_on_the_other_channels()
    {
        const string Alone = """
            [channel H1:AUX-1]
            rate = 16
            frequency distribution = beta 2 2 16 2000
            snr distribution = pareto 4 0 5
            """;
        var among = Events.Of(Events.Read(Source(), Span(0, 10))).Where(e => e.StartsWith("H1:AUX-1 ", StringComparison.Ordinal));
        Assert.Equal(among, Events.Of(Events.Read(Source(text: Alone), Span(0, 10))));
    }

    [Fact]
    public void Channels_of_the_same_distributions_are_independent()
    {
        var table = Events.Read(Source(), Span(0, 2000));
        var counts = Enumerable.Range(0, 3).Select(i =>
        {
            var run = table.Run(table.Channels.Find($"H1:AUX-{i}"));
            return Enumerable.Range(0, 2000).Select(s => run.Within(Span(s, s + 1)).Count - 16.0).ToArray();
        }).ToArray();
        foreach (var (a, b) in new[] { (0, 1), (0, 2), (1, 2) })
        {
            var correlation = counts[a].Zip(counts[b], (x, y) => x * y).Average() / 16;
            Assert.InRange(correlation, -4 / Math.Sqrt(2000), 4 / Math.Sqrt(2000));
        }
    }

    [Fact]
    public void Counts_and_gaps_are_those_of_a_Poisson_process()
    {
        using var source = Source();
        var run = Events.Read(source, Span(100, 10_100)).Run(source.Channels.Find("H1:AUX-2"));
        Assert.InRange(run.Count, 160_000 - 4 * 400, 160_000 + 4 * 400);
        var times = run.Times.ToArray();
        var gaps = times.Zip(times.Skip(1), (a, b) => (b - a) / 1e9).Order().ToArray();
        var distance = gaps.Select((g, i) => Math.Abs(1 - Math.Exp(-16 * g) - (i + 0.5) / gaps.Length)).Max();
        Assert.True(distance * Math.Sqrt(gaps.Length) < 2.1, $"Kolmogorov distance {distance}");
        // Nothing special at whole seconds.
        var phases = times.Select(t => t % Second / 1e9).Order().ToArray();
        Assert.True(phases.Select((p, i) => Math.Abs(p - (i + 0.5) / phases.Length)).Max() * Math.Sqrt(phases.Length) < 2.1);
    }

    [Theory]
    [InlineData(0.001, 2_000_000)]
    [InlineData(1, 50_000)]
    [InlineData(3000, 20)]
    public void Rare_and_frequent_noise_has_its_rate(double rate, int seconds)
    {
        var text = $"[channel A]\nrate = {rate}\nsnr distribution = expon\nfrequency distribution = norm\n";
        var (count, mean) = (Events.Read(Source(text: text), Span(0, seconds)).Count, rate * seconds);
        Assert.InRange(count, mean - 4 * Math.Sqrt(mean), mean + 4 * Math.Sqrt(mean));
    }

    [Fact]
    public void Frequent_events_of_a_stream_are_the_same_second_by_second()
    {
        using var source = Source(text: """
            [stream s]
            rate = 900
            snr distribution = gamma 2
            frequency distribution = norm
            witnesses = A
            [channel A]
            rate = 1200
            snr distribution = expon
            frequency distribution = uniform
            """);
        var pieces = Enumerable.Range(0, 8).SelectMany(s => Events.Of(Events.Read(source, Span(s, s + 1))));
        Assert.Equal(Events.Of(Events.Read(source, Span(0, 8))), pieces);
    }

    [Fact]
    public void The_truth_is_what_the_witnesses_show()
    {
        using var source = Source();
        var truth = MockTruth.Of(source, 1, Span(-30, 130));
        var table = Events.Read(source, Span(0, 100));
        var all = Events.Of(table).ToHashSet();
        var seen = truth.SelectMany(t => t.Sightings).Where(s => table.Span.Contains(s.Time))
            .Select(s => $"{s.Channel} {s.Time.Nanoseconds} {s.Values[0]:R} {s.Values[1]:R}").ToArray();
        Assert.True(seen.Length > 300);
        Assert.All(seen, s => Assert.Contains(s, all));
        // The channel without noise shows nothing else.
        Assert.Equal(
            all.Count(e => e.StartsWith("H1:BAD", StringComparison.Ordinal)),
            seen.Count(e => e.StartsWith("H1:BAD", StringComparison.Ordinal))
        );
        Assert.Equal(truth.OrderBy(t => t.Time.Nanoseconds), truth);
    }

    [Fact]
    public void The_truth_does_not_depend_on_the_span_that_it_is_asked_for()
    {
        using var source = Source();
        var whole = MockTruth.Of(source, 1, Span(0, 50)).Select(Show);
        var parts = Enumerable.Range(0, 20).SelectMany(i => MockTruth.Of(source, 1, Span(2.5 * i, 2.5 * (i + 1)))).Select(Show);
        Assert.Equal(whole, parts);

        static string Show(MockTruth t) =>
            $"{t.Stream} {t.Time} {string.Join(' ', t.Values)} "
                + $"{string.Join(' ', t.Sightings.Select(s => s.Channel + s.Time + s.Values[0]))}";
    }

    [Fact]
    public void Witnesses_see_with_their_efficiency_and_their_errors()
    {
        using var source = Source(3);
        var truth = MockTruth.Of(source, 3, Span(1000, 41_000)).Where(t => t.Stream == "thump").ToArray();
        Assert.All(truth, t => Assert.Equal(t.Values, Assert.Single(t.Sightings, s => s.Channel == "H1:TARGET").Values));
        Assert.All(truth, t => Assert.Equal(t.Time, Assert.Single(t.Sightings, s => s.Channel == "H1:TARGET").Time));

        var good = truth.SelectMany(t => t.Sightings.Where(s => s.Channel == "H1:GOOD").Select(s => (True: t, Seen: s))).ToArray();
        var n = (double)good.Length;
        Assert.InRange(n / truth.Length, 0.9 - 4 * Math.Sqrt(0.09 / truth.Length), 0.9 + 4 * Math.Sqrt(0.09 / truth.Length));
        Gaussian(good.Select(g => (g.Seen.Time - g.True.Time) / 0.3e9));
        Gaussian(good.Select(g => Math.Log(g.Seen.Values[0] / g.True.Values[0]) / 0.1));
        Gaussian(good.Select(g => Math.Log(g.Seen.Values[1] / g.True.Values[1]) / 0.1));

        void Gaussian(IEnumerable<double> z)
        {
            Assert.InRange(z.Average(), -4 / Math.Sqrt(n), 4 / Math.Sqrt(n));
            Assert.InRange(z.Average(x => x * x), 1 - 4 * Math.Sqrt(2 / n), 1 + 4 * Math.Sqrt(2 / n));
        }
    }

    [Fact]
    public void The_efficiency_above_a_threshold_is_the_one_that_the_definition_computes()
    {
        using var source = Source(4);
        var truth = MockTruth.Of(source, 4, Span(1000, 41_000)).Where(t => t.Stream == "thump").ToArray();
        var p = Probability.Efficiency(0.9, "pareto 3 0 8", 0.1, 10);
        var measured = truth.Count(t => t.Sightings.Any(s => s.Channel == "H1:GOOD" && s.Values[0] > 10)) / (double)truth.Length;
        Assert.InRange(measured, p - 4 * Math.Sqrt(p * (1 - p) / truth.Length), p + 4 * Math.Sqrt(p * (1 - p) / truth.Length));
    }

    [Fact]
    public void An_outage_is_neither_delivered_nor_filled()
    {
        var table = Events.Read(Source(), Span(18, 25));
        Assert.Equal(SegmentList.Coalesce(Span(18, 20.25), Span(22.5, 25)), table.Delivered);
        Assert.DoesNotContain(table.Times.ToArray(), t => Span(20.25, 22.5).Contains(new GpsTime(t)));
        Assert.Contains(table.Times.ToArray(), t => t > Span(22.5, 25).Start.Nanoseconds);
    }

    [Fact]
    public void Live_nothing_is_delivered_before_it_has_happened()
    {
        var now = Span(5.5, 6).Start;
        using var live = Source(now: () => now);
        var table = Events.Read(live, Span(0, 10));
        Assert.Equal(SegmentList.Of(Span(0, 5.5)), table.Delivered);
        Assert.Equal(Span(0, 10), table.Span);
        Assert.Equal(Events.Of(Events.Read(Source(), Span(0, 5.5))), Events.Of(table));
        now = Span(0, 20).End;
        Assert.Equal(Events.Of(Events.Read(Source(), Span(0, 10))), Events.Of(Events.Read(live, Span(0, 10))));
        now = Span(-5, 0).Start;
        Assert.True(Events.Read(live, Span(0, 10)).Delivered.IsEmpty);
    }

    [Fact]
    public void A_thousand_channels_take_five_lines()
    {
        using var source = Source(
            text: "[channels H1:AUX-{0:D4}]\ncount = 1000\nrate = 16\nfrequency distribution = loguniform 16 2048\nsnr distribution = "
                + "pareto 4 0 5\n"
        );
        Assert.Equal((1000, "H1:AUX-0999"), (source.Channels.Count, source.Channels[999]));
        Assert.InRange(Events.Read(source, Span(0, 10)).Count, 158_000, 162_000);
    }

    [Fact]
    public void An_empty_span_has_no_events_and_an_unbounded_one_is_refused()
    {
        Assert.Equal(0, Events.Read(Source(), Span(3, 3)).Count);
        Assert.Throws<ArgumentException>(() => Events.Read(Source(), Segment.All));
    }

    [Fact]
    public async Task A_cancelled_read_stops() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await Source().ReadAsync(Span(0, 10), new CancellationToken(true))
        );

    [Fact]
    public void Events_of_a_seed_are_the_same_in_every_version()
    {
        // Six digits: the last bits of a logarithm may differ between processors.
        var run = Events.Read(Source(), Span(0, 2)).Run(0);
        Assert.Equal(
            ["1000000000013712 5.49571 1030.02", "1000000000197972 5.76518 1016.89"],
            Enumerable.Range(0, 2).Select(i => $"{run.Times[i] / 1000} {run.Column(0)[i]:G6} {run.Column(1)[i]:G6}")
        );
    }
}
