using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Idq.Data.Tests.Mock;

/// <summary>Properties that hold for any definition, not only for the examples.</summary>
public sealed class MockPropertyTests
{
    static readonly string[] Distributions =
    [
        "uniform 1 5",
        "loguniform 16 2048",
        "norm 60 1",
        "lognorm 0.5 0 6",
        "expon 0 3",
        "pareto 4 0 5",
        "powerlaw 2 1 9",
        "gamma 0.7 1 2",
        "chi2 3",
        "beta 0.5 2",
        "triang 0.3 1 4",
        "truncnorm 1 4",
        "halfnorm 5 2",
        "weibull_min 1.5 0 7",
        "constant 8",
    ];

    static readonly Gen<double> Rate = Gen.Choose(0, 1000).Select(x => x * x * x / 1e7);
    static readonly Gen<string> Shape = Gen.Elements(Distributions);
    static readonly Gen<int> Mask = Gen.Choose(1, 15);

    /// <summary>One to three streams seen by some of four channels, with any jitters and outages.</summary>
    static readonly Arbitrary<string> Definition = (
        from streams in (from rate in Rate
                         from snr in Shape
                         from frequency in Shape
                         from mask in Mask
                         from jitter in Gen.Choose(0, 300)
                         select (rate, snr, frequency, mask, jitter))
            .ListOf()
            .Where(l => l.Count is > 0 and < 4)
        from noise in Gen.ArrayOf(from rate in Rate from snr in Shape from frequency in Shape select (rate, snr, frequency), 4)
        from outage in Gen.Choose(0, 20_000)
        from length in Gen.Choose(0, 5_000)
        select Text([.. streams], noise, outage / 1000.0, length / 1000.0)).ToArbitrary();

    static string Text((double Rate, string Snr, string Frequency, int Mask, int Jitter)[] streams,
        (double Rate, string Snr, string Frequency)[] noise, double outage, double length)
    {
        var text = new StringBuilder();
        if (length > 0) text.Append(CultureInfo.InvariantCulture, $"[mock]\noutages = {1000 + outage} {1000 + outage + length}\n");
        for (var s = 0; s < streams.Length; s++)
        {
            var stream = streams[s];
            text.Append(
                CultureInfo.InvariantCulture,
                $"[stream s{s}]\nrate = {stream.Rate}\nsnr distribution = {stream.Snr}\nfrequency distribution = {stream.Frequency}\n"
                    + $"witnesses =\n"
            );
            for (var c = 0; c < 4; c++)
                if ((stream.Mask >> c & 1) != 0)
                    text.Append(CultureInfo.InvariantCulture,
                        $"    C{c} efficiency=0.{9 - 2 * c} jitter_time={stream.Jitter * c / 100.0} jitter_snr=0.{c}\n");
        }
        for (var c = 0; c < 4; c++)
            text.Append(
                CultureInfo.InvariantCulture,
                $"[channel C{c}]\nrate = {noise[c].Rate}\nsnr distribution = {noise[c].Snr}\nfrequency distribution = "
                    + $"{noise[c].Frequency}\n"
            );
        return text.ToString();
    }

    static MockSource Source(string text)
    {
        var (definition, problems) = MockDefinition.Read(IniDocument.Parse(text, "x"));
        Assert.Empty(problems);
        return new(definition!, 11);
    }

    static Segment Span(int from, int to) => new(new(1000_000_000_000 + from * 1_000_000L), new(1000_000_000_000 + to * 1_000_000L));

    [Fact]
    public void Cutting_a_span_changes_nothing() => Prop.ForAll(Definition, Gen.Choose(1, 19_999).Two().ToArbitrary(), (text, cuts) =>
    {
        using var source = Source(text);
        var (a, b) = (Math.Min(cuts.Item1, cuts.Item2), Math.Max(cuts.Item1, cuts.Item2));
        EventTable[] pieces = [Events.Read(source, Span(0, a)), Events.Read(source, Span(a, b)), Events.Read(source, Span(b, 20_000))];
        var whole = Events.Read(source, Span(0, 20_000));
        var joined = EventTable.Concatenate(pieces, Span(0, 20_000));
        return Events.Of(joined).SequenceEqual(Events.Of(whole)) && joined.Delivered.Equals(whole.Delivered);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    [Fact]
    public void What_is_seen_is_the_noise_and_the_sightings_and_nothing_else() =>
        Prop.ForAll(
                Definition,
                text =>
                {
                    using var source = Source(text);
                    using var silent = new MockSource(source.Definition with { Streams = [] }, 11);
                    var sightings = MockTruth.Of(source, 11, Span(-40_000, 60_000))
                        .SelectMany(t => t.Sightings)
                        .Where(s => Span(0, 20_000).Contains(s.Time))
                        .Select(s => $"{s.Channel} {s.Time.Nanoseconds} {s.Values[0]:R} {s.Values[1]:R}");
                    var noise = Events.Of(Events.Read(silent, Span(0, 20_000)));
                    return noise
                        .Concat(sightings)
                        .Order(StringComparer.Ordinal)
                        .SequenceEqual(Events.Of(Events.Read(source, Span(0, 20_000))).Order(StringComparer.Ordinal));
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    [Fact]
    public void Events_lie_only_where_data_is_delivered() =>
        Prop.ForAll(
                Definition,
                Gen.Choose(-1_000, 25_000).ToArbitrary(),
                (text, now) =>
                {
                    using var source = new MockSource(Source(text).Definition, 11, () => Span(now, now).Start);
                    var table = Events.Read(source, Span(0, 20_000));
                    return table.Times.ToArray().All(t => table.Delivered.Contains(new GpsTime(t)))
                        && table.Delivered.Equals(
                            (SegmentList.Of(Span(0, 20_000)) - source.Definition.Outages).Clip(new(GpsTime.MinValue, Span(now, now).Start))
                        );
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    [Theory]
    [InlineData("pareto 3 0 8", 10)]
    [InlineData("gamma 2 5", 10)]
    [InlineData("lognorm 0.5 0 6", 8)]
    [InlineData("beta 2 3 0 20", 8)]
    [InlineData("truncnorm 1 4 0 5", 9)]
    public void The_computed_efficiency_is_the_simulated_one(string snr, double threshold)
    {
        using var source = Source(
            $"[stream s]\nrate = 50\nsnr distribution = {snr}\nfrequency distribution = norm\nwitnesses = A efficiency=0.8 "
                + $"jitter_snr=0.3\n[channel A]\nrate = 0\n"
        );
        var truth = MockTruth.Of(source, 11, Segment.FromSeconds(0, 1000));
        var p = Probability.Efficiency(0.8, snr, 0.3, threshold);
        var measured = truth.Count(t => t.Sightings.Any(s => s.Values[0] > threshold)) / (double)truth.Count;
        Assert.InRange(p, 0.05, 0.75);
        Assert.InRange(measured, p - 4 * Math.Sqrt(p * (1 - p) / truth.Count), p + 4 * Math.Sqrt(p * (1 - p) / truth.Count));
    }
}
